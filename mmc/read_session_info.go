package mmc

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// ReadSessionInfo asks for the complete sessions (READ TOC/PMA/ATIP format 1).
type ReadSessionInfo struct{}

var readSessionInfo = spec{"READ TOC (session info)", timeoutDefault}

const sessionInfoAlloc = 12

// CDB returns the command descriptor block and its length.
func (c ReadSessionInfo) CDB() (cdb [16]byte, n int) {
	return tocCDB(tocFormatSession, 0, false, sessionInfoAlloc)
}

// Do runs the command.
func (c ReadSessionInfo) Do(ctx context.Context, t scsi.Transport) (SessionInfo, error) {
	cdb, n := c.CDB()
	b, err := readSessionInfo.in(ctx, t, cdb, n, make([]byte, sessionInfoAlloc))
	if err != nil {
		return SessionInfo{}, err
	}
	var s SessionInfo
	return s, s.UnmarshalBinary(b)
}

// SessionInfo is a READ TOC format 1 reply.
type SessionInfo struct {
	First, Last int       // complete sessions
	Track       toc.Entry // first track of the last complete session
}

// UnmarshalBinary decodes the reply: the header and one descriptor like ReadTOC's.
func (s *SessionInfo) UnmarshalBinary(b []byte) error {
	body, err := tocBody("session info", b)
	if err != nil {
		return err
	}
	if len(body) < 8 {
		return shortReply("session info", len(b), 12)
	}
	s.First, s.Last = int(b[2]), int(b[3])
	s.Track = toc.Entry{
		Number: int(body[2]), Session: s.Last, Control: toc.Control(body[1] & 0x0F),
		Start: toc.LBA(binary.BigEndian.Uint32(body[4:])),
	}
	return within("session info", bound{"first session", s.First, 0, maxSessions},
		bound{"last session", s.Last, 0, maxSessions}, bound{"track number", s.Track.Number, 0, toc.MaxTracks},
		bound{"track start", int(s.Track.Start), -toc.PregapSectors, int(toc.MaxLBA)})
}
