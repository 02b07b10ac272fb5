package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// OpReserveTrack is the operation code of RESERVE TRACK.
const OpReserveTrack = 0x53

// ReserveTrack reserves space for a track (MMC-5 6.31). A reserved track that is not
// filled keeps a CD-R from being closed (5/72/03 or 5/72/04) unless CLOSE TRACK pads
// it. No audio burner is known to send it; drives may refuse it (5/20/00, 5/72/05) or
// reserve another size.
//
//	byte 0    53
//	     5-8  size in blocks
type ReserveTrack struct {
	Size uint32 // blocks of user data, at least 300
}

var reserveTrack = exchange.Spec{Name: "RESERVE TRACK", Timeout: exchange.TimeoutWrite}

// CDB returns the command descriptor block and its length.
func (c ReserveTrack) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpReserveTrack
	binary.BigEndian.PutUint32(cdb[5:], c.Size)
	return cdb, 10
}

// Do runs the command.
func (c ReserveTrack) Do(ctx context.Context, t scsi.Transport) error {
	cdb, n := c.CDB()
	return reserveTrack.None(ctx, t, cdb, n)
}
