package album

import (
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook/cue"
	"github.com/redbook-audio/redbook/toc"
)

// fromSheet makes tracks of a cue sheet whose files are open.
func fromSheet(name string, sheet *cue.Album, files []*File, gaps Gaps) (*Album, error) {
	b := &builder{name: name, sheet: sheet, files: files, gaps: gaps}
	b.out = &Album{Title: sheet.Title, Performer: sheet.Performer, MCN: sheet.MCN}
	for _, n := range sheet.Notes {
		b.note(n.Line, "%s", n.Text)
	}
	if err := b.checkMarks(); err != nil {
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

// builder puts tracks together.
type builder struct {
	name  string
	sheet *cue.Album
	files []*File // by AlbumFile; one file may be there twice
	gaps  Gaps
	out   *Album

	pregap, pause toc.Sectors // of the track that comes next
	kept, silent  int         // recorded pauses that were kept; silences shorter or longer than two seconds
}

func (b *builder) note(line int, format string, args ...any) {
	b.out.Notes = append(b.out.Notes, Note{b.name, line, fmt.Sprintf(format, args...)})
}

// limit is a note about track-at-once.
func (b *builder) limit(format string, args ...any) {
	b.note(0, format, args...)
	b.out.Limits = append(b.out.Limits, b.out.Notes[len(b.out.Notes)-1])
}

// checkMarks makes sure that every mark lies in its file.
func (b *builder) checkMarks() error {
	for _, t := range b.sheet.Tracks {
		for _, m := range t.Marks {
			f := b.files[m.File]
			from, _ := Part{From: m.At, ToEnd: true}.frames(f.Format().SampleRate, f.Frames())
			// A pause may begin where the file ends.
			if from > f.Frames() || from == f.Frames() && m.Index == 1 {
				return fmt.Errorf("%s: track %d, index %02d is at %s, but %s is only %s long: is this the right file?", b.name,
					t.Number, m.Index, m.At.Position(), f.Name(), toc.SectorsOf(f.Frames()*4*44100/int64(f.Format().SampleRate)).Position())
			}
		}
	}
	return nil
}

// place is a position in the row of files.
type place struct {
	file int
	at   toc.Sectors
}

func of(m cue.Mark) place { return place{m.File, m.At} }

// between gives the parts from one place up to another.
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
	start, _ := t.Mark(1)
	begin, end := of(start), place{file: len(b.files)}
	out := Track{Name: fmt.Sprintf("%s, track %d", b.name, i+1)}
	out.TrackInfo = toc.TrackInfo{Title: t.Title, Performer: t.Performer, ISRC: t.ISRC, Control: t.Control, SCMS: t.SCMS}
	if out.Performer == "" {
		out.Performer = b.sheet.Performer
	}
	if out.Control&toc.FourChannel != 0 {
		out.Control &^= toc.FourChannel
		b.note(t.Line, "track %d is marked as four-channel sound, which no player knows: the mark is left out", t.Number)
	}
	if i == 0 {
		begin = b.hidden(start)
		b.pregap = Track{Parts: b.between(begin, of(start))}.Sectors()
	}
	out.Pregap, out.Pause = b.pregap, b.pause
	b.pregap, b.pause = 0, 0
	if i+1 < len(b.sheet.Tracks) {
		end = b.end(i, &out)
	} else {
		if t.Postgap > toc.RunOutSectors {
			out.Silence = t.Postgap
		}
	}
	out.Parts = b.between(begin, end)
	if len(out.Parts) == 0 {
		return fmt.Errorf("%s: line %d: track %d has no length", b.name, t.Line, t.Number)
	}
	b.indexes(t, of(start), &out)
	b.out.Tracks = append(b.out.Tracks, out)
	return nil
}

// end finds where track i ends, and the silence behind it.
func (b *builder) end(i int, out *Track) place {
	t, next := b.sheet.Tracks[i], b.sheet.Tracks[i+1]
	nextStart, _ := next.Mark(1)
	end := of(nextStart)
	if pause, ok := next.Mark(0); ok && of(pause) != of(nextStart) {
		b.kept++
		if b.gaps == DropGaps {
			end = of(pause)
		} else {
			b.pregap = Track{Parts: b.between(of(pause), of(nextStart))}.Sectors()
		}
	}
	// Two seconds of silence come by themselves, and two sectors of run-out: sheets of
	// discs that were read state both.
	const own = toc.PregapSectors + toc.RunOutSectors
	switch gap := t.Postgap + next.Pregap; {
	case gap <= toc.RunOutSectors, gap >= toc.PregapSectors && gap <= own:
	default:
		out.Silence = max(gap-toc.PregapSectors, 0)
		b.silent++
	}
	b.pregap += out.Silence
	b.pause = t.Postgap + next.Pregap - out.Silence
	return end
}

// hidden finds where the first track begins: what lies before its index 1 is either
// a short pause, or music that was hidden there.
func (b *builder) hidden(start cue.Mark) place {
	first := place{}
	before := b.between(first, of(start))
	if len(before) == 0 {
		return of(start)
	}
	length := Track{Parts: before}.Sectors()
	switch {
	case length <= toc.PregapSectors:
		b.note(0, "the %d sectors (%s) before track 1 are left out: the disc has its own pause of two seconds there", length, length.Position())
		return of(start)
	case b.gaps == DropGaps:
		b.note(0, "the audio hidden before track 1 (%v) is left out", length)
		return of(start)
	}
	b.limit("%v of audio are hidden before track 1: track-at-once can't hide it, so track 1 begins with it", length)
	return first
}

// indexes keeps the index marks of a track for the report.
func (b *builder) indexes(t cue.AlbumTrack, begin place, out *Track) {
	for _, m := range t.Marks {
		if m.Index < 2 {
			continue
		}
		offset := Track{Parts: b.between(begin, of(m))}.Sectors()
		out.Indexes = append(out.Indexes, toc.IndexMark{Index: uint8(m.Index), Offset: offset})
	}
}

// describe says what track-at-once makes of the sheet.
func (b *builder) describe() {
	if len(b.out.Tracks) > 1 {
		b.limit("track-at-once puts two seconds of silence in front of every track: music that goes on from one track to the next is interrupted there")
	}
	switch {
	case b.kept > 0 && b.gaps == KeepGaps:
		b.limit("%s recorded (INDEX 00): kept at the end of the track before, and the two seconds of the disc are added", plural(b.kept, "pause between tracks is", "pauses between tracks are"))
	case b.kept > 0:
		b.limit("%s recorded (INDEX 00): left out, the two seconds of the disc take their place", plural(b.kept, "pause between tracks is", "pauses between tracks are"))
	}
	if b.silent > 0 {
		b.limit("%s asked for (PREGAP, POSTGAP): the disc has two seconds there, and what is longer is added as silence", plural(b.silent, "silence of another length than two seconds is", "silences of other lengths than two seconds are"))
	}
	var marks []string
	for i, t := range b.out.Tracks {
		if len(t.Indexes) > 0 {
			marks = append(marks, fmt.Sprint(i+1))
		}
	}
	if b.sheet.CDTextFile != "" {
		b.note(0, "the CD-TEXT in %q is left out: track-at-once can't write CD-TEXT", b.sheet.CDTextFile)
	}
	if len(marks) > 0 {
		b.limit("track-at-once can't write index marks: those of track %s are left out, the music is complete", strings.Join(marks, ", "))
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}
