package inspect

import (
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// known is a fact that the drive reports.
func known[T any](v T) disc.Fact[T] { return disc.Fact[T]{Value: v, Origin: disc.Reported} }

// unknown is a fact that no reply contains.
func unknown[T any](why error) disc.Fact[T] { return disc.Fact[T]{Err: why} }

// contradicted is a fact that another reply contradicts.
func contradicted[T any](v T, format string, args ...any) disc.Fact[T] {
	return disc.Fact[T]{Value: v, Origin: disc.Contradicted, Err: contradiction(format, args...)}
}

func contradiction(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), ErrContradiction)
}

// LeadOut returns where the lead-out of a closed session starts, if that is known.
func LeadOut(d *disc.Disc, session int) (toc.LBA, bool) {
	for _, l := range d.LeadOuts.Value {
		if l.Session == session {
			return l.Start, true
		}
	}
	return 0, false
}

// Last returns the number of the last of a disc's tracks, 0 for none.
func Last(tracks []disc.Track) int {
	if len(tracks) == 0 {
		return 0
	}
	return tracks[len(tracks)-1].Number
}

// disc combines the replies by the rules at Disc.
func (r *replies) disc() disc.Disc {
	d := disc.Disc{NotReady: r.ready, Parameters: r.parameters}
	d.Media = r.medium()
	d.ATIP = r.groove()
	d.Status = r.status()
	d.TOC = r.contents(&d)
	d.LastSession = unknown[mmc.SessionStatus](r.info.why())
	if r.info.ok() {
		d.LastSession = r.lastSession(&d)
	}
	d.Sessions = r.closed(&d)
	d.LeadOuts = r.leadOuts(&d)
	d.Tracks = r.list(&d)
	d.Next = space{r}.nextTrack(&d)
	d.Capacity = space{r}.capacity(&d)
	return d
}

// medium returns the type of disc.
//
// Many drives give a closed CD-R the profile of a CD-ROM: only a CD-RW is erasable, and
// only a recordable disc has an ATIP or can be blank or appendable. The same replies
// determine the type if there is no profile, provided that it is a CD: it has an ATIP or
// a table of contents, or the drive is older than profiles (MMC-1).
func (r *replies) medium() disc.Fact[mmc.MediaType] {
	p := r.profile.value
	m := p.MediaType()
	old := errors.Is(r.profile.err, scsi.KeyIllegalRequest)
	bare := !r.profile.ok() || p == command.ProfileNone
	hint := r.hint()
	switch {
	case !r.profile.asked:
		return unknown[mmc.MediaType](disc.ErrNotAsked)
	case bare && (r.atip.ok() || r.table.ok() || old) && hint != mmc.MediaUnknown:
		f := known(hint)
		if f.Err = r.profile.err; f.Err == nil {
			f.Err = errNoProfile
		}
		return f
	case !r.profile.ok():
		return unknown[mmc.MediaType](r.profile.err)
	case p == command.ProfileNone:
		return unknown[mmc.MediaType](errNoProfile)
	case m == mmc.MediaCDROM && hint != mmc.MediaUnknown:
		return known(hint)
	case m == mmc.MediaCDR && r.info.ok() && r.info.value.Erasable && (!r.atip.ok() || r.atip.value.Rewritable):
		return contradicted(mmc.MediaCDRW, "the profile is CD-R, but the disc is erasable")
	}
	return known(m)
}

// hint returns the type of CD without using its profile.
func (r *replies) hint() mmc.MediaType {
	switch {
	case r.info.ok() && r.info.value.Erasable, r.atip.ok() && r.atip.value.Rewritable:
		return mmc.MediaCDRW
	case r.info.ok() && r.info.value.Writable(), r.atip.ok():
		return mmc.MediaCDR
	case r.info.ok() && errors.Is(r.atip.err, scsi.KeyIllegalRequest):
		return mmc.MediaCDROM
	}
	return mmc.MediaUnknown
}

// groove returns the ATIP.
func (r *replies) groove() disc.Fact[mmc.ATIP] {
	if !r.atip.ok() {
		return unknown[mmc.ATIP](r.atip.why())
	}
	return known(r.atip.value)
}

// firstRecorded returns the READ TRACK INFORMATION of the first track: a recorded track,
// or the place for one.
func (r *replies) firstRecorded() (recorded, told bool) {
	first, _ := r.bounds()
	t := &r.tracks[first]
	return r.recorded(first), t.ok()
}

