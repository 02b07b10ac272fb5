package image

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/redbook-audio/redbook/cue"
	"github.com/redbook-audio/redbook/toc"
)

// newSheet begins a cue sheet with what is said about the whole disc.
func newSheet(d *Disc) *cue.Sheet {
	return &cue.Sheet{MCN: d.MCN, Title: plain(d.Title), Performer: plain(d.Performer)}
}

// newTrack begins a track of a cue sheet with all but its positions.
func newTrack(p place) cue.Track {
	t := cue.Track{
		Number: p.Number, Title: plain(p.Title), Performer: plain(p.Performer),
		ISRC: p.ISRC, Control: p.Control,
	}
	if p.opens && p.Session > 1 {
		t.Comments = append(t.Comments, fmt.Sprintf(remSession, p.Session, p.Start))
	}
	return t
}

// binSheet describes a BIN file.
func binSheet(d *Disc, list []place, name string) *cue.Sheet {
	s := newSheet(d)
	file := cue.File{Name: name, Type: cue.Binary}
	for _, p := range list {
		t := newTrack(p)
		if p.tail > 0 {
			t.Comments = append(t.Comments, fmt.Sprintf(remRunOut, p.tail))
		}
		if p.pause > p.inBin {
			t.Pregap = p.pause
		}
		if p.inBin > 0 {
			t.Indexes = append(t.Indexes, cue.Index{Number: 0, At: p.at})
		}
		t.Indexes = append(t.Indexes, indexes(p, p.at+p.inBin)...)
		file.Tracks = append(file.Tracks, t)
	}
	s.Files = []cue.File{file}
	return s
}

// trackSheet describes one WAV file per track. What the files don't hold is stated
// as PREGAP and POSTGAP, so that the addresses can be told from the sheet.
func trackSheet(d *Disc, list []place) *cue.Sheet {
	s := newSheet(d)
	for _, p := range list {
		t := newTrack(p)
		t.Pregap, t.Postgap = p.pause, p.tail
		t.Indexes = indexes(p, 0)
		s.Files = append(s.Files, cue.File{Name: TrackName(p.Number), Type: cue.Wave, Tracks: []cue.Track{t}})
	}
	return s
}

// indexes gives index 1 and the marks behind it for a track that starts at sector
// start of its file. Marks that don't lie inside the track are left out, since the
// sheet couldn't be read back.
func indexes(p place, start toc.Sectors) []cue.Index {
	list := []cue.Index{{Number: 1, At: start}}
	marks := slices.Clone(p.Indexes)
	slices.SortFunc(marks, func(a, b toc.IndexMark) int { return int(a.Index) - int(b.Index) })
	for _, m := range marks {
		last := list[len(list)-1]
		if int(m.Index) == last.Number+1 && start+m.Offset > last.At && m.Offset < p.Length {
			list = append(list, cue.Index{Number: int(m.Index), At: start + m.Offset})
		}
	}
	return list
}

// plain makes text fit for a cue sheet, which has no escapes: double quotes become
// single ones, control characters blanks.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}
