package image

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/redbook-audio/redbook/internal/cue"
	"github.com/redbook-audio/redbook/toc"
)

// newSheet begins a cue sheet with the information about the whole disc.
func newSheet(d *Disc) *cue.Sheet {
	s := &cue.Sheet{MCN: d.MCN, Title: plain(d.Title), Performer: plain(d.Performer), CDText: plainText(d.Text)}
	for _, c := range d.Comments {
		s.Comments = append(s.Comments, strings.TrimSpace(plain(c)))
	}
	return s
}

// newTrack begins a track of a cue sheet with everything except its positions.
func newTrack(p place) cue.Track {
	t := cue.Track{
		Number: p.Number, Title: plain(p.Title), Performer: plain(p.Performer), CDText: plainText(p.Text),
		ISRC: p.ISRC, Control: p.Control, SCMS: p.SCMS,
	}
	if p.opens && p.Session > 1 {
		t.Comments = append(t.Comments, fmt.Sprintf(remSession, p.Session, p.Start))
	}
	return t
}

// plainText makes the texts valid in a cue sheet.
func plainText(t cue.CDText) cue.CDText {
	return cue.CDText{Songwriter: plain(t.Songwriter), Composer: plain(t.Composer), Arranger: plain(t.Arranger), Message: plain(t.Message)}
}

// oneSheet describes an image in one file. The part of the first pause that isn't in it
// is stated as PREGAP.
func oneSheet(d *Disc, list []place, name string, kind cue.FileType) *cue.Sheet {
	s := newSheet(d)
	s.Files = []cue.File{{Name: name, Type: kind}}
	for _, p := range list {
		t := newTrack(p)
		if p.tail > 0 {
			t.Comments = append(t.Comments, fmt.Sprintf(remRunOut, p.tail))
		}
		t.Pregap = p.pause - p.inBin
		if p.inBin > 0 {
			t.Indexes = []cue.Index{{Number: 0, At: p.at}}
		}
		t.Indexes = append(t.Indexes, indexes(p, cue.Index{At: p.at + p.inBin})...)
		s.Tracks = append(s.Tracks, t)
	}
	return s
}

// trackSheet describes one file per track. What the files don't contain is stated as
// PREGAP and POSTGAP, so that the addresses follow from the sheet; a pause with sound is
// at the end of the previous file, where INDEX 00 points.
func trackSheet(d *Disc, list []place, name func(n int) string, hidden bool) *cue.Sheet {
	s := newSheet(d)
	if hidden {
		s.Files = append(s.Files, cue.File{Name: name(0), Type: cue.Wave})
	}
	for i, p := range list {
		t := newTrack(p)
		before := len(s.Files) - 1
		switch {
		case i == 0 && hidden:
			t.Indexes = []cue.Index{{Number: 0, File: before}}
		case i > 0 && list[i-1].holdsNext(p):
			if p.pause > 0 {
				t.Indexes = []cue.Index{{Number: 0, File: before, At: list[i-1].Length + list[i-1].tail}}
			}
		default:
			t.Pregap = p.pause
		}
		if !p.Sound {
			t.Postgap = p.tail
		}
		t.Indexes = append(t.Indexes, indexes(p, cue.Index{File: len(s.Files)})...)
		s.Files = append(s.Files, cue.File{Name: name(p.Number), Type: cue.Wave})
		s.Tracks = append(s.Tracks, t)
	}
	return s
}

// indexes returns index 1 and the following marks for a track that starts at a place in its
// file. It omits marks outside the track, since the sheet couldn't be read back.
func indexes(p place, start cue.Index) []cue.Index {
	start.Number = 1
	list := []cue.Index{start}
	marks := slices.Clone(p.Indexes)
	slices.SortFunc(marks, func(a, b toc.IndexMark) int { return int(a.Index) - int(b.Index) })
	for _, m := range marks {
		last := list[len(list)-1]
		if int(m.Index) == last.Number+1 && start.At+m.Offset > last.At && m.Offset < p.Length {
			list = append(list, cue.Index{Number: int(m.Index), File: start.File, At: start.At + m.Offset})
		}
	}
	return list
}

// plain makes text valid in a cue sheet, which has no escapes: double quotes become single
// ones, control characters blanks.
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