// status returns the state of the disc.
func (r *replies) status() disc.Fact[mmc.DiscStatus] {
	recorded, told := r.firstRecorded()
	appendable := r.next.ok() && r.next.value.NWAValid
	if !r.info.ok() {
		switch {
		case told && !recorded && !r.table.ok():
			return disc.Fact[mmc.DiscStatus]{Value: mmc.DiscEmpty, Origin: disc.Reported, Err: r.info.why()}
		case recorded && appendable:
			return disc.Fact[mmc.DiscStatus]{Value: mmc.DiscIncomplete, Origin: disc.Reported, Err: r.info.why()}
		}
		return unknown[mmc.DiscStatus](r.info.why())
	}
	s := r.info.value.Status
	switch {
	case s == mmc.DiscEmpty && (recorded || r.table.ok() && !told):
		switch {
		case appendable:
			return contradicted(mmc.DiscIncomplete, "disc information reports a blank disc, but there are tracks")
		case r.table.ok() && errors.Is(r.next.err, scsi.KeyIllegalRequest):
			return contradicted(mmc.DiscFinalized, "disc information reports a blank disc, but there are tracks")
		}
		return unknown[mmc.DiscStatus](contradiction("disc information reports a blank disc, but there are tracks"))
	case s == mmc.DiscFinalized && appendable && r.next.value.Invisible():
		return contradicted(s, "the drive reports a next writable address, LBA %d", r.next.value.NWA)
	}
	return known(s)
}

// blank reports whether the disc is known to be blank.
func blank(d *disc.Disc) bool { return d.Status.Known() && d.Status.Value == mmc.DiscEmpty }

// contents returns the table of contents.
func (r *replies) contents(d *disc.Disc) disc.Fact[toc.TOC] {
	if !r.table.ok() {
		return unknown[toc.TOC](r.table.why())
	}
	t := r.table.value
	last := t.Entries[len(t.Entries)-1].Number
	switch {
	case blank(d):
		return contradicted(t, "the disc is blank")
	case t.Last != last || t.First != t.Entries[0].Number:
		named := t.Last
		t.First, t.Last = t.Entries[0].Number, last
		return contradicted(t, "the header names %d as the last track", named)
	}
	return known(t)
}

// lastSession returns the state of the last session.
func (r *replies) lastSession(d *disc.Disc) disc.Fact[mmc.SessionStatus] {
	s := r.info.value.LastSession
	switch {
	case !d.Status.Known():
		return unknown[mmc.SessionStatus](d.Status.Err)
	case d.Status.Value == r.info.value.Status:
		return known(s)
	case !r.info.ok(): // the other replies show a blank or an appendable disc
		f := disc.Fact[mmc.SessionStatus]{Value: mmc.SessionIncomplete, Origin: disc.Reported, Err: r.info.why()}
		if d.Status.Value == mmc.DiscEmpty {
			f.Value = mmc.SessionEmpty
		}
		return f
	}
	if d.Status.Value == mmc.DiscFinalized {
		return contradicted(mmc.SessionComplete, "disc information reports the last session as %v", s)
	}
	return contradicted(mmc.SessionIncomplete, "disc information reports the last session as %v", s)
}

// closed counts the closed sessions.
func (r *replies) closed(d *disc.Disc) disc.Fact[int] {
	if blank(d) {
		return known(0)
	}
	listed := 0
	if r.sessions.ok() {
		listed = r.sessions.value.Last
	} else if r.full.ok() {
		listed = min(r.full.value.Last, toc.MaxTracks)
	}
	if !r.info.ok() {
		if listed > 0 {
			return disc.Fact[int]{Value: listed, Origin: disc.Reported, Err: r.info.why()}
		}
		return unknown[int](r.info.why())
	}
	counted := closedSessions(&r.info.value)
	switch {
	case !d.Status.Known() && listed == 0:
		return unknown[int](d.Status.Err)
	case (!d.Status.Known() || d.Status.Value != r.info.value.Status) && listed > 0:
		return contradicted(listed, "disc information counts %d closed sessions", counted)
	case listed > 0 && listed != counted:
		return contradicted(max(listed, counted), "disc information counts %d closed sessions, the lead-in %d", counted, listed)
	case counted == 0 && r.table.ok():
		return contradicted(1, "disc information counts no closed session, but there is a table of contents")
	}
	return known(counted)
}

