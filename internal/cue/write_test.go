package cue

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/redbook-audio/redbook/toc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A sheet with everything, written by hand from the description of the format in CDRWIN's
// guide: FLAGS and PREGAP before the indexes, POSTGAP after them.
const full = `REM made by hand
CATALOG 4006381333931
CDTEXTFILE "album one.cdt"
TITLE "The Album"
PERFORMER "The Band"
SONGWRITER "A Poet"
COMPOSER "A Composer"
ARRANGER "An Arranger"
MESSAGE "For all our fans"
FILE "album one.bin" BINARY
  TRACK 01 AUDIO
    TITLE "First"
    PERFORMER "Somebody Else"
    SONGWRITER "Another Poet"
    MESSAGE "Live"
    ISRC USABC1234567
    FLAGS DCP PRE
    INDEX 01 00:00:00
    INDEX 02 01:00:00
  TRACK 02 AUDIO
    REM a remark
    FLAGS 4CH SCMS
    INDEX 00 03:35:07
    INDEX 01 03:37:07
    POSTGAP 00:00:02
FILE "three.wav" WAVE
  TRACK 03 AUDIO
    PREGAP 00:02:00
    INDEX 01 00:00:00
`

func fullSheet() *Sheet {
	return &Sheet{
		MCN: "4006381333931", CDTextFile: "album one.cdt", Title: "The Album", Performer: "The Band", Comments: []string{"made by hand"},
		CDText: CDText{Songwriter: "A Poet", Composer: "A Composer", Arranger: "An Arranger", Message: "For all our fans"},
		Files:  []File{{Name: "album one.bin", Type: Binary}, {Name: "three.wav", Type: Wave}},
		Tracks: []Track{
			{Number: 1, Title: "First", Performer: "Somebody Else", ISRC: "USABC1234567",
				CDText:  CDText{Songwriter: "Another Poet", Message: "Live"},
				Control: toc.CopyPermitted | toc.PreEmphasis, Indexes: []Index{{1, 0, 0}, {2, 0, 4500}}},
			{Number: 2, Comments: []string{"a remark"}, Control: toc.FourChannel, SCMS: true,
				Indexes: []Index{{0, 0, 16132}, {1, 0, 16282}}, Postgap: 2},
			{Number: 3, Pregap: 150, Indexes: []Index{{1, 1, 0}}},
		},
	}
}

// written returns the output of Write for a sheet.
func written(s *Sheet) *Sheet {
	w := *s
	w.Date, w.Genre, w.Notes, w.Encoding = "", "", nil, ""
	w.Files, w.Tracks = slices.Clone(s.Files), slices.Clone(s.Tracks)
	for i := range w.Files {
		w.Files[i].Line = 0
	}
	for i := range w.Tracks {
		w.Tracks[i].Line = 0
	}
	return &w
}

func TestParse(t *testing.T) {
	for name, text := range map[string]string{
		"plain":       full,
		"CRLF":        strings.ReplaceAll(full, "\n", "\r\n"),
		"BOM":         "\uFEFF" + full,
		"tabs":        strings.ReplaceAll(full, "  ", "\t"),
		"empty lines": strings.ReplaceAll(full, "\n", "\n\n \n"),
		"no newline":  strings.TrimSpace(full),
	} {
		s, err := Parse("x.cue", []byte(text))
		require.NoError(t, err, name)
		assert.Empty(t, s.Notes, name)
		assert.Equal(t, fullSheet(), written(s), name)
	}
	pause, ok := fullSheet().Tracks[1].Index(0)
	assert.True(t, ok)
	assert.Equal(t, Index{0, 0, 16132}, pause)
	_, ok = fullSheet().Tracks[0].Index(0)
	assert.False(t, ok)
}

func TestWrite(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, fullSheet().Write(&b))
	assert.Equal(t, strings.ReplaceAll(full, "\n", "\r\n"), b.String())
	assert.Error(t, fullSheet().Write(failing{}))
}

