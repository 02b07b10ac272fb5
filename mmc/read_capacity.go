package mmc

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// OpReadCapacity is the operation code of READ CAPACITY.
const OpReadCapacity = 0x25

// ReadCapacity asks for the last address of the disc (MMC-5 6.19): the one before
// the last lead-out, so the two run-out sectors of a track-at-once track are in.
// Blank discs and ones without a complete session say 0 (Pioneer DVR-108).
//
//	25 | 00 | 00 00 00 00 | 00 00 | 00 | 00
type ReadCapacity struct{}

var readCapacity = spec{"READ CAPACITY", timeoutDefault}

const capacityLength = 8

// CDB gives the command descriptor block and its length.
func (c ReadCapacity) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpReadCapacity
	return cdb, 10
}

// Do runs the command.
func (c ReadCapacity) Do(ctx context.Context, t scsi.Transport) (Capacity, error) {
	cdb, n := c.CDB()
	b, err := readCapacity.in(ctx, t, cdb, n, make([]byte, capacityLength))
	if err != nil {
		return Capacity{}, err
	}
	var r Capacity
	return r, r.UnmarshalBinary(b)
}

// Capacity is a READ CAPACITY reply.
type Capacity struct {
	Last        toc.LBA // last address
	BlockLength uint32  // 2048, also on an audio disc
}

// UnmarshalBinary decodes the reply: 0-3 last LBA, 4-7 block length.
func (r *Capacity) UnmarshalBinary(b []byte) error {
	if len(b) < capacityLength {
		return shortReply("capacity", len(b), capacityLength)
	}
	*r = Capacity{toc.LBA(binary.BigEndian.Uint32(b)), binary.BigEndian.Uint32(b[4:])}
	return nil
}
