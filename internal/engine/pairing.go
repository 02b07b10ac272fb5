package engine

import (
	"context"
	"errors"
	"slices"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/toc"
)

// pairSome is pair for a disc that may hold more tracks: after the given ones or, as
// fragments left by a resumed burn, before and between them. full means that all of the audio
// must be compared, because samples may miss a difference that was found.
func (c verifier) pairSome(ctx context.Context, tracks []burn.Track, list []disc.Track) (written []inspect.Written, full bool, err error) {
	more := len(list) - len(tracks)
	if more <= 0 {
		written, err = c.pair(tracks, list)
		return written, false, err
	}
	picked, full, err := c.pick(ctx, tracks, list)
	if err != nil {
		return nil, false, err
	}
	if written, err = c.pair(tracks, picked); err != nil {
		return nil, false, err
	}
	for _, t := range list {
		if t.Number < written[len(written)-1].Number && !slices.ContainsFunc(written, func(w inspect.Written) bool { return w.Number == t.Number }) {
			more--
			c.Note(burn.Note{Kind: notekind.Skipped, Track: t.Number, Got: int(t.Sectors)})
		}
	}
	if more > 0 {
		c.Note(burn.Note{Kind: notekind.MoreTracks, Got: more})
	}
	return written, full, nil
}

// pick chooses the tracks of the disc to compare with the given ones. If their lengths leave
// a choice, the audio decides: a fragment may be as long as the track that replaces it, and a
// track of another album as long as one of this album. differs means that a source isn't
// equal to any track that it could be.
func (c verifier) pick(ctx context.Context, tracks []burn.Track, list []disc.Track) (picked []disc.Track, differs bool, err error) {
	where := c.places(list, tracks)
	if where == nil {
		return list, false, nil // the comparison will report the first difference
	}
	picked = make([]disc.Track, len(tracks))
	below := len(list)
	for i := len(tracks) - 1; i >= 0; i-- {
		at := slices.DeleteFunc(where[i], func(place int) bool { return place >= below })
		below = at[0]
		if len(at) > 1 {
			var equal bool
			if below, equal, err = c.closest(ctx, tracks[i], list, at); err != nil {
				return nil, false, err
			}
			differs = differs || !equal
		}
		picked[i] = list[below]
	}
	return picked, differs, nil
}

// places is the function places for the given tracks.
func (c verifier) places(list []disc.Track, tracks []burn.Track) [][]int {
	var sizes []toc.Sectors
	for _, t := range tracks {
		sizes = append(sizes, sizeOf(t))
	}
	if where := places(list, sizes); where != nil {
		return where
	}
	// A source may hold audio that session-at-once records outside its track.
	return placesWhere(list, len(sizes), func(at, i int) bool { return holds(list, at, tracks, i) })
}

// closest returns the first place in the list whose track is equal to a source, or else the
// one whose first difference comes last. It compares whole tracks, because a fragment is
// equal up to the point where it was cut short.
func (c verifier) closest(ctx context.Context, t burn.Track, list []disc.Track, at []int) (place int, equal bool, err error) {
	place, most := at[0], toc.Sectors(0)
	for _, here := range at {
		on := list[here]
		w := []inspect.Written{writtenAt(t, on.Number, hiddenStart(t, on))}
		w[0].Source = withTimeout(ctx, t.Source)
		c.m.phase(burn.PhaseVerify, burn.ActionVerifying, verifyWork(disc.VerifyFull, w))
		if err := c.Ready(ctx); err != nil {
			return 0, false, c.unverified(err)
		}
		v, err := inspect.Verify(ctx, c.Drive, w, disc.VerifyFull, &inspect.VerifyOptions{Disc: &c.Before, OnProgress: c.m.verifying, OnWait: c.m.tick})
		switch {
		case err == nil && v.Result == disc.VerifyEqual:
			return here, true, nil
		case err != nil && !errors.Is(err, inspect.ErrDiffers) && !errors.Is(err, inspect.ErrUnreadable):
			return 0, false, c.unverified(err)
		case v.Sectors > most:
			place, most = here, v.Sectors
		}
	}
	return place, false, nil
}

// places finds tracks of the given sizes among those of a disc, in order. For each it
// returns the indexes in list at which it may be, the likeliest first: its own if the
// first tracks of the disc have these sizes, and otherwise the last, because a fragment
// precedes the track that replaces it. It returns nil if the disc doesn't hold them all.
func places(list []disc.Track, sizes []toc.Sectors) [][]int {
	return placesWhere(list, len(sizes), func(at, i int) bool { return fits(list[at], sizes[i]) })
}

// placesWhere is places for n tracks; fits reports whether track i may be at an index.
func placesWhere(list []disc.Track, n int, fits func(at, i int) bool) [][]int {
	where := make([][]int, n)
	first := len(list) >= n
	at := -1
	for i := range n { // each as early as it can be
		for at++; at < len(list) && !fits(at, i); at++ {
		}
		if at == len(list) {
			return nil
		}
		where[i], first = []int{at}, first && at == i
	}
	at = len(list)
	for i := n - 1; i >= 0; i-- { // and as late
		for at--; !fits(at, i); at-- {
		}
		var possible []int
		for place := at; place >= where[i][0]; place-- {
			if fits(place, i) {
				possible = append(possible, place)
			}
		}
		if first { // the last one is where the first search found it
			possible = append([]int{i}, possible[:len(possible)-1]...)
		}
		where[i] = possible
	}
	return where
}

// Holds reports whether a disc has tracks of the given sizes among these, in order.
func Holds(list []disc.Track, sizes []toc.Sectors) bool { return places(list, sizes) != nil }

// fits reports whether a track has this length, run-out aside.
func fits(t disc.Track, size toc.Sectors) bool {
	longest := toc.Sectors(placing.RunOutSectors)
	if !t.Shown.Known {
		longest = placing.PauseSectors // by the table of contents a track reaches to the next one
	}
	off := t.Sectors - size
	return off >= -placing.RunOutSectors && off <= longest
}
