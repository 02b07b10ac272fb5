package cue

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/redbook-audio/redbook/toc"
	"pgregory.net/rapid"
)

// anyAlbum draws an album that a sheet can describe, with every index in its place.
func anyAlbum(t *rapid.T) *Sheet {
	text := rapid.SampledFrom([]string{"", "One", "Two words", "Größe", "音楽", "Don't", "a, b; c"})
	a := &Sheet{
		Title: text.Draw(t, "title"), Performer: text.Draw(t, "performer"),
		CDText: anyCDText(t, text), MCN: toc.MCN(rapid.SampledFrom([]string{"", "4006381333931"}).Draw(t, "mcn")),
	}
	at, file := toc.Sectors(0), 0
	newFile := func() {
		a.Files = append(a.Files, File{Name: fmt.Sprintf("file %d.wav", len(a.Files)), Type: "WAVE"})
		file, at = len(a.Files)-1, 0
	}
	newFile()
	for n := range rapid.IntRange(1, 8).Draw(t, "tracks") {
		tr := Track{
			Number: n + 1, Title: text.Draw(t, "title"), Performer: text.Draw(t, "performer"),
			CDText:  anyCDText(t, text),
			SCMS:    rapid.Bool().Draw(t, "SCMS"),
			ISRC:    toc.ISRC(rapid.SampledFrom([]string{"", "USABC1234567"}).Draw(t, "isrc")),
			Control: toc.Control(rapid.SampledFrom([]int{0, 1, 2, 3, 8}).Draw(t, "control")),
			Pregap:  toc.Sectors(rapid.SampledFrom([]int{0, 33, 150, 10000}).Draw(t, "pregap")),
			Postgap: toc.Sectors(rapid.SampledFrom([]int{0, 0, 75}).Draw(t, "postgap")),
		}
		index := rapid.IntRange(0, 1).Draw(t, "first index")
		for last := rapid.IntRange(1, 4).Draw(t, "indexes"); index <= last; index++ {
			if (n > 0 || index > 0) && rapid.IntRange(0, 5).Draw(t, "new file") == 0 {
				newFile()
			}
			tr.Indexes = append(tr.Indexes, Index{index, file, at})
			at += toc.Sectors(rapid.IntRange(1, 20000).Draw(t, "length"))
		}
		a.Tracks = append(a.Tracks, tr)
	}
	// Files after the last index, and without one, are dropped or kept; not drawn.
	return a
}

// anyCDText draws the rest of CD-TEXT.
func anyCDText(t *rapid.T, text *rapid.Generator[string]) CDText {
	return CDText{
		Songwriter: text.Draw(t, "songwriter"), Composer: text.Draw(t, "composer"),
		Arranger: text.Draw(t, "arranger"), Message: text.Draw(t, "message"),
	}
}

// dialect writes an album in the manner of some program or person.
type dialect struct {
	t *rapid.T
	strings.Builder
	lower, bare bool
	end, indent string
}

func (d *dialect) line(word, format string, args ...any) {
	if d.lower {
		word = strings.ToLower(word)
	}
	d.WriteString(d.indent + word + " " + fmt.Sprintf(format, args...) + d.end)
	if rapid.IntRange(0, 9).Draw(d.t, "noise") == 0 {
		d.WriteString(rapid.SampledFrom([]string{"", "  ", "REM anything", "REM \"odd"}).Draw(d.t, "what") + d.end)
	}
}

// quote writes text with or without quotation marks.
func (d *dialect) quote(s string) string {
	if d.bare {
		return s
	}
	return `"` + s + `"`
}

func (d *dialect) write(a *Sheet) {
	text := func(word, s string) {
		if s != "" {
			d.line(word, "%s", d.quote(s))
		}
	}
	if a.MCN != "" {
		d.line("CATALOG", "%s", a.MCN)
	}
	text("TITLE", a.Title)
	text("PERFORMER", a.Performer)
	text("SONGWRITER", a.Songwriter)
	text("COMPOSER", a.Composer)
	text("ARRANGER", a.Arranger)
	text("MESSAGE", a.Message)
	file := -1
	open := func(to int) {
		for ; file < to; file++ {
			f := a.Files[file+1]
			d.line("FILE", "%s %s", d.quote(f.Name), f.Type)
		}
	}
	for _, tr := range a.Tracks {
		// The file opens before the track, or in it before its first index.
		if file < 0 || rapid.Bool().Draw(d.t, "file first") {
			open(tr.Indexes[0].File)
		}
		d.line("TRACK", "%02d AUDIO", tr.Number)
		text("TITLE", tr.Title)
		text("PERFORMER", tr.Performer)
		text("SONGWRITER", tr.Songwriter)
		text("COMPOSER", tr.Composer)
		text("ARRANGER", tr.Arranger)
		text("MESSAGE", tr.Message)
		text("ISRC", string(tr.ISRC))
		if words := flagWords(tr.Control, tr.SCMS); words != "" {
			d.line("FLAGS", "%s", strings.TrimSpace(words))
		}
		if tr.Pregap > 0 {
			d.line("PREGAP", "%s", tr.Pregap.Position())
		}
		for _, m := range tr.Indexes {
			open(m.File)
			d.line("INDEX", "%02d %s", m.Number, m.At.Position())
		}
		if tr.Postgap > 0 {
			d.line("POSTGAP", "%s", tr.Postgap.Position())
		}
	}
}

// However an album is written, Parse returns the same sheet.
func TestAnyDialect(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := anyAlbum(rt)
		d := &dialect{
			t: rt, lower: rapid.Bool().Draw(rt, "lower"), bare: rapid.Bool().Draw(rt, "bare"),
			end: rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(rt, "line end"), indent: rapid.SampledFrom([]string{"", "  ", "\t"}).Draw(rt, "indent"),
		}
		d.write(want)
		data := []byte(d.String())
		switch rapid.IntRange(0, 2).Draw(rt, "encoding") {
		case 1:
			data = append([]byte("\xEF\xBB\xBF"), data...)
		case 2:
			data = []byte("\xFF\xFE")
			for _, u := range utf16.Encode([]rune(d.String())) {
				data = append(data, byte(u), byte(u>>8))
			}
		}
		got, err := Parse("x", data)
		if err != nil {
			rt.Fatalf("%v\n%s", err, d.String())
		}
		if err := equal(want, got); err != "" {
			rt.Fatalf("%s\n%s", err, d.String())
		}
	})
}

// equal describes how two sheets differ, ignoring lines, comments and notes.
func equal(want, got *Sheet) string {
	if want.Title != got.Title || want.Performer != got.Performer || want.MCN != got.MCN {
		return fmt.Sprintf("the disc: %+v", got)
	}
	if len(want.Files) != len(got.Files) || len(want.Tracks) != len(got.Tracks) {
		return fmt.Sprintf("%d files, %d tracks", len(got.Files), len(got.Tracks))
	}
	for i, f := range want.Files {
		if f.Name != got.Files[i].Name || f.Type != got.Files[i].Type {
			return fmt.Sprintf("file %+v", got.Files[i])
		}
	}
	for i, w := range want.Tracks {
		g := got.Tracks[i]
		if w.Number != g.Number || w.Title != g.Title || w.Performer != g.Performer || w.ISRC != g.ISRC || w.Control != g.Control ||
			w.Pregap != g.Pregap || w.Postgap != g.Postgap || !slices.Equal(w.Indexes, g.Indexes) {
			return fmt.Sprintf("track %+v, not %+v", g, w)
		}
	}
	return ""
}