// A sheet that can't be written and read back is refused before anything is written.
func TestValidate(t *testing.T) {
	require.NoError(t, fullSheet().Validate())
	for name, spoil := range map[string]func(s *Sheet){
		"MCN":               func(s *Sheet) { s.MCN = "123" },
		"MCN form":          func(s *Sheet) { s.MCN = "036000291452" },
		"quote in title":    func(s *Sheet) { s.Title = `a "b"` },
		"newline":           func(s *Sheet) { s.Performer = "a\nTRACK" },
		"not UTF-8":         func(s *Sheet) { s.Title = "\xFF" },
		"comment":           func(s *Sheet) { s.Comments = []string{" a"} },
		"comment lines":     func(s *Sheet) { s.Comments = []string{"a\nb"} },
		"comment not UTF-8": func(s *Sheet) { s.Comments = []string{"\xC3"} },
		"no tracks":         func(s *Sheet) { s.Tracks = nil },
		"no file":           func(s *Sheet) { s.Files = nil },
		"file name":         func(s *Sheet) { s.Files[0].Name = "" },
		"blank at its end":  func(s *Sheet) { s.Files[0].Name = "a.bin " },
		"quote in name":     func(s *Sheet) { s.Files[0].Name = `"` },
		"file type":         func(s *Sheet) { s.Files[0].Type = "OGG" },
		"no file type":      func(s *Sheet) { s.Files[0].Type = "" },
		"same file twice":   func(s *Sheet) { s.Files[1].Name = s.Files[0].Name },
		"unused file":       func(s *Sheet) { s.Files = append(s.Files, File{Name: "b", Type: Wave}) },
		"file left out": func(s *Sheet) {
			s.Files = append(s.Files, File{Name: "b", Type: Wave})
			s.Tracks[2].Indexes[0].File = 2
		},
		"back in a file": func(s *Sheet) {
			s.Tracks[2].Indexes[0] = Index{1, 1, 0}
			s.Tracks = append(s.Tracks, Track{Number: 4, Indexes: []Index{{1, 0, 90000}}})
		},
		"no such file":      func(s *Sheet) { s.Tracks[2].Indexes[0].File = 2 },
		"negative file":     func(s *Sheet) { s.Tracks[0].Indexes[0].File = -1 },
		"order":             func(s *Sheet) { s.Tracks[1].Number = 7 },
		"number":            func(s *Sheet) { s.Tracks[0].Number = 0 },
		"number 100":        func(s *Sheet) { s.Tracks = []Track{s.Tracks[0]}; s.Files = s.Files[:1]; s.Tracks[0].Number = 100 },
		"ISRC":              func(s *Sheet) { s.Tracks[0].ISRC = "x" },
		"track title":       func(s *Sheet) { s.Tracks[0].Title = `"` },
		"track comment":     func(s *Sheet) { s.Tracks[0].Comments = []string{"a "} },
		"data track":        func(s *Sheet) { s.Tracks[0].Control = toc.DataTrack },
		"control":           func(s *Sheet) { s.Tracks[0].Control = 0x10 },
		"pregap":            func(s *Sheet) { s.Tracks[0].Pregap = -1 },
		"postgap":           func(s *Sheet) { s.Tracks[0].Postgap = 450000 },
		"no index":          func(s *Sheet) { s.Tracks[0].Indexes = nil },
		"no index 1":        func(s *Sheet) { s.Tracks[0].Indexes = []Index{{0, 0, 0}} },
		"index order":       func(s *Sheet) { s.Tracks[0].Indexes = []Index{{1, 0, 5}, {2, 0, 5}} },
		"index gap":         func(s *Sheet) { s.Tracks[0].Indexes = []Index{{1, 0, 5}, {3, 0, 6}} },
		"first index":       func(s *Sheet) { s.Tracks[0].Indexes = []Index{{-1, 0, 0}, {0, 0, 1}, {1, 0, 2}} },
		"index after 1":     func(s *Sheet) { s.Tracks[0].Indexes = []Index{{2, 0, 0}, {1, 0, 1}} },
		"index before file": func(s *Sheet) { s.Tracks[0].Indexes = []Index{{1, 0, -1}} },
		"index too far":     func(s *Sheet) { s.Tracks[1].Indexes = []Index{{1, 0, 450000}} },
		"tracks overlap":    func(s *Sheet) { s.Tracks[1].Indexes = []Index{{1, 0, 4500}} },
	} {
		s := fullSheet()
		spoil(s)
		var b bytes.Buffer
		err := s.Write(&b)
		assert.ErrorIs(t, err, ErrSyntax, name)
		assert.Zero(t, b.Len(), name)
	}
	many := &Sheet{Files: []File{{Name: "a", Type: Wave}}, Tracks: []Track{{Number: 1}}}
	for i := range 101 {
		many.Tracks[0].Indexes = append(many.Tracks[0].Indexes, Index{i, 0, toc.Sectors(i)})
	}
	assert.ErrorContains(t, many.Validate(), "above 99")
}

