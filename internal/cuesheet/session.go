package cuesheet

import (
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/toc"
)

// ErrInvalid matches every error about a session that can't be recorded. Some errors also
// match placing.ErrNoTracks, placing.ErrTrackCount, placing.ErrTrackLength, toc.ErrISRC or
// toc.ErrMCN.
var ErrInvalid = errors.New("invalid session")

// Session describes a session-at-once recording. Its methods do no I/O.
type Session struct {
	First  int     // number of the first track, 1..99; 0 means 1
	MCN    toc.MCN // "" for none
	Start  toc.LBA // index 1 of the first track if nothing is hidden before it: 0 in the first session
	Tracks []Track
}

// Track is one audio track.
type Track struct {
	Control toc.Control // pre-emphasis, copy permitted, four channels
	SCMS    bool        // alternating copy bit: the audio is a copy of a protected recording
	ISRC    toc.ISRC    // "" for none

	// Pregap is the part with index 0, before index 1; the stream contains it as silence or
	// audio. The first track always has two seconds of silence there (0 means exactly
	// that), and anything longer holds a hidden track.
	Pregap  toc.Sectors
	Length  toc.Sectors     // from index 1 to the end of the track, at least placing.MinTrack
	Indexes []toc.IndexMark // 2, 3, ... without gaps
}

// Mark is an address where the index changes.
type Mark struct {
	Track, Index int
	Start        toc.LBA
}

// Layout holds the addresses of all indexes.
type Layout struct {
	Marks   []Mark  // ascending; the first is index 0 of the first track
	LeadOut toc.LBA // the end of the last track
}

// Layout computes where every index starts. An error matches ErrInvalid and names the
// track.
func (s Session) Layout() (Layout, error) {
	if err := s.check(); err != nil {
		return Layout{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	at := s.Start - toc.PregapSectors
	var l Layout
	for i, t := range s.Tracks {
		number := s.Number(i)
		if i == 0 || t.Pregap > 0 {
			l.Marks = append(l.Marks, Mark{Track: number, Index: 0, Start: at})
		}
		at += toc.LBA(s.pregap(i))
		l.Marks = append(l.Marks, Mark{Track: number, Index: 1, Start: at})
		for _, index := range t.Indexes {
			l.Marks = append(l.Marks, Mark{Track: number, Index: int(index.Index), Start: at + toc.LBA(index.Offset)})
		}
		at += toc.LBA(t.Length)
	}
	l.LeadOut = at
	return l, nil
}

// Number returns the number of track i on the disc.
func (s Session) Number(i int) int { return max(s.First, 1) + i }

// pregap returns the pregap of track i as recorded.
func (s Session) pregap(i int) toc.Sectors {
	if i == 0 && s.Tracks[0].Pregap == 0 {
		return toc.PregapSectors
	}
	return s.Tracks[i].Pregap
}

// check rejects sessions that drives refuse or would record wrong.
func (s Session) check() error {
	if mcn, err := toc.ParseMCN(string(s.MCN)); err != nil || mcn != s.MCN {
		return fmt.Errorf("%w: %q", toc.ErrMCN, s.MCN)
	}
	if s.First < 0 || s.Start < 0 {
		return fmt.Errorf("track %d at LBA %d", s.First, s.Start)
	}
	lengths := make([]toc.Sectors, len(s.Tracks))
	for i, t := range s.Tracks {
		lengths[i] = t.Length
	}
	if err := placing.CheckTracks(s.Number(0), lengths); err != nil {
		return err
	}
	sum := int64(s.Start)
	for i, t := range s.Tracks {
		if err := t.check(i == 0); err != nil {
			return fmt.Errorf("track %d: %w", s.Number(i), err)
		}
		// The first two seconds lie before LBA 0.
		sum += int64(s.pregap(i)) + int64(t.Length)
	}
	if sum -= toc.PregapSectors; sum > int64(toc.MaxLBA) {
		return fmt.Errorf("%w: the lead-out would start at LBA %d, and addresses end at %d", placing.ErrTrackLength, sum, toc.MaxLBA)
	}
	return nil
}

// check checks a track on its own.
func (t Track) check(first bool) error {
	const known = toc.PreEmphasis | toc.CopyPermitted | toc.FourChannel
	if t.Control&^known != 0 {
		return fmt.Errorf("control bits %Xh are not those of audio", uint8(t.Control))
	}
	if isrc, err := toc.ParseISRC(string(t.ISRC)); err != nil || isrc != t.ISRC {
		return fmt.Errorf("%w: %q", toc.ErrISRC, t.ISRC)
	}
	if t.Pregap < 0 || t.Pregap > toc.Sectors(toc.MaxLBA) || (first && t.Pregap > 0 && t.Pregap < toc.PregapSectors) {
		return fmt.Errorf("a pregap of %d sectors", t.Pregap)
	}
	last := toc.Sectors(0)
	for i, index := range t.Indexes {
		if int(index.Index) != 2+i || index.Index > 99 {
			return fmt.Errorf("index %d where %d should be", index.Index, 2+i)
		}
		if index.Offset <= last || index.Offset >= t.Length {
			return fmt.Errorf("index %d at %d sectors is not between the index before and the end", index.Index, index.Offset)
		}
		last = index.Offset
	}
	return nil
}

// Sectors returns the length of the stream: from the first mark to the lead-out.
func (l Layout) Sectors() toc.Sectors {
	if len(l.Marks) == 0 {
		return 0
	}
	return toc.Sectors(l.LeadOut - l.Marks[0].Start)
}

// TOC returns the table of contents that results from the recording.
func (s Session) TOC() (toc.TOC, error) {
	l, err := s.Layout()
	if err != nil {
		return toc.TOC{}, err
	}
	out := toc.TOC{First: s.Number(0), Last: s.Number(len(s.Tracks) - 1), LeadOut: l.LeadOut}
	for _, m := range l.Marks {
		if m.Index == 1 {
			control := s.Tracks[m.Track-s.Number(0)].Control
			out.Entries = append(out.Entries, toc.Entry{Number: m.Track, Control: control, Start: m.Start})
		}
	}
	return out, nil
}
