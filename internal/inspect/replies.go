package inspect

import (
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// reply is the result of one question.
type reply[T any] struct {
	value T
	err   error
	asked bool
}

// keep records the result of a question. If it was not asked, nothing changes.
func (r *reply[T]) keep(err error) {
	if errors.Is(err, disc.ErrNotAsked) {
		return
	}
	r.asked, r.err = true, err
}

// ok reports whether the drive answered.
func (r *reply[T]) ok() bool { return r.asked && r.err == nil }

// why returns the reason if there is no value.
func (r *reply[T]) why() error {
	if !r.asked {
		return disc.ErrNotAsked
	}
	return r.err
}

// replies are all answers of the drive in one look. They are interpreted without the
// drive.
type replies struct {
	ready, parameters error

	profile  reply[command.Profile]
	info     reply[command.DiscInformation]
	table    reply[toc.TOC]
	full     reply[command.FullTOC]
	sessions reply[command.SessionInfo]
	next     reply[command.TrackInformation]
	tracks   [toc.MaxTracks + 1]reply[command.TrackInformation] // by number
	atip     reply[mmc.ATIP]
}

// mayRecord reports whether the disc may be a recordable CD.
func (r *replies) mayRecord() bool {
	return !r.profile.ok() || r.profile.value == command.ProfileNone || unit.Recordable(r.profile.value.MediaType())
}

// compact reports whether the disc may be a CD. For other discs only the state is read:
// their addresses and tracks have another meaning.
func (r *replies) compact() bool { return r.mayRecord() || r.profile.value == command.ProfileCDROM }

// recorded reports whether track n is known to be a track, not the place for the next
// one.
func (r *replies) recorded(n int) bool { return r.tracks[n].ok() && !r.tracks[n].value.Invisible() }

// bounds returns the first and the last track that any reply names.
func (r *replies) bounds() (first, last int) {
	first = 1
	if r.info.ok() && r.info.value.FirstTrack >= 1 {
		first = r.info.value.FirstTrack
	} else if r.table.ok() && r.table.value.First >= 1 {
		first = r.table.value.First
	}
	if r.info.ok() {
		last = r.info.value.LastTrackLastSession
	}
	if r.table.ok() {
		last = max(last, r.table.value.Last)
		for _, e := range r.table.value.Entries {
			first, last = min(first, e.Number), max(last, e.Number)
		}
	}
	if r.next.ok() {
		last = max(last, r.next.value.Track)
	}
	return first, min(last, toc.MaxTracks)
}

// complete reports whether the replies name the last track for certain: the drive reports
// where the next one goes, or the disc is finalized and has its table.
func (r *replies) complete() bool {
	return r.next.ok() && r.next.value.Track > 0 || r.info.ok() && !r.info.value.Writable() && r.table.ok()
}

// errNoProfile is the error of a drive that is ready but reports no profile for its disc.
var errNoProfile = implausible("the drive reports no profile for the disc")

// implausible returns an error about a field of a reply.
func implausible(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), errImplausible)
}

// plausibleInformation checks disc information against the limits of a CD. The invisible
// track after track 99 counts.
func plausibleInformation(d command.DiscInformation) error {
	switch {
	case d.Sessions > toc.MaxTracks+1:
		return implausible("disc information: %d sessions", d.Sessions)
	case d.FirstTrack > toc.MaxTracks, d.FirstTrackLastSession > toc.MaxTracks+1, d.LastTrackLastSession > toc.MaxTracks+1:
		return implausible("disc information: tracks from %d, %d to %d in the last session",
			d.FirstTrack, d.FirstTrackLastSession, d.LastTrackLastSession)
	}
	return nil
}

// plausibleTOC checks a table of contents: numbers and addresses ascend, up to the
// lead-out. A last track in the header that is too small is accepted.
func plausibleTOC(t toc.TOC) error {
	if len(t.Entries) == 0 {
		return implausible("table of contents without tracks")
	}
	number, at := 0, toc.LBA(-toc.PregapSectors-1)
	for _, e := range t.Entries {
		if e.Number <= number || e.Number > toc.MaxTracks || e.Start <= at || e.Start > toc.MaxLBA {
			return implausible("table of contents: track %d at LBA %d", e.Number, e.Start)
		}
		number, at = e.Number, e.Start
	}
	if t.LeadOut <= at || t.LeadOut > toc.MaxLBA {
		return implausible("table of contents: lead-out at LBA %d", t.LeadOut)
	}
	return nil
}

