package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// OpBlank is the operation code of BLANK.
const OpBlank = 0xA1

// BlankUnreserve erases the last track of the incomplete session, with its PMA item.
const BlankUnreserve mmc.BlankType = 3

// Blank erases a CD-RW (MMC-5 6.2). Drives reject it with 5/30/05 or 5/24/00
// for a CD-R, and with 5/24/00 for a type that they do not support.
//
//	byte 0    A1
//	     1    b4 IMMED, b2-0 blanking type
//	     2-5  start address or track number
type Blank struct {
	Type    mmc.BlankType
	Immed   bool // status at once; unit.WaitIdle waits for the end
	Address uint32
}

var (
	blank      = exchange.Spec{Name: "BLANK", Timeout: exchange.TimeoutBlank}
	blankImmed = exchange.Spec{Name: "BLANK", Timeout: exchange.TimeoutImmed}
)

// CDB returns the command descriptor block and its length.
func (c Blank) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpBlank
	cdb[1] = bit(c.Immed, 0x10) | byte(c.Type)&0x07
	binary.BigEndian.PutUint32(cdb[2:], c.Address)
	return cdb, 12
}

// Do runs the command.
func (c Blank) Do(ctx context.Context, t scsi.Transport) error {
	cdb, n := c.CDB()
	if c.Immed {
		return blankImmed.None(ctx, t, cdb, n)
	}
	return blank.None(ctx, t, cdb, n)
}
