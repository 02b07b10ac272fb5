package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// OpReadBufferCapacity is the operation code of READ BUFFER CAPACITY.
const OpReadBufferCapacity = 0x5C

// ReadBufferCapacity reads the fill of the drive's write buffer (MMC-5 6.18). Send it
// at most ten times a second: some drives don't tolerate more.
//
//	byte 0    5C
//	     1    b0 BLOCK = 0: in bytes
//	     7-8  allocation length
type ReadBufferCapacity struct{}

var readBufferCapacity = exchange.Spec{Name: "READ BUFFER CAPACITY", Timeout: exchange.TimeoutDefault}

const bufferCapacityLength = 12

// CDB returns the command descriptor block and its length.
func (c ReadBufferCapacity) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpReadBufferCapacity
	cdb[8] = bufferCapacityLength
	return cdb, 10
}

// Do runs the command. It does not allocate, because it runs throughout a burn.
func (c ReadBufferCapacity) Do(ctx context.Context, t scsi.Transport) (BufferCapacity, error) {
	cdb, n := c.CDB()
	b, got, err := readBufferCapacity.InShort(ctx, t, cdb, n, bufferCapacityLength)
	if err != nil {
		return BufferCapacity{}, err
	}
	var r BufferCapacity
	return r, r.UnmarshalBinary(b[:got])
}

// BufferCapacity is a READ BUFFER CAPACITY reply.
type BufferCapacity struct {
	Block bool   // Free is in blocks although bytes were requested; Size is unknown
	Size  uint32 // bytes
	Free  uint32 // bytes, or blocks of the current write mode
}

// Fill returns the filled fraction of the buffer, 0 to 1. ok is false if the sizes are
// inconsistent: some drives report more free space than buffer.
func (r BufferCapacity) Fill() (fraction float64, ok bool) {
	if r.Block || r.Size == 0 || r.Free > r.Size {
		return 0, false
	}
	return float64(r.Size-r.Free) / float64(r.Size), true
}

// UnmarshalBinary decodes the reply:
//
//	0-1 length of what follows byte 1   3 b0 BLOCK   4-7 size   8-11 free
//
// Some drives count bytes in units of 2048, even for audio (Pioneer DVR-108).
func (r *BufferCapacity) UnmarshalBinary(b []byte) error {
	b, err := exchange.Body("buffer capacity", b, exchange.Total16(b, 0, 2), bufferCapacityLength)
	if err != nil {
		return err
	}
	*r = BufferCapacity{Block: b[3]&0x01 != 0, Free: binary.BigEndian.Uint32(b[8:])}
	if !r.Block {
		r.Size = binary.BigEndian.Uint32(b[4:])
	}
	return nil
}
