package album

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/redbook-audio/redbook/internal/cue"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/toc"
)

// fromSheet makes tracks of a cue sheet and its files.
func fromSheet(name string, sheet *cue.Sheet, files []*File, dropGaps bool) (*Album, error) {
	b := &builder{name: name, sheet: sheet, files: files, dropGaps: dropGaps}
	b.out = &Album{Title: sheet.Title, Performer: sheet.Performer, MCN: sheet.MCN, Text: Text(sheet.CDText)}
	for _, n := range sheet.Notes {
		b.note(Note{Kind: noteSheetLine, Line: n.Line, Reason: n.Text})
	}
	if err := b.checkIndexes(); err != nil {
		return nil, err
	}
	for i := range sheet.Tracks {
		if err := b.track(i); err != nil {
			return nil, err
		}
	}
	b.describe()
	return b.out, nil
}

// builder makes the tracks of a cue sheet.
type builder struct {
	name     string
	sheet    *cue.Sheet
	files    []*File // by Sheet.Files; a file may occur twice
	dropGaps bool
	out      *Album

	pregap, pause    toc.Sectors // of the next track
	recorded, silent int         // recorded pauses; silences of other lengths than two seconds
}

func (b *builder) note(n Note) {
	n.File = b.name
	b.out.Notes = append(b.out.Notes, n)
}

// checkIndexes checks that every index lies in its file.
func (b *builder) checkIndexes() error {
	for _, t := range b.sheet.Tracks {
		for _, m := range t.Indexes {
			f := b.files[m.File]
			from, _ := Part{From: m.At, ToEnd: true}.frames(f.Format().SampleRate, f.Frames())
			// A pause may begin where the file ends.
			if from > f.Frames() || from == f.Frames() && m.Number == 1 {
				return fmt.Errorf("%s: track %d, index %02d is at %s, but %s is only %s long: is this the right file?", b.name,
					t.Number, m.Number, m.At.Position(), f.Name(), sectorsOf(f.Frames()*44100/int64(f.Format().SampleRate)).Position())
			}
		}
	}
	return nil
}

// place is a position in the sequence of files.
type place struct {
	file int
	at   toc.Sectors
}

func of(m cue.Index) place { return place{m.File, m.At} }

// between returns the parts from one place up to another.
func (b *builder) between(from, to place) (parts []Part) {
	for i := from.file; i <= to.file && i < len(b.files); i++ {
		p := Part{File: b.files[i], ToEnd: true}
		if i == from.file {
			p.From = from.at
		}
		if i == to.file {
			p.To, p.ToEnd = to.at, false
		}
		if _, n := p.frames(p.File.Format().SampleRate, p.File.Frames()); n > 0 {
			parts = append(parts, p)
		}
	}
	return parts
}

// track adds track i of the sheet.
func (b *builder) track(i int) error {
	t := b.sheet.Tracks[i]
	start, _ := t.Index(1)
	begin, end := of(start), place{file: len(b.files)}
	out := Track{Name: fmt.Sprintf("%s, track %d", b.name, i+1)}
	out.TrackInfo = toc.TrackInfo{Title: t.Title, Performer: t.Performer, ISRC: t.ISRC, Control: t.Control, SCMS: t.SCMS}
	out.Text = Text(t.CDText)
	if out.Performer == "" {
		out.Performer = b.sheet.Performer
	}
	if out.Control&toc.FourChannel != 0 {
		out.Control &^= toc.FourChannel
		b.note(Note{Kind: noteFourChannel, Line: t.Line, N: t.Number})
	}
	if i == 0 {
		begin = b.hidden(start)
		b.pregap = Track{Parts: b.between(begin, of(start))}.Sectors()
	}
	out.Pregap, out.Pause = b.pregap, b.pause
	b.pregap, b.pause = 0, 0
	if i+1 < len(b.sheet.Tracks) {
		end = b.end(i, &out)
	} else if t.Postgap > placing.RunOutSectors {
		out.Silence = t.Postgap
	} else {
		out.RunOut = t.Postgap
	}
	out.Parts = b.between(begin, end)
	if len(out.Parts) == 0 {
		return fmt.Errorf("%s: line %d: track %d has no length%s", b.name, t.Line, t.Number, b.emptied(i, end))
	}
	b.indexes(t, of(start), &out)
	b.out.Tracks = append(b.out.Tracks, out)
	return nil
}

