package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// OpReadCD is the operation code of READ CD.
const OpReadCD = 0xBE

// SectorType is the kind of sector that READ CD expects. Another kind on the disc is
// 5/64/00 (MMC-5 6.20).
type SectorType uint8

// The sector types; 2 to 5 are data.
const (
	sectorAny  SectorType = 0
	SectorCDDA SectorType = 1
)

// ReadFlags are the parts of a sector that READ CD returns. For audio, ReadUser alone is
// the 2352 bytes of PCM.
type ReadFlags uint8

// The read flags (byte 9 of the CDB).
const (
	ReadUser ReadFlags = 0x10
	ReadC2   ReadFlags = 0x02 // 294 bytes of error pointers, one bit per byte
)

// SubChannel is the sub-channel data that READ CD returns after each sector.
type SubChannel uint8

// The sub-channel selections.
const (
	SubNone SubChannel = 0
	SubRaw  SubChannel = 1 // 96 bytes P-W, raw
	SubQ    SubChannel = 2 // 16 bytes Q, formatted
)

// ReadCD reads sectors in any form (MMC-5 6.20), including audio. Most drives return audio
// with a constant offset of some samples.
//
//	byte 0    BE
//	     1    b4-2 expected sector type
//	     2-5  LBA      6-8  number of sectors
//	     9    b7 sync, b6-5 header codes, b4 user data, b3 EDC/ECC, b2-1 C2
//	     10   b2-0 sub-channel
type ReadCD struct {
	LBA          toc.LBA
	Blocks       int // 0..16777215
	ExpectedType SectorType
	Flags        ReadFlags
	SubChannel   SubChannel
	Data         []byte // receives the sectors; its length must fit
}

var readCD = exchange.Spec{Name: "READ CD", Timeout: exchange.TimeoutDefault}

// CDB returns the command descriptor block and its length.
func (c ReadCD) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpReadCD
	cdb[1] = byte(c.ExpectedType) << 2 & 0x1C
	binary.BigEndian.PutUint32(cdb[2:], uint32(c.LBA))
	putUint24(cdb[6:], c.Blocks)
	cdb[9] = byte(c.Flags)
	cdb[10] = byte(c.SubChannel) & 0x07
	return cdb, 12
}

// Do runs the command and returns the number of bytes read into Data.
func (c ReadCD) Do(ctx context.Context, t scsi.Transport) (int, error) {
	cdb, n := c.CDB()
	b, err := readCD.In(ctx, t, cdb, n, c.Data)
	return len(b), err
}

// putUint24 writes the low 24 bits of v.
func putUint24(b []byte, v int) {
	b[0], b[1], b[2] = byte(v>>16), byte(v>>8), byte(v)
}
