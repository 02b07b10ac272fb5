package placing

import (
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/toc"
)

// Errors for what the Red Book rules out, for errors.Is.
var (
	ErrNoTracks    = errors.New("no tracks")
	ErrTrackCount  = errors.New("more tracks than a disc can hold")
	ErrTrackLength = errors.New("track length not allowed")
)

// maxPlanned keeps sums of lengths far from the end of int32. It is the length of more than
// two thousand discs.
const maxPlanned = 1 << 30

// PlannedTrack is the place that one track is expected to take.
type PlannedTrack struct {
	Number int         // 1..99
	Start  toc.LBA     // index 1, the first sector of audio
	Length toc.Sectors // audio, whole sectors, MinTrack at least
	Pregap toc.Sectors // silence before Start: toc.PregapSectors
}

// End is the address past the last sector of audio. Two run-out sectors follow.
func (p PlannedTrack) End() toc.LBA { return p.Start + toc.LBA(p.Length) }

// Layout is a plan of one session written track-at-once. While a disc is written, the
// addresses that the drive reports count instead.
type Layout struct {
	Tracks  []PlannedTrack
	LeadOut toc.LBA // past the last track's run-out
}

// Raise returns the length that a track of n sectors gets on the disc: MinTrack at
// least, since a drive may refuse to end a shorter one.
func Raise(n toc.Sectors) toc.Sectors { return max(n, MinTrack) }

// PlanTAO lays out tracks of the given lengths, in sectors, from the next writable
// address nwa on; first is the number of the first one. Tracks lie PauseSectors
// apart: the next address of five drive makers' recorders is start + N + 152.
//
// A negative nwa means 0: some drives report the first pregap of a blank disc.
// The first track's pregap is not counted, as the drive's free blocks don't hold
// it either. An error matches ErrNoTracks, ErrTrackCount or ErrTrackLength.
func PlanTAO(nwa toc.LBA, first int, lengths []toc.Sectors) (Layout, error) {
	if err := CheckTracks(first, lengths); err != nil {
		return Layout{}, err
	}
	next := max(nwa, 0)
	layout := Layout{Tracks: make([]PlannedTrack, 0, len(lengths))}
	for i, length := range lengths {
		track := PlannedTrack{Number: first + i, Start: next, Length: length, Pregap: toc.PregapSectors}
		layout.Tracks = append(layout.Tracks, track)
		layout.LeadOut = track.End() + RunOutSectors
		next = layout.LeadOut + toc.PregapSectors
	}
	return layout, nil
}

// CheckTracks applies the rules of the Red Book to tracks of the given lengths:
// numbers 1 to 99, four seconds each at least. An error matches ErrNoTracks,
// ErrTrackCount or ErrTrackLength and names the track.
func CheckTracks(first int, lengths []toc.Sectors) error {
	if len(lengths) == 0 {
		return ErrNoTracks
	}
	if first < 1 || first+len(lengths)-1 > toc.MaxTracks {
		return fmt.Errorf("%w: tracks %d to %d, where 1 to %d are allowed",
			ErrTrackCount, first, first+len(lengths)-1, toc.MaxTracks)
	}
	var sum int64
	for i, length := range lengths {
		if length < MinTrack {
			return fmt.Errorf("%w: track %d lasts %.2f seconds, and a track lasts at least 4",
				ErrTrackLength, first+i, length.Duration().Seconds())
		}
		if sum += int64(length); sum > maxPlanned {
			return fmt.Errorf("%w: track %d makes it longer than any disc", ErrTrackLength, first+i)
		}
	}
	return nil
}

// Audio returns the length of all tracks without the pauses.
func (l Layout) Audio() toc.Sectors {
	var sum toc.Sectors
	for _, t := range l.Tracks {
		sum += t.Length
	}
	return sum
}

// Pauses returns how many pauses track-at-once recording inserts between the tracks
// and their total length. Each is PauseSectors long.
func (l Layout) Pauses() (count int, length toc.Sectors) {
	count = max(len(l.Tracks)-1, 0)
	return count, toc.Sectors(count) * PauseSectors
}

// Used returns how many of the blocks that a drive reports as free the layout takes: tracks
// and pauses. It does not include the last run-out, because the drive leaves those two
// sectors out of its count.
func (l Layout) Used() toc.Sectors {
	_, pauses := l.Pauses()
	return l.Audio() + pauses
}

// TOC returns the table of contents that the layout should lead to, all in one session.
// controls has the kind of each track and may be nil or shorter.
func (l Layout) TOC(session int, controls []toc.Control) toc.TOC {
	t := toc.TOC{LeadOut: l.LeadOut}
	for i, track := range l.Tracks {
		e := toc.Entry{Number: track.Number, Session: session, Start: track.Start}
		if i < len(controls) {
			e.Control = controls[i]
		}
		t.Entries = append(t.Entries, e)
	}
	if n := len(l.Tracks); n > 0 {
		t.First, t.Last = l.Tracks[0].Number, l.Tracks[n-1].Number
	}
	return t
}
