package mmc

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// ReadFullTOC reads the lead-in's Q sub-channel of all complete sessions (READ
// TOC/PMA/ATIP format 2).
type ReadFullTOC struct {
	Session byte // first session wanted; 0 and 1 are all
}

var readFullTOC = spec{"READ TOC (full TOC)", timeoutDefault}

// CDB gives the command descriptor block of the first step, which asks for the
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

// The points of a full TOC that are no track numbers.
const (
	PointFirstTrack  = 0xA0 // P.M first track, P.S disc type
	PointLastTrack   = 0xA1 // P.M last track
	PointLeadOut     = 0xA2 // P start of the lead-out
	PointNextSession = 0xB0 // ADR 5: Time start of the next program area's pregap, P last lead-out
	PointSkip        = 0xB1 // ADR 5: skip intervals and tracks
	PointLeadIn      = 0xC0 // ADR 5: P start of the first lead-in
	PointATIPCopy    = 0xC1 // ADR 5: copy of the ATIP's additional information 1
)

// QEntry is one item of Q sub-channel from a lead-in or a PMA.
type QEntry struct {
	Session int
	ADR     byte
	Control toc.Control
	TNO     byte
	Point   byte    // track number, or one of the points above
	Time    toc.MSF // MIN, SEC, FRAME
	Zero    byte
	P       toc.MSF // PMIN, PSEC, PFRAME
}

// parseQEntries decodes descriptors of 11 bytes:
//
//	0 session, 1 ADR<<4 | CONTROL, 2 TNO, 3 POINT, 4-6 time, 7 zero, 8-10 P time
func parseQEntries(name string, b []byte) ([]QEntry, error) {
	body, err := tocBody(name, b)
	if err != nil {
		return nil, err
	}
	if len(body)%11 != 0 {
		return nil, shortReply(name, len(b), 4+(len(body)+10)/11*11)
	}
	var entries []QEntry
	for ; len(body) > 0; body = body[11:] {
		entries = append(entries, QEntry{
			Session: int(body[0]),
			ADR:     body[1] >> 4,
			Control: toc.Control(body[1] & 0x0F),
			TNO:     body[2],
			Point:   body[3],
			Time:    toc.MSF{M: body[4], S: body[5], F: body[6]},
			Zero:    body[7],
			P:       toc.MSF{M: body[8], S: body[9], F: body[10]},
		})
	}
	return entries, nil
}

// FullTOC is a READ TOC format 2 reply.
type FullTOC struct {
	First, Last int // complete sessions
	Entries     []QEntry
}

// UnmarshalBinary decodes the reply. A track or session above 99 or a start that is
// no address is ErrImplausible.
func (f *FullTOC) UnmarshalBinary(b []byte) error {
	entries, err := parseQEntries("full TOC", b)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := e.check("full TOC"); err != nil {
			return err
		}
	}
	*f = FullTOC{First: int(b[2]), Last: int(b[3]), Entries: entries}
	return within("full TOC", bound{"first session", f.First, 0, maxSessions},
		bound{"last session", f.Last, 0, maxSessions})
}

// check looks at what programs go by: the numbers of sessions and tracks, and where
// tracks and lead-outs start. ADR 2 to 5 hold other things in the same fields.
func (e QEntry) check(name string) error {
	if err := within(name, bound{"session number", e.Session, 1, maxSessions}); err != nil || e.ADR != 1 {
		return err
	}
	switch {
	case e.Point == PointFirstTrack, e.Point == PointLastTrack:
		return within(name, bound{"track number", int(e.P.M), 1, toc.MaxTracks})
	case e.Point == PointLeadOut, e.Point >= 1 && e.Point <= toc.MaxTracks:
		_, err := msfAddress(name, fmt.Sprintf("start at point %02Xh", e.Point), e.P)
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

// DiscType is what point A0 of the first session says.
func (f FullTOC) DiscType() (DiscType, bool) {
	e, ok := f.point(f.First, 1, PointFirstTrack)
	return DiscType(e.P.S), ok
}

// LeadOut is where a session's lead-out starts.
func (f FullTOC) LeadOut(session int) (toc.LBA, bool) {
	e, ok := f.point(session, 1, PointLeadOut)
	return e.P.LBA(), ok
}

// NextSession is where the pregap of a further session starts, if the last session
// leaves the disc open: lead-out + 11250, or + 6750 from the second session on.
// Its first track starts 150 sectors later.
func (f FullTOC) NextSession() (toc.LBA, bool) {
	e, ok := f.point(f.Last, 5, PointNextSession)
	if !ok || !e.Time.Valid() || e.Time.M >= 90 {
		return 0, false // no B0 pointer, or FF:FF:FF
	}
	return e.Time.LBA(), true
}

// TOC gives the tracks of all sessions and the lead-out of the last one. A reply
// without that lead-out is an error; tracks that don't ascend are ErrImplausible.
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
