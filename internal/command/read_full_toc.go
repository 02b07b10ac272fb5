package command

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// ReadFullTOC reads the lead-in's Q sub-channel of all complete sessions (READ
// TOC/PMA/ATIP format 2).
type ReadFullTOC struct {
	Session byte // first session wanted; 0 and 1 are all
}

var readFullTOC = exchange.Spec{Name: "READ TOC (full TOC)", Timeout: exchange.TimeoutDefault}

// CDB returns the command descriptor block of the first step, which asks for the
// header only.
func (c ReadFullTOC) CDB() (cdb [16]byte, n int) { return tocCDB(tocFormatFull, c.Session, true, 4) }

// Do runs the command: header, then all of it.
func (c ReadFullTOC) Do(ctx context.Context, t scsi.Transport) (FullTOC, error) {
	b, err := tocFetch(ctx, t, readFullTOC, tocFormatFull, c.Session, true)
	if err != nil {
		return FullTOC{}, err
	}
	var f FullTOC
	return f, f.UnmarshalBinary(b)
}

// The points of a full TOC, other than track numbers, that this package uses.
const (
	pointFirstTrack = 0xA0 // P.M first track
	pointLastTrack  = 0xA1 // P.M last track
	pointLeadOut    = 0xA2 // P start of the lead-out
)

// QEntry is one item of Q sub-channel from a lead-in.
type QEntry struct {
	Session int
	ADR     byte
	Control toc.Control
	Point   byte    // a track number, or A0h and more: MMC-5 6.26
	P       toc.MSF // PMIN, PSEC, PFRAME
}

// FullTOC is a READ TOC format 2 reply.
type FullTOC struct {
	First, Last int // complete sessions
	Entries     []QEntry
}

// UnmarshalBinary decodes the reply. A track or session above 99 or a start that is not
// an address is exchange.ErrImplausible.
//
//	2, 3 first and last complete session; descriptors of 11 bytes:
//	0 session, 1 ADR<<4 | CONTROL, 3 POINT, 8-10 P time
func (f *FullTOC) UnmarshalBinary(b []byte) error {
	const name = "full TOC"
	rest, err := tocBody(name, b)
	if err != nil {
		return err
	}
	if len(rest)%11 != 0 {
		return exchange.ShortReply(name, 4+len(rest), 4+(len(rest)+10)/11*11)
	}
	*f = FullTOC{First: int(b[2]), Last: int(b[3])}
	for ; len(rest) > 0; rest = rest[11:] {
		e := QEntry{
			Session: int(rest[0]),
			ADR:     rest[1] >> 4,
			Control: toc.Control(rest[1] & 0x0F),
			Point:   rest[3],
			P:       toc.MSF{M: rest[8], S: rest[9], F: rest[10]},
		}
		if err := e.check(name); err != nil {
			return err
		}
		f.Entries = append(f.Entries, e)
	}
	return exchange.Within(name, exchange.Bound{Field: "first session", Value: f.First, High: exchange.MaxSessions}, exchange.Bound{Field: "last session", Value: f.Last, High: exchange.MaxSessions})
}

// check validates the fields in use: the numbers of sessions and tracks, and where
// tracks and lead-outs start. With ADR 2 to 5 the same fields have other contents.
func (e QEntry) check(name string) error {
	if err := exchange.Within(name, exchange.Bound{Field: "session number", Value: e.Session, Low: 1, High: exchange.MaxSessions}); err != nil || e.ADR != 1 {
		return err
	}
	switch {
	case e.Point == pointFirstTrack, e.Point == pointLastTrack:
		return exchange.Within(name, exchange.Bound{Field: "track number", Value: int(e.P.M), Low: 1, High: toc.MaxTracks})
	case e.Point == pointLeadOut, e.Point >= 1 && e.Point <= toc.MaxTracks:
		_, err := exchange.MSFAddress(name, fmt.Sprintf("start at point %02Xh", e.Point), e.P)
		return err
	}
	return nil
}

// point finds a point of a session.
func (f FullTOC) point(session int, adr, point byte) (QEntry, bool) {
	for _, e := range f.Entries {
		if e.Session == session && e.ADR == adr && e.Point == point {
			return e, true
		}
	}
	return QEntry{}, false
}

// LeadOut is where a session's lead-out starts.
func (f FullTOC) LeadOut(session int) (toc.LBA, bool) {
	e, ok := f.point(session, 1, pointLeadOut)
	return e.P.LBA(), ok
}

// TOC returns the tracks of all sessions and the lead-out of the last one. A reply
// without that lead-out is an error; tracks that don't ascend are exchange.ErrImplausible.
func (f FullTOC) TOC() (toc.TOC, error) {
	var table toc.TOC
	for _, e := range f.Entries {
		if e.ADR != 1 || e.Point < 1 || e.Point > toc.MaxTracks {
			continue
		}
		table.Entries = append(table.Entries, toc.Entry{
			Number: int(e.Point), Session: e.Session, Control: e.Control, Start: e.P.LBA(),
		})
	}
	leadOut, ok := f.LeadOut(f.Last)
	if !ok || len(table.Entries) == 0 {
		return toc.TOC{}, fmt.Errorf("full TOC: no tracks or no lead-out of session %d", f.Last)
	}
	table.First = table.Entries[0].Number
	table.Last = table.Entries[len(table.Entries)-1].Number
	table.LeadOut = leadOut
	return table, checkTOC("full TOC", table)
}
