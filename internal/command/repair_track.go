package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// OpRepairTrack is the operation code of REPAIR TRACK.
const OpRepairTrack = 0x58

// RepairTrack repairs a track that a power failure interrupted (MMC-5 6.28). Drives that
// lack it answer 5/20/00. For an undamaged track they answer GOOD or 5/24/00.
//
//	byte 0    58
//	     1    b0 IMMED
//	     4-5  track number
type RepairTrack struct {
	Track uint16
	Immed bool // MMC-3 and later
}

var repairTrack = exchange.Spec{Name: "REPAIR TRACK", Timeout: exchange.TimeoutFlush}

// CDB returns the command descriptor block and its length.
func (c RepairTrack) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpRepairTrack
	cdb[1] = bit(c.Immed, 0x01)
	binary.BigEndian.PutUint16(cdb[4:], c.Track)
	return cdb, 10
}

// Do runs the command.
func (c RepairTrack) Do(ctx context.Context, t scsi.Transport) error {
	cdb, n := c.CDB()
	return repairTrack.None(ctx, t, cdb, n)
}
