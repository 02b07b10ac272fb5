package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// OpSetCDSpeed is the operation code of SET CD SPEED.
const OpSetCDSpeed = 0xBB

// SetCDSpeed selects the read and write speeds (MMC-5 6.37). A value that the drive does not
// offer is not an error: the drive selects the next lower one. Use unit.SetWriteSpeed or
// unit.RequestKBps to avoid losing a step by rounding.
//
//	byte 0    BB
//	     1    b1-0 rotational control
//	     2-3  read speed in kB/s     4-5  write speed in kB/s     FFFF: maximum
type SetCDSpeed struct {
	ReadKBps, WriteKBps uint16
	Rotation            Rotation
}

// Rotation is how the disc turns during a write.
type Rotation uint8

// The rotations. The other codes are reserved.
const (
	RotationDefault Rotation = 0 // CLV, zoned or partial CAV, as the drive prefers
	RotationPureCAV Rotation = 1 // constant angular velocity from the first sector on

	RotationUnknown Rotation = 0xFF // the drive does not report it
)

var setCDSpeed = exchange.Spec{Name: "SET CD SPEED", Timeout: exchange.TimeoutDefault}

// CDB returns the command descriptor block and its length.
func (c SetCDSpeed) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpSetCDSpeed
	cdb[1] = byte(c.Rotation) & 0x03
	binary.BigEndian.PutUint16(cdb[2:], c.ReadKBps)
	binary.BigEndian.PutUint16(cdb[4:], c.WriteKBps)
	return cdb, 12
}

// Do runs the command.
func (c SetCDSpeed) Do(ctx context.Context, t scsi.Transport) error {
	cdb, n := c.CDB()
	return setCDSpeed.None(ctx, t, cdb, n)
}
