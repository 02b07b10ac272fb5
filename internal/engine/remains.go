package engine

import (
	"slices"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// remnant is a burn.Remnant and whether its track is reserved (burn.FateContinue).
type remnant struct {
	burn.Remnant
	reserved bool
}

// remains describes what an interrupted burn left.
type remains struct {
	album     []remnant // one for each track of the album
	fragments []burn.Fragment
}

// How a disc can differ (burn.OtherDiscKind).
const (
	otherMedia   burn.OtherDiscKind = "media"
	otherMaker   burn.OtherDiscKind = "maker"
	otherBlank   burn.OtherDiscKind = "blank"
	otherMissing burn.OtherDiscKind = "missing"
	otherStart   burn.OtherDiscKind = "start"
	otherLength  burn.OtherDiscKind = "length"
	otherAudio   burn.OtherDiscKind = "audio"
	otherForeign burn.OtherDiscKind = "not ours"
)

// finder compares a disc with the record of an interrupted burn.
type finder struct {
	on    disc.Disc
	was   *burn.Interrupted
	sizes []toc.Sectors // length of each track of the album on a disc
	out   remains
}

// find determines which tracks of an album are on a disc, without asking the drive. The error
// is a *burn.OtherDiscError if the disc isn't that of this burn.
func find(on disc.Disc, was *burn.Interrupted, sizes []toc.Sectors) (remains, error) {
	f := &finder{on: on, was: was, sizes: sizes}
	f.out.album = make([]remnant, len(sizes))
	for i := range f.out.album {
		f.out.album[i].Fate = burn.FateBurn
	}
	if err := f.sameDisc(); err != nil {
		return remains{}, err
	}
	if err := f.confirmed(); err != nil {
		return remains{}, err
	}
	for _, t := range on.Tracks {
		if t.Number < f.first() || f.owned(t.Number) {
			continue
		}
		if err := f.unconfirmed(t); err != nil {
			return remains{}, err
		}
	}
	return f.out, nil
}

// first returns the disc's number of the album's first track.
func (f *finder) first() int { return inspect.Last(f.was.Disc.Tracks) + 1 }

// sameDisc compares what doesn't change while a disc is recorded: its type, and the tracks
// from before the burn. Discs of the same make can be distinguished only by their tracks.
func (f *finder) sameDisc() error {
	a, b := f.was.Disc, f.on
	if a.Media.Known() && b.Media.Known() && a.Media.Value != b.Media.Value {
		return &burn.OtherDiscError{Kind: otherMedia, Want: int(a.Media.Value), Got: int(b.Media.Value)}
	}
	if a.ATIP.Known() && b.ATIP.Known() && !sameGroove(a.ATIP.Value, b.ATIP.Value) {
		return &burn.OtherDiscError{Kind: otherMaker, Want: int(a.ATIP.Value.LastLeadOut.LBA()), Got: int(b.ATIP.Value.LastLeadOut.LBA())}
	}
	if want := len(a.Tracks) + f.whole(); want > 0 && b.Status.Value == mmc.DiscEmpty && b.Status.Known() {
		return &burn.OtherDiscError{Kind: otherBlank, Want: want}
	}
	for _, want := range a.Tracks {
		got, ok := b.Track(want.Number)
		switch {
		case !ok:
			return &burn.OtherDiscError{Kind: otherMissing, Track: want.Number}
		case got.Start != want.Start:
			return &burn.OtherDiscError{Kind: otherStart, Track: want.Number, Want: int(want.Start), Got: int(got.Start)}
		}
	}
	return nil
}

// whole counts the tracks that the drive showed whole.
func (f *finder) whole() (n int) {
	for _, b := range f.was.Begun {
		if b.Whole {
			n++
		}
	}
	return n
}

// confirmed finds the tracks that the drive showed whole during the burn. They must be on the
// disc. One that the drive doesn't show now is assumed to be there, and is read back later.
func (f *finder) confirmed() error {
	for _, b := range f.was.Begun {
		if !b.Whole || b.Row >= len(f.sizes) {
			continue
		}
		t, ok := f.on.Track(b.Number)
		switch {
		case !ok:
			return &burn.OtherDiscError{Kind: otherMissing, Track: b.Number}
		case t.Origin == disc.Unknown:
		case !startsAt(t, b.Start):
			return &burn.OtherDiscError{Kind: otherStart, Track: b.Number, Want: int(b.Start), Got: int(t.Start)}
		case torn(f.on, t):
			continue // the drive no longer shows it whole: its remains are examined below
		case !lasts(t, b.Sectors) && !lasts(t, b.Sectors+toc.PregapSectors): // with the pause after it, or its pregap
			return &burn.OtherDiscError{Kind: otherLength, Track: b.Number, Want: int(b.Sectors), Got: int(t.Sectors)}
		}
		f.out.album[b.Row].Remnant = burn.Remnant{Fate: burn.FateKept, Number: b.Number, Start: b.Start, Sectors: b.Sectors}
	}
	return nil
}

// startsAt reports whether a track starts at an address. Some drives include the pregap until
// the track is in the table of contents.
func startsAt(t disc.Track, at toc.LBA) bool {
	return t.Start == at || t.Shown.Known && t.Shown.Start == at
}

// owned reports whether a track of the disc has been identified as one of the album.
func (f *finder) owned(number int) bool {
	for _, r := range f.out.album {
		if r.Number == number && r.Fate != burn.FateBurn {
			return true
		}
	}
	return false
}

// begun returns the latest record of a track of the disc.
func (f *finder) begun(t disc.Track) (burn.BegunTrack, bool) {
	for i := len(f.was.Begun) - 1; i >= 0; i-- {
		if b := f.was.Begun[i]; b.Number == t.Number && (startsAt(t, b.Start) || t.Origin == disc.Unknown) {
			return b, true
		}
	}
	return burn.BegunTrack{}, false
}

// unconfirmed identifies a track on the disc that was never shown whole: the one that was
// being written when the burn was interrupted, or one that an earlier Resume left.
func (f *finder) unconfirmed(t disc.Track) error {
	b, known := f.begun(t)
	if !known {
		if !f.plausible(t) {
			return &burn.OtherDiscError{Kind: otherForeign, Track: t.Number}
		}
		b = burn.BegunTrack{Row: f.next(), Number: t.Number, Start: t.Start}
	}
	if b.Row >= len(f.sizes) {
		return &burn.OtherDiscError{Kind: otherForeign, Track: t.Number}
	}
	size := f.sizes[b.Row]
	here := remnant{Remnant: burn.Remnant{Number: t.Number, Start: b.Start, Sectors: t.Sectors}}
	open := torn(f.on, t) // Pioneer drives never report a track as damaged
	awaited := f.out.album[b.Row].Fate == burn.FateBurn && b.Row == f.next() && !f.retried(b)
	switch {
	case awaited && !open && f.long(t, b.Row):
		here.Fate, here.Sectors = burn.FateDoubtful, size
	case awaited && t.State == disc.TrackIncomplete && t.Sectors == size:
		here.Fate, here.Open = burn.FateDoubtful, true // only its end is missing
	case awaited && t.State == disc.TrackIncomplete && f.stillWritable(t) && t.Sectors < size,
		awaited && t.State == disc.TrackReserved && t.Number == inspect.Last(f.on.Tracks) && t.Sectors == size:
		here.Fate, here.Open, here.reserved = burn.FateContinue, true, t.State == disc.TrackReserved
		if here.reserved {
			here.Sectors = 0
		}
	default:
		x := burn.Fragment{Row: b.Row, Number: t.Number, Start: b.Start, Sectors: t.Sectors, Open: open}
		if t.State == disc.TrackDamaged {
			x.Sectors = t.Shown.Sectors
		}
		if x.Open {
			x.Sectors = min(x.Sectors, size) // the size of a torn track may include all of its free room
		}
		f.out.fragments = append(f.out.fragments, x)
		return nil
	}
	f.out.album[b.Row] = here
	return nil
}

// retried reports whether a track was begun again with another number. It is then a fragment,
// however long it is.
func (f *finder) retried(b burn.BegunTrack) bool {
	return slices.ContainsFunc(f.was.Begun, func(later burn.BegunTrack) bool { return later.Row == b.Row && later.Number > b.Number })
}

// plausible reports whether a track without a record may still be the next of the album:
// RESERVE TRACK is sent before the record is written, and a full hard disk or a power failure
// may have lost records.
func (f *finder) plausible(t disc.Track) bool {
	row := f.next()
	switch {
	case row < 0:
		return false
	case !torn(f.on, t) && f.long(t, row):
		return true // it will be read back
	}
	// Tracks before it were seen whole, or have the lengths of the album's.
	return t.Number == inspect.Last(f.on.Tracks) && (torn(f.on, t) || f.whole() > 0 || row > 0)
}

// long reports whether a track is as long as that of a row, ignoring run-out.
func (f *finder) long(t disc.Track, row int) bool { return lasts(t, f.sizes[row]) }

// lasts reports whether a track has a length, ignoring run-out.
func lasts(t disc.Track, size toc.Sectors) bool {
	return t.Sectors >= size-placing.RunOutSectors && t.Sectors <= size+placing.RunOutSectors
}

// stillWritable reports whether recording can continue in an incomplete track.
func (f *finder) stillWritable(t disc.Track) bool {
	next := f.on.Next
	return next.Known() && next.Value.Unfinished && next.Value.Track == t.Number &&
		next.Value.NWA == t.Start+toc.LBA(t.Sectors)
}

// next returns the first track of the album that hasn't been found, or -1.
func (f *finder) next() int {
	for i, r := range f.out.album {
		if r.Fate == burn.FateBurn {
			return i
		}
	}
	return -1
}

// split returns the tracks of the album that are whole on the disc (kept) and the others
// (missing), numbered from 1.
func (r remains) split() (kept, missing []int) {
	for i, t := range r.album {
		if t.Fate == burn.FateKept || t.Fate == burn.FateDoubtful {
			kept = append(kept, i+1)
		} else {
			missing = append(missing, i+1)
		}
	}
	return kept, missing
}

// makeFragment turns a track that can't be kept or continued into a fragment.
func (r *remains) makeFragment(row int) {
	t := &r.album[row]
	r.fragments = append(r.fragments, burn.Fragment{Row: row, Number: t.Number, Start: t.Start, Sectors: t.Sectors, Open: t.Open})
	*t = remnant{Remnant: burn.Remnant{Fate: burn.FateBurn}}
}

// shown returns the album as it is in a burn.ResumePlan.
func (r remains) shown() []burn.Remnant {
	if r.album == nil {
		return nil
	}
	list := make([]burn.Remnant, len(r.album))
	for i, t := range r.album {
		list[i] = t.Remnant
	}
	return list
}