// emptied returns why track i, which ends at end, has no length.
func (b *builder) emptied(i int, end place) string {
	start, _ := b.sheet.Tracks[i].Index(1)
	if end != of(start) {
		return ""
	}
	next := b.sheet.Tracks[i+1]
	what := "track"
	if m, _ := next.Index(1); end != of(m) {
		what = "the pause before track"
	}
	return fmt.Sprintf(": %s %d begins at the same place, %s of %q", what, next.Number, end.at.Position(), b.sheet.Files[end.file].Name)
}

// end determines where track i ends, and the silence after it.
func (b *builder) end(i int, out *Track) place {
	t, next := b.sheet.Tracks[i], b.sheet.Tracks[i+1]
	nextStart, _ := next.Index(1)
	end := of(nextStart)
	if pause, ok := next.Index(0); ok && of(pause) != of(nextStart) {
		b.recorded++
		if b.dropGaps {
			end = of(pause)
		} else {
			b.pregap = Track{Parts: b.between(of(pause), of(nextStart))}.Sectors()
		}
	}
	// The drive writes two seconds of silence and two run-out sectors itself. Sheets made
	// from track-at-once discs contain both.
	const own = toc.PregapSectors + placing.RunOutSectors
	switch gap := t.Postgap + next.Pregap; {
	case gap <= placing.RunOutSectors, gap >= toc.PregapSectors && gap <= own:
	default:
		out.Silence = max(gap-toc.PregapSectors, 0)
		b.silent++
	}
	b.pregap += out.Silence
	b.pause = t.Postgap + next.Pregap - out.Silence
	return end
}

// hidden determines where the first track begins. Audio before its index 1 is a pause if it
// is no longer than two seconds, and hidden music otherwise.
func (b *builder) hidden(start cue.Index) place {
	first := place{}
	before := b.between(first, of(start))
	if len(before) == 0 {
		return of(start)
	}
	length := Track{Parts: before}.Sectors()
	switch {
	case length <= toc.PregapSectors:
		b.note(Note{Kind: notePregapLeft, Length: length})
		return of(start)
	case b.dropGaps:
		b.note(Note{Kind: noteHiddenLeft, Length: length})
		return of(start)
	}
	b.note(Note{Kind: noteHidden, Length: length})
	return first
}

// indexes adds the marks of index 2 and up to a track.
func (b *builder) indexes(t cue.Track, begin place, out *Track) {
	for _, m := range t.Indexes {
		if m.Number < 2 {
			continue
		}
		offset := Track{Parts: b.between(begin, of(m))}.Sectors()
		out.Indexes = append(out.Indexes, toc.IndexMark{Index: uint8(m.Number), Offset: offset})
	}
}

// describe adds notes about what track-at-once changes and about the CD-TEXT file.
func (b *builder) describe() {
	if len(b.out.Tracks) > 1 {
		b.note(Note{Kind: noteJoins})
	}
	switch {
	case b.recorded > 0 && !b.dropGaps:
		b.note(Note{Kind: noteGapsKept, N: b.recorded})
	case b.recorded > 0:
		b.note(Note{Kind: noteGapsLeft, N: b.recorded})
	}
	if b.silent > 0 {
		b.note(Note{Kind: noteSilences, N: b.silent})
	}
	var marks []string
	for i, t := range b.out.Tracks {
		if len(t.Indexes) > 0 {
			marks = append(marks, fmt.Sprint(i+1))
		}
	}
	if b.sheet.CDTextFile != "" {
		b.out.CDTextFile = textFile(b.name, b.sheet)
		b.note(Note{Kind: noteCDTextFile, Name: b.sheet.CDTextFile})
	}
	if len(marks) > 0 {
		b.note(Note{Kind: noteIndexes, Tracks: strings.Join(marks, ", ")})
	}
}

// textFile returns the path of the CD-TEXT file that a sheet names. Unlike an audio file,
// it isn't replaced by one with another extension.
func textFile(name string, sheet *cue.Sheet) string {
	dir := filepath.Dir(name)
	path, how, err := findEncoded(dir, sheet.CDTextFile, sheet.Encoding)
	if err != nil || how == otherName {
		return inside(dir, filepath.FromSlash(strings.ReplaceAll(sheet.CDTextFile, `\`, "/")))
	}
	return path
}