// leadOuts returns those of the closed sessions. The table of contents itself contains
// that of the last session.
func (r *replies) leadOuts(d *disc.Disc) disc.Fact[[]disc.LeadOut] {
	if !d.TOC.Known() || blank(d) {
		why := d.TOC.Err
		if why == nil {
			why = disc.ErrNotAsked
		}
		return unknown[[]disc.LeadOut](why)
	}
	var list []disc.LeadOut
	sessions := max(d.Sessions.Value, 1)
	for s := 1; s <= sessions; s++ {
		if at, ok := r.full.value.LeadOut(s); r.full.ok() && ok && at > 0 && at <= d.TOC.Value.LeadOut {
			list = append(list, disc.LeadOut{Session: s, Start: at})
		} else if s == sessions {
			list = append(list, disc.LeadOut{Session: s, Start: d.TOC.Value.LeadOut})
		}
	}
	if len(list) < sessions {
		return disc.Fact[[]disc.LeadOut]{Value: list, Origin: disc.Reported, Err: r.full.why()}
	}
	return known(list)
}

// space sets the facts about the room on the disc.
type space struct{ *replies }

// capacity returns what one continuous track on the empty disc can hold.
func (r space) capacity(d *disc.Disc) disc.Fact[toc.Sectors] {
	if end, ok := r.lastLeadOut(); ok {
		return known(placing.UsableSectors(0, end))
	}
	if d.Next.Known() {
		return known(toc.Sectors(d.Next.Value.NWA) + d.Next.Value.Free)
	}
	return unknown[toc.Sectors](d.ATIP.Err)
}

// lastLeadOut returns the last possible start of a lead-out, from the ATIP or else from
// disc information.
func (r space) lastLeadOut() (toc.LBA, bool) {
	switch {
	case r.atip.ok():
		return r.atip.value.LastLeadOut.LBA(), true
	case r.info.ok() && r.info.value.LastLeadOutValid && r.info.value.LastLeadOut.LBA() > 0:
		return r.info.value.LastLeadOut.LBA(), true
	}
	return 0, false
}

// nextTrack determines where the next track starts.
func (r space) nextTrack(d *disc.Disc) disc.Fact[disc.Next] {
	if !r.next.ok() {
		return unknown[disc.Next](r.next.why())
	}
	ti := r.next.value
	n := disc.Next{Track: ti.Track, Unfinished: !ti.Invisible() && !blank(d), Free: ti.Free}
	// A torn track may look finished: Pioneer drives never set the damage bit, and return
	// that track for FFh. For a disc that isn't open such a reply has no meaning.
	if n.Unfinished && !ti.NWAValid && !ti.Damage && (!d.Status.Known() || d.Status.Value != mmc.DiscIncomplete) {
		return unknown[disc.Next](implausible("track information: recording continues in track %d, which is finished", ti.Track))
	}
	if n.Track < 1 || n.Track > toc.MaxTracks {
		n.Track = max(Last(d.Tracks)+1, 1)
		if r.info.ok() {
			n.Track = max(n.Track, min(r.info.value.LastTrackLastSession, toc.MaxTracks))
		}
	}
	hidden := r.hides(n.Track)
	if hidden {
		n.Track = min(r.info.value.LastTrackLastSession+1, toc.MaxTracks)
	}
	var told bool
	if n.NWA, told = ti.NextWritable(); !told {
		n.NWA = max(ti.Start, 0)
	}
	f := r.room(n, &ti)
	switch {
	case f.Origin != disc.Reported:
	case hidden:
		f = contradicted(f.Value, "READ TRACK INFORMATION gives track number %d", ti.Track)
	case !told && n.Free > 0:
		f = contradicted(f.Value, "%d blocks are free, but the drive reports no next writable address", n.Free)
	case d.Status.Known() && d.Status.Value == mmc.DiscFinalized && told:
		f = contradicted(f.Value, "disc information reports a finalized disc")
	}
	return f
}

// room limits the free blocks to what the disc can hold.
func (r space) room(n disc.Next, ti *command.TrackInformation) disc.Fact[disc.Next] {
	end, limited := r.lastLeadOut()
	reported := n.Free
	if limited && ti.NWAValid {
		n.Free = min(n.Free, placing.UsableSectors(n.NWA, end))
		if reported <= 0 || ti.NWA < 0 {
			n.Free = placing.UsableSectors(n.NWA, end) // for a negative address it is unknown where counting starts
		}
	} else if ti.NWAValid {
		n.Free += toc.Sectors(min(ti.NWA, 0))
	}
	n.Free = max(n.Free, 0)
	// Drives count the run-out in different ways, which explains a few blocks.
	if reported > 0 && n.Free > reported-placing.PauseSectors && n.Free < reported+placing.PauseSectors || n.Free == reported || ti.NWA < 0 {
		return known(n)
	}
	return contradicted(n, "the drive reports %d free blocks, and the disc ends at LBA %d", reported, end)
}
