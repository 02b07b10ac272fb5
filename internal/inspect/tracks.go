package inspect

import (
	"errors"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// list combines the tracks of READ TRACK INFORMATION and of the table of contents.
func (r *replies) list(d *disc.Disc) []disc.Track {
	tracks := []disc.Track{}
	if blank(d) || !r.compact() {
		return tracks
	}
	pregaps := r.countsPregap(&d.TOC.Value)
	first, last := r.bounds()
	for n := first; n <= toc.MaxTracks; n++ {
		if n > last && !r.tracks[n].ok() {
			break
		}
		if t, ok := r.track(d, n, pregaps); ok {
			tracks = append(tracks, t)
		}
	}
	for i := range tracks {
		r.end(d, tracks, i)
	}
	doubt(d, tracks, r, pregaps)
	return tracks
}

// countsPregap reports whether the drive includes the pregap in a track. No track begins
// before LBA 0; and if one is shown with its pregap all are.
func (r *replies) countsPregap(table *toc.TOC) bool {
	for n := range r.tracks {
		t := &r.tracks[n]
		if !r.recorded(n) {
			continue
		}
		e, listed := table.Track(n)
		if t.value.Start < 0 || listed && e.Start > t.value.Start && e.Start <= t.value.Start+toc.PregapSectors {
			return true
		}
	}
	return false
}

// track returns one track; ok is false if the number does not exist.
func (r *replies) track(d *disc.Disc, n int, pregaps bool) (t disc.Track, ok bool) {
	shown := &r.tracks[n]
	e, listed := d.TOC.Value.Track(n)
	t = disc.Track{Number: n, InTOC: listed}
	if !listed && r.hides(n) {
		t.Session, t.Err = r.info.value.Sessions, contradiction("disc information counts track %d, and READ TRACK INFORMATION doesn't show it", n)
		return t, true
	}
	if shown.ok() && !(shown.value.Invisible() && listed) {
		if shown.value.Invisible() {
			return t, false
		}
		fill(&t, &shown.value, pregaps && !listed)
		if r.elsewhere(n, &shown.value) {
			t.State, t.Sectors = disc.TrackComplete, max(shown.value.Size-toc.Sectors(t.Start-shown.value.Start), 0)
		}
	} else if !shown.ok() {
		if t.Err = shown.why(); !listed && r.notThere(n, t.Err) {
			return t, false
		}
	}
	if listed {
		fillListed(&t, &e, shown.ok(), pregaps)
	}
	if t.Session == 0 {
		t.Session = r.session(d, n)
	}
	return t, true
}

// fill copies the values of READ TRACK INFORMATION.
func fill(t *disc.Track, ti *command.TrackInformation, pregap bool) {
	t.Origin, t.Session = disc.Reported, ti.Session
	t.Start, t.Control = ti.Start, ti.Control
	t.Shown = disc.Shown{Known: true, Start: ti.Start, Sectors: ti.Size}
	if ti.SizeValid {
		t.Sectors = ti.Size
	}
	if pregap {
		t.Start += toc.PregapSectors
		t.Sectors = max(t.Sectors-toc.PregapSectors, 0)
	}
	switch {
	case ti.Reserved():
		t.State = disc.TrackReserved
	case ti.Damage:
		t.State, t.Sectors = disc.TrackDamaged, 0
	case ti.NWAValid:
		t.State = disc.TrackIncomplete
		t.Sectors = max(toc.Sectors(ti.NWA-t.Start), 0)
	default:
		t.State = disc.TrackComplete
	}
}

// fillListed copies the values of the table of contents. told means that the drive answered READ
// TRACK INFORMATION for the track, and pregaps that it includes the pregap in the track, on a
// pressed disc one of any length.
func fillListed(t *disc.Track, e *toc.Entry, told, pregaps bool) {
	t.State = disc.TrackComplete
	if !t.Shown.Known {
		t.Origin, t.Start, t.Control, t.Session = disc.Reported, e.Start, e.Control, e.Session
		if told {
			t.Origin, t.Err = disc.Contradicted, contradiction("READ TRACK INFORMATION has no track %d", t.Number)
		}
		return
	}
	if gap := e.Start - t.Start; gap != 0 {
		if t.Sectors = max(t.Sectors-toc.Sectors(gap), 0); gap < 0 || gap > toc.PregapSectors && !pregaps {
			t.Origin, t.Err = disc.Contradicted, contradiction("track %d starts at LBA %d by READ TRACK INFORMATION", t.Number, t.Start)
			t.Sectors = t.Shown.Sectors
		}
		t.Start = e.Start
	}
	if e.Control != t.Control {
		if t.Err == nil {
			t.Err = contradiction("track %d is %v by READ TRACK INFORMATION", t.Number, t.Control)
		}
		t.Control = e.Control
	}
}

// elsewhere reports whether a track for which the drive reports a next writable address
// has ended nevertheless: the address is the disc's, or past the track, and the next
// sector belongs to another track.
func (r *replies) elsewhere(n int, ti *command.TrackInformation) bool {
	next := &r.next.value
	if !ti.NWAValid || ti.Blank || ti.Damage || !r.next.ok() || next.Track <= n || !next.Invisible() {
		return false
	}
	return next.NWAValid && ti.NWA == next.NWA || ti.Size > 0 && ti.NWA >= ti.Start+toc.LBA(ti.Size)
}

// hides reports whether track n of the open session is on the disc although the drive
// shows it blank: disc information includes it in a session that was started, and the
// next sector isn't the start of that session. CDEmu shows the tracks of an open session
// only once it is closed, and until then assigns their numbers again.
func (r *replies) hides(n int) bool {
	info, next := &r.info.value, &r.next.value
	return r.info.ok() && r.next.ok() && info.LastSession == mmc.SessionIncomplete &&
		n >= info.FirstTrackLastSession && n <= info.LastTrackLastSession &&
		next.Invisible() && next.Track >= 1 && next.Track <= info.FirstTrackLastSession && next.NWAValid && next.NWA > max(next.Start, 0)
}

// notThere reports whether a track that is in no table and gets no reply doesn't exist:
// it would be the next one, or the drive refuses the number that disc information gives
// the invisible track.
func (r *replies) notThere(n int, why error) bool {
	if r.next.ok() && r.next.value.Track >= 1 && r.next.value.Track <= n && r.next.value.Invisible() {
		return true
	}
	refused := errors.Is(why, scsi.KeyIllegalRequest)
	return refused && (!r.info.ok() || n >= r.info.value.LastTrackLastSession && r.info.value.Writable())
}

// session determines the session of a track if no reply for the track itself names it.
func (r *replies) session(d *disc.Disc, n int) int {
	if r.full.ok() {
		for _, e := range r.full.value.Entries {
			if e.ADR == 1 && int(e.Point) == n {
				return e.Session
			}
		}
	}
	switch {
	case r.sessions.ok() && n >= r.sessions.value.Track.Number && inTable(d, n):
		return r.sessions.value.Last
	case d.Sessions.Known() && d.Sessions.Value == 1 && inTable(d, n):
		return 1
	}
	return 0
}

// inTable reports whether the table of contents lists track n.
func inTable(d *disc.Disc, n int) bool {
	_, ok := d.TOC.Value.Track(n)
	return ok && d.TOC.Known()
}

// end corrects the length of track i by what follows it.
func (r *replies) end(d *disc.Disc, tracks []disc.Track, i int) {
	t := &tracks[i]
	if t.State != disc.TrackComplete {
		return
	}
	bound, leadOut, ok := boundOf(d, tracks, i)
	if !ok {
		if t.Sectors == 0 && t.Origin == disc.Reported {
			r.unsized(t)
		}
		return
	}
	room := toc.Sectors(bound - t.Start)
	switch {
	case room <= 0: // the tables belong to different discs
	case t.Sectors == 0:
		t.Sectors = room
		if t.Shown.Known {
			t.Origin, t.Err = disc.Contradicted, contradiction("READ TRACK INFORMATION gives track %d no length", t.Number)
		}
	case t.Sectors > room && !leadOut:
		contradictLength(t, room)
	case t.Sectors > room+placing.RunOutSectors:
		t.Origin, t.Err = disc.Contradicted, contradiction("the lead-out starts at LBA %d, before the end of track %d", bound, t.Number)
	case leadOut && t.Sectors < room-placing.RunOutSectors:
		contradictLength(t, room)
	case leadOut:
		t.Sectors = min(t.Sectors, room)
	}
}

// unsized handles a track of an open session that is shown without a length. It exists.
// If recording continues past it, it extends to the next track's pause; if not, it may
// still grow (HL-DT-ST GE20LU10), and its state is unknown.
func (r *replies) unsized(t *disc.Track) {
	t.Origin, t.Err = disc.Contradicted, errors.Join(t.Err, implausible("track %d: no reply gives its length", t.Number))
	next := &r.next.value
	room := toc.Sectors(next.NWA-t.Start) - placing.PauseSectors
	if r.next.ok() && next.Invisible() && next.Track == t.Number+1 && next.NWAValid && room > 0 {
		t.Sectors = room
		return
	}
	t.State = disc.TrackUnknown
}

// contradictLength sets another length and records the contradiction.
func contradictLength(t *disc.Track, n toc.Sectors) {
	t.Origin, t.Err = disc.Contradicted, contradiction("track %d has %d sectors by READ TRACK INFORMATION", t.Number, t.Sectors)
	t.Sectors = n
}

// boundOf returns the start of what follows track i in its session: the next track, or a
// lead-out.
func boundOf(d *disc.Disc, tracks []disc.Track, i int) (at toc.LBA, leadOut, ok bool) {
	t := &tracks[i]
	if i+1 < len(tracks) && tracks[i+1].Number == t.Number+1 {
		next := &tracks[i+1]
		if next.Origin != disc.Unknown && (next.Session == t.Session || next.Session == 0 || t.Session == 0) {
			return next.Start, false, true
		}
	}
	if !t.InTOC {
		return 0, false, false
	}
	if at, ok = LeadOut(d, t.Session); ok {
		return at, true, at > t.Start
	}
	if t.Number == d.TOC.Value.Last {
		return d.TOC.Value.LeadOut, true, true
	}
	return 0, false, false
}

// doubt marks the tracks whose last two sectors may be run-out.
//
// A track-at-once track of N sectors is followed by two sectors of run-out and the 150 of
// the next pregap, so that the next one starts at N + 152 (recorders of five makers) and the
// lead-out at N + 2. A drive that reports N therefore shows a hole of 152 or 2, which
// rules out run-out for all tracks: a drive includes it in all or in none. So does a
// track that touches the next one, which never happens with track-at-once. A hole of 150,
// or of 0 before the lead-out, is ambiguous: the run-out is included, or it is a pressed
// disc, or session-at-once with pauses of two seconds, or a drive that leaves 150 sectors
// altogether (HP CD-Writer manual), or one that includes pregaps and writes no run-out
// (CDEmu).
//
// Holes of 2 between all tracks of a session are how Pioneer counts a gapless
// session-at-once recording (R11 command manual: PMA stop - PMA start - 2); the two
// sectors are then part of the track, run-out or not.
func doubt(d *disc.Disc, tracks []disc.Track, r *replies, pregaps bool) {
	holes := make([]hole, len(tracks))
	ruledOut := false
	for i := range tracks {
		holes[i] = r.hole(d, tracks, i)
		h := &holes[i]
		ruledOut = ruledOut || h.sectors == placing.PauseSectors || h.sectors == 0 && !h.leadOut ||
			h.leadOut && h.sectors == placing.RunOutSectors && !(i > 0 && holes[i-1].sectors == placing.RunOutSectors && tracks[i-1].Session == tracks[i].Session)
	}
	for i := range tracks {
		t, h := &tracks[i], &holes[i]
		switch {
		case h.sectors == placing.RunOutSectors && allAdjoin(tracks, holes, t.Session):
			t.Sectors += placing.RunOutSectors
			t.Doubt = errIfUnreadable
		case ruledOut || h.sectors != toc.PregapSectors && !(h.sectors == 0 && h.leadOut):
		case d.ATIP.Known() && t.InTOC && !pregaps:
			t.Doubt = errIfSilent
		default:
			t.Doubt = errIfUnreadable
		}
	}
}

// hole returns the gap between the end of a track and what follows in its session; -1 if
// unknown.
type hole struct {
	sectors toc.Sectors
	leadOut bool
}

func (r *replies) hole(d *disc.Disc, tracks []disc.Track, i int) hole {
	t := &tracks[i]
	if t.State != disc.TrackComplete || !t.Control.Audio() || !t.Shown.Known || t.Origin != disc.Reported || t.Sectors <= placing.RunOutSectors {
		return hole{sectors: -1}
	}
	bound, leadOut, ok := boundOf(d, tracks, i)
	if !ok && !t.InTOC && i == len(tracks)-1 && r.next.ok() {
		bound, ok = r.next.value.NextWritable()
	}
	if !ok || bound < t.End() {
		return hole{sectors: -1}
	}
	return hole{toc.Sectors(bound - t.End()), leadOut}
}

// allAdjoin reports whether a session has several tracks and each ends two sectors before
// what follows.
func allAdjoin(tracks []disc.Track, holes []hole, session int) bool {
	n := 0
	for i := range tracks {
		if tracks[i].Session != session {
			continue
		}
		if n++; holes[i].sectors != placing.RunOutSectors {
			return false
		}
	}
	return n > 1
}