// plausibleFullTOC checks the lead-ins: each session has its lead-out, and tracks and
// lead-outs have valid addresses.
func plausibleFullTOC(f command.FullTOC) error {
	if f.First < 1 || f.Last < f.First || f.Last > toc.MaxTracks {
		return implausible("full TOC: sessions from %d to %d", f.First, f.Last)
	}
	for s := f.First; s <= f.Last; s++ {
		if at, ok := f.LeadOut(s); !ok || at <= 0 {
			return implausible("full TOC: no lead-out of session %d", s)
		}
	}
	for _, e := range f.Entries {
		if e.ADR == 1 && e.Point >= 1 && e.Point <= toc.MaxTracks && (!e.P.Valid() || e.P.M >= 90) {
			return implausible("full TOC: track %d at %v", e.Point, e.P)
		}
	}
	return nil
}

func plausibleSessions(s command.SessionInfo) error {
	if s.First < 1 || s.Last < s.First || s.Last > toc.MaxTracks {
		return implausible("sessions from %d to %d", s.First, s.Last)
	}
	return nil
}

// plausibleTrack checks the information about track n, and that it includes the size.
// Drives older than MMC-1 may insist on a shorter reply; see salvageTrack.
func plausibleTrack(ti *command.TrackInformation, n int) error {
	err := saneTrack(ti, n)
	switch {
	case err != nil:
		return err
	case !ti.SizeValid:
		return implausible("track information of %d bytes", ti.Len)
	case n > 1 && !ti.Blank && !ti.NWAValid && ti.Start == 0 && ti.Size == 0:
		// A bus that can't count its bytes fills the rest of a short reply with zeros.
		return implausible("track information: track %d without address and length", n)
	}
	return nil
}

// saneTrack checks the received information about track n. The high bytes of its numbers
// are zero on a CD and are ignored, since some bridges insert their own bytes there
// ("USBS" makes track 21761).
func saneTrack(ti *command.TrackInformation, n int) error {
	ti.Track, ti.Session = ti.Track&0xFF, ti.Session&0xFF
	if n == command.InvisibleTrack && ti.Track > toc.MaxTracks {
		ti.Track = 0 // some drives repeat FFh: the number is unknown
	}
	switch {
	case n != command.InvisibleTrack && ti.Track != n:
		return implausible("track information: track %d instead of %d", ti.Track, n)
	case ti.Session > toc.MaxTracks:
		return implausible("track information: session %d", ti.Session)
	case ti.Start < -toc.PregapSectors, ti.Start > toc.MaxLBA:
		return implausible("track information: track %d at LBA %d", ti.Track, ti.Start)
	case ti.SizeValid && (ti.Size < 0 || !ti.Blank && ti.Size > toc.Sectors(toc.MaxLBA)+toc.PregapSectors):
		return implausible("track information: track %d of %d sectors", ti.Track, ti.Size)
	case ti.NWAValid && (ti.NWA < -toc.PregapSectors || ti.NWA > toc.MaxLBA):
		return implausible("track information: next writable address %d", ti.NWA)
	}
	return nil
}

// salvageTrack keeps the plausible parts of a reply that the drive insists on: an
// impossible size or address counts as missing.
func salvageTrack(ti *command.TrackInformation, n int) error {
	if ti.Size < 0 || ti.Size > toc.Sectors(toc.MaxLBA)+toc.PregapSectors {
		ti.Size, ti.SizeValid = 0, false
	}
	if ti.NWA < -toc.PregapSectors || ti.NWA > toc.MaxLBA {
		ti.NWA, ti.NWAValid = 0, false
	}
	return saneTrack(ti, n)
}

// closedSessions counts the sessions that are closed: disc information also counts one
// that is open, or empty and appendable (real: udisks issue 836).
func closedSessions(d *command.DiscInformation) int {
	if !d.Writable() || d.LastSession == mmc.SessionComplete {
		return d.Sessions
	}
	return max(d.Sessions-1, 0)
}
