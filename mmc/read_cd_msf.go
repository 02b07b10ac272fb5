package mmc

import (
	"context"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// OpReadCDMSF is the operation code of READ CD MSF.
const OpReadCDMSF = 0xB9

// ReadCDMSF is READ CD with addresses as MSF (MMC-5 6.21). End is the first sector
// that isn't read any more; equal to Start it reads nothing.
//
//	byte 0    B9
//	     1    b4-2 expected sector type, b1 DAP
//	     3-5  start M, S, F     6-8  end M, S, F
//	     9    as in READ CD     10   b2-0 sub-channel
type ReadCDMSF struct {
	Start, End   toc.MSF
	ExpectedType SectorType
	DAP          bool
	Flags        ReadFlags
	SubChannel   SubChannel
	Data         []byte // receives the sectors; its length must fit
}

var readCDMSF = spec{"READ CD MSF", timeoutDefault}

// CDB gives the command descriptor block and its length.
func (c ReadCDMSF) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpReadCDMSF
	cdb[1] = byte(c.ExpectedType)<<sectorTypeShift&0x1C | bit(c.DAP, 0x02)
	cdb[3], cdb[4], cdb[5] = c.Start.M, c.Start.S, c.Start.F
	cdb[6], cdb[7], cdb[8] = c.End.M, c.End.S, c.End.F
	cdb[9] = byte(c.Flags)
	cdb[10] = byte(c.SubChannel) & 0x07
	return cdb, 12
}

// Do runs the command and gives the number of bytes that arrived in Data.
func (c ReadCDMSF) Do(ctx context.Context, t scsi.Transport) (int, error) {
	cdb, n := c.CDB()
	b, err := readCDMSF.in(ctx, t, cdb, n, c.Data)
	return len(b), err
}