// An index 00 without length is allowed: other programs write it.
func TestEmptyPause(t *testing.T) {
	s, err := Parse("x.cue", []byte("FILE a.bin BINARY\nTRACK 05 AUDIO\nINDEX 00 00:01:00\nINDEX 01 00:01:00\n"))
	require.NoError(t, err)
	assert.Equal(t, []Index{{0, 0, 75}, {1, 0, 75}}, s.Tracks[0].Indexes)
	assert.NoError(t, s.Validate())
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// anySheet draws a sheet that can be written.
func anySheet(t *rapid.T) *Sheet {
	text := rapid.StringMatching(`([!#-~äöüß語][ !#-~äöüß語]{0,9}[!#-~äöüß語])?`)
	comments := rapid.SliceOfN(rapid.StringMatching(`x([!-~][!-~ ]?[!-~]){0,4}`), 0, 2)
	list := func(label string) []string {
		if c := comments.Draw(t, label); len(c) > 0 {
			return c
		}
		return nil
	}
	s := &Sheet{
		MCN:   rapid.SampledFrom([]toc.MCN{"", "4006381333931"}).Draw(t, "mcn"),
		Title: text.Draw(t, "title"), Performer: text.Draw(t, "performer"), Comments: list("comments"),
		CDTextFile: text.Draw(t, "CD-TEXT file"), CDText: anyCDText(t, text),
	}
	number := rapid.IntRange(1, 80).Draw(t, "first")
	at := toc.Sectors(0)
	place := func(label string) Index { // a later index, perhaps in the next file
		at += toc.Sectors(rapid.IntRange(1, 9000).Draw(t, "length"))
		if len(s.Files) == 0 || rapid.IntRange(0, 3).Draw(t, label) == 0 {
			s.Files = append(s.Files, File{
				Name: fmt.Sprintf("f%d%s", len(s.Files), text.Draw(t, "name")),
				Type: rapid.SampledFrom([]FileType{Binary, Wave}).Draw(t, "type"),
			})
			at = toc.Sectors(rapid.IntRange(0, 1).Draw(t, "begin"))
		}
		return Index{File: len(s.Files) - 1, At: at}
	}
	for range rapid.IntRange(1, 12).Draw(t, "tracks") {
		tr := Track{
			Number: number, Title: text.Draw(t, "track title"), Performer: text.Draw(t, "track performer"),
			CDText: anyCDText(t, text), SCMS: rapid.Bool().Draw(t, "SCMS"),
			ISRC:    rapid.SampledFrom([]toc.ISRC{"", "USABC1234567"}).Draw(t, "isrc"),
			Control: toc.Control(rapid.SampledFrom([]int{0, 1, 2, 3, 8, 9, 10, 11}).Draw(t, "control")),
			Pregap:  toc.Sectors(rapid.IntRange(0, 449999).Draw(t, "pregap")),
			Postgap: toc.Sectors(rapid.IntRange(0, 449999).Draw(t, "postgap")), Comments: list("track comments"),
		}
		last := rapid.IntRange(1, 3).Draw(t, "last index")
		for i := rapid.IntRange(0, 1).Draw(t, "first index"); i <= last; i++ {
			index := place("new file")
			index.Number = i
			tr.Indexes = append(tr.Indexes, index)
		}
		s.Tracks = append(s.Tracks, tr)
		number++
	}
	return s
}

// A written sheet is read back equal, and without a note.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySheet(t)
		text, err := s.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		back, err := Parse("x.cue", text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if len(back.Notes) > 0 || !assert.ObjectsAreEqual(s, written(back)) {
			t.Fatalf("%#v\n%#v\n%s", s, back, text)
		}
	})
}
