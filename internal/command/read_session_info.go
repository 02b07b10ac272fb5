package command

import (
	"context"
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// ReadSessionInfo asks for the complete sessions (READ TOC/PMA/ATIP format 1).
type ReadSessionInfo struct{}

var readSessionInfo = exchange.Spec{Name: "READ TOC (session info)", Timeout: exchange.TimeoutDefault}

const sessionInfoAlloc = 12

// CDB returns the command descriptor block and its length.
func (c ReadSessionInfo) CDB() (cdb [16]byte, n int) {
	return tocCDB(tocFormatSession, 0, false, sessionInfoAlloc)
}

// Do runs the command.
func (c ReadSessionInfo) Do(ctx context.Context, t scsi.Transport) (SessionInfo, error) {
	cdb, n := c.CDB()
	b, err := readSessionInfo.In(ctx, t, cdb, n, make([]byte, sessionInfoAlloc))
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
		return exchange.ShortReply("session info", len(b), 12)
	}
	s.First, s.Last = int(b[2]), int(b[3])
	s.Track = toc.Entry{
		Number: int(body[2]), Session: s.Last, Control: toc.Control(body[1] & 0x0F),
		Start: toc.LBA(binary.BigEndian.Uint32(body[4:])),
	}
	return exchange.Within("session info", exchange.Bound{Field: "first session", Value: s.First, High: exchange.MaxSessions},
		exchange.Bound{Field: "last session", Value: s.Last, High: exchange.MaxSessions}, exchange.Bound{Field: "track number", Value: s.Track.Number, High: toc.MaxTracks},
		exchange.Bound{Field: "track start", Value: int(s.Track.Start), Low: -toc.PregapSectors, High: int(toc.MaxLBA)})
}
