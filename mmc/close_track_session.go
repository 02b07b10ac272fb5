package mmc

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/scsi"
)

// OpCloseTrackSession is the operation code of CLOSE TRACK/SESSION.
const OpCloseTrackSession = 0x5B

// CloseFunction says what CLOSE TRACK/SESSION closes (MMC-5 6.3); the other
// functions are not for CD.
type CloseFunction uint8

// The close functions.
const (
	CloseTrack   CloseFunction = 1
	CloseSession CloseFunction = 2
)

// CloseTrackSession closes a track or the session (MMC-5 6.3). CLOSE SESSION writes
// lead-out and lead-in, 15 to 60 seconds; whether the disc stays open is decided by
// the multi-session field of mode page 05h. An incomplete track is 5/72/03.
//
// CLOSE TRACK is needless after a track-at-once track in most drives, and some fail
// it (LG GH22LS30); a short or reserved track is padded by it.
//
//	byte 0    5B
//	     1    b0 IMMED
//	     2    b2-0 function
//	     4-5  track number, for CLOSE TRACK
type CloseTrackSession struct {
	Function CloseFunction
	Track    uint16
	Immed    bool // status at once; the end is told by Drive.WaitIdle
}

// One name per function, so that messages say what was being closed.
var (
	closeTrack        = spec{"CLOSE TRACK", timeoutClose}
	closeTrackImmed   = spec{"CLOSE TRACK", timeoutImmed}
	closeSession      = spec{"CLOSE SESSION", timeoutClose}
	closeSessionImmed = spec{"CLOSE SESSION", timeoutImmed}
)

// CDB gives the command descriptor block and its length.
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
	return s.none(ctx, t, cdb, n)
}
