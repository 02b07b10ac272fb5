package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// OpCloseTrackSession is the operation code of CLOSE TRACK/SESSION.
const OpCloseTrackSession = 0x5B

// CloseFunction is what CLOSE TRACK/SESSION closes (MMC-5 6.3). The other functions are
// not for CDs.
type CloseFunction uint8

// The close functions.
const (
	CloseTrack   CloseFunction = 1
	CloseSession CloseFunction = 2
)

// CloseTrackSession closes a track or the session (MMC-5 6.3). CLOSE SESSION writes
// lead-out and lead-in, which takes 15 to 60 seconds. The multi-session field of mode page
// 05h decides whether the disc stays open. An incomplete track is 5/72/03.
//
// Most drives need no CLOSE TRACK after a track-at-once track, and some fail it
// (LG GH22LS30). It pads a short or reserved track.
//
//	byte 0    5B
//	     1    b0 IMMED
//	     2    b2-0 function
//	     4-5  track number, for CLOSE TRACK
type CloseTrackSession struct {
	Function CloseFunction
	Track    uint16
	Immed    bool // status at once; unit.WaitIdle waits for the end
}

// One name per function, so that messages name what was being closed.
var (
	closeTrack        = exchange.Spec{Name: "CLOSE TRACK", Timeout: exchange.TimeoutClose}
	closeTrackImmed   = exchange.Spec{Name: "CLOSE TRACK", Timeout: exchange.TimeoutImmed}
	closeSession      = exchange.Spec{Name: "CLOSE SESSION", Timeout: exchange.TimeoutClose}
	closeSessionImmed = exchange.Spec{Name: "CLOSE SESSION", Timeout: exchange.TimeoutImmed}
)

// CDB returns the command descriptor block and its length.
func (c CloseTrackSession) CDB() (cdb [16]byte, n int) {
	cdb[0] = OpCloseTrackSession
	cdb[1] = bit(c.Immed, 0x01)
	cdb[2] = byte(c.Function) & 0x07
	binary.BigEndian.PutUint16(cdb[4:], c.Track)
	return cdb, 10
}

// Do runs the command.
func (c CloseTrackSession) Do(ctx context.Context, t scsi.Transport) error {
	cdb, n := c.CDB()
	s := closeSession
	switch {
	case c.Function == CloseTrack && c.Immed:
		s = closeTrackImmed
	case c.Function == CloseTrack:
		s = closeTrack
	case c.Immed:
		s = closeSessionImmed
	}
	return s.None(ctx, t, cdb, n)
}
