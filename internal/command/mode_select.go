package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// OpModeSelect10 is the operation code of MODE SELECT(10).
const OpModeSelect10 = 0x55

// ModeSelect10 sets mode pages (MMC-5 6.12). A page with a wrong length or a value that
// the drive does not accept is 5/26/00.
//
//	byte 0    55
//	     1    b4 PF = 1, b0 SP = 0
//	     7-8  parameter list length
//
// The parameter list is a header of 8 zeros, no block descriptor, and the pages.
type ModeSelect10 struct {
	Pages []byte // one page after the other, as Page methods return them
}

var modeSelect10 = exchange.Spec{Name: "MODE SELECT(10)", Timeout: exchange.TimeoutDefault}

// CDB returns the command descriptor block and its length.
func (c ModeSelect10) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpModeSelect10
	cdb[1] = 0x10
	binary.BigEndian.PutUint16(cdb[7:], uint16(8+len(c.Pages)))
	return cdb, 10
}

// List returns the parameter list that Do sends. The PS bit of each page is cleared: it
// is reserved here (SPC), and MODE SENSE may have set it.
func (c ModeSelect10) List() []byte {
	list := make([]byte, 8+len(c.Pages))
	copy(list[8:], c.Pages)
	for at := 8; at+2 <= len(list); {
		list[at] &^= 0x80
		at += 2 + int(list[at+1])
	}
	return list
}

// Do runs the command.
func (c ModeSelect10) Do(ctx context.Context, t scsi.Transport) error {
	cdb, n := c.CDB()
	return modeSelect10.Out(ctx, t, cdb, n, c.List())
}
