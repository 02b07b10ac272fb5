package inspect

import (
	"slices"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/toc"
)

// span is a range of sectors; to is exclusive.
type span struct{ from, to toc.LBA }

// holds reports whether a sector is in the range.
func (s span) holds(at toc.LBA) bool { return at >= s.from && at < s.to }

// readableSpans returns the ranges in which READ CD of audio may be sent: audio tracks,
// the pauses between them, and the run-out past the last one. Some USB drives hang or
// reset when asked for a sector below LBA 0, past the lead-out or where nothing is
// recorded (Debian bug 998718), and an ASUS writer returns its rendering of a data track
// as audio.
func readableSpans(d *disc.Disc) []span {
	var list []span
	for i := range d.Tracks {
		t := &d.Tracks[i]
		if !t.Control.Audio() || t.Origin == disc.Unknown || t.State == disc.TrackReserved || t.State == disc.TrackUnknown {
			continue
		}
		s := span{t.Start, t.End() + toc.LBA(t.RunOut)}
		if t.Number == 1 && i == 0 {
			s.from = 0 // music before index 1 belongs to track 1
		}
		if t.State == disc.TrackIncomplete && d.Next.Value.Unfinished && d.Next.Value.Track == t.Number {
			s.to = min(s.to, d.Next.Value.NWA) // the rest is not recorded
		}
		if t.State == disc.TrackComplete {
			s.to = max(s.to, afterTrack(d, i))
		}
		list = append(list, s)
	}
	return merge(list)
}

// afterTrack returns the end of the readable part past a complete track: the next audio
// track of the session, the session's lead-out, or the end of the run-out if the next
// writable address proves that it was recorded.
func afterTrack(d *disc.Disc, i int) toc.LBA {
	t := &d.Tracks[i]
	bound, leadOut, ok := boundOf(d, d.Tracks, i)
	switch {
	case ok && (leadOut || d.Tracks[i+1].Control.Audio()):
		return bound
	case !ok && !t.InTOC && d.Next.Known() && i == len(d.Tracks)-1 && t.End()+placing.PauseSectors == d.Next.Value.NWA:
		return t.End() + placing.RunOutSectors
	}
	return t.End()
}

// merge sorts ranges, joins those that touch, and cuts them at LBA 0.
func merge(list []span) []span {
	slices.SortFunc(list, func(a, b span) int { return int(a.from - b.from) })
	merged := list[:0]
	for _, s := range list {
		s.from = max(s.from, 0)
		switch n := len(merged); {
		case s.to <= s.from:
		case n > 0 && s.from <= merged[n-1].to:
			merged[n-1].to = max(merged[n-1].to, s.to)
		default:
			merged = append(merged, s)
		}
	}
	return merged
}

// part returns the length of the first part of a range that is entirely readable or
// entirely not.
func part(spans []span, from, to toc.LBA) (n int, readable bool) {
	for _, s := range spans {
		switch {
		case from >= s.to:
		case from >= s.from:
			return int(min(to, s.to) - from), true
		case to > s.from:
			return int(s.from - from), false
		}
	}
	return int(to - from), false
}
