package cue

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/redbook-audio/redbook/toc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A sheet with everything, put together by hand from the description of the format
// in CDRWIN's guide: FLAGS and PREGAP before the indexes, POSTGAP behind them.
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
FILE three.wav WAVE
  TRACK 03 AUDIO
    PREGAP 00:02:00
    INDEX 01 00:00:00
`

func fullSheet() *Sheet {
	return &Sheet{
		MCN: "4006381333931", CDTextFile: "album one.cdt", Title: "The Album", Performer: "The Band", Comments: []string{"made by hand"},
		CDText: CDText{Songwriter: "A Poet", Composer: "A Composer", Arranger: "An Arranger", Message: "For all our fans"},
		Files: []File{
			{Name: "album one.bin", Type: Binary, Tracks: []Track{
				{Number: 1, Title: "First", Performer: "Somebody Else", ISRC: "USABC1234567",
					CDText:  CDText{Songwriter: "Another Poet", Message: "Live"},
					Control: toc.CopyPermitted | toc.PreEmphasis, Indexes: []Index{{1, 0}, {2, 4500}}},
				{Number: 2, Comments: []string{"a remark"}, Control: toc.FourChannel, SCMS: true,
					Indexes: []Index{{0, 16132}, {1, 16282}}, Postgap: 2},
			}},
			{Name: "three.wav", Type: Wave, Tracks: []Track{{Number: 3, Pregap: 150, Indexes: []Index{{1, 0}}}}},
		},
	}
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
		assert.Equal(t, fullSheet(), s, name)
	}
	s, err := Read("x.cue", strings.NewReader(full))
	require.NoError(t, err)
	at, ok := s.Files[0].Tracks[1].Index(0)
	assert.True(t, ok)
	assert.Equal(t, toc.Sectors(16132), at)
	_, ok = s.Files[0].Tracks[0].Index(0)
	assert.False(t, ok)
}

func TestWrite(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, fullSheet().Write(&b))
	want := strings.ReplaceAll(strings.ReplaceAll(full, "three.wav WAVE", `"three.wav" WAVE`), "\n", "\r\n")
	assert.Equal(t, want, b.String())
}

// The errors name the sheet, the line and the reason.
func TestErrors(t *testing.T) {
	const head = "FILE \"a.bin\" BINARY\n"
	const track = head + "TRACK 01 AUDIO\n"
	const whole = track + "INDEX 01 00:00:00\n"
	for _, tc := range []struct {
		text string
		line int
		want string
	}{
		{"", 0, "it has no FILE"},
		{"REM only\n", 0, "it has no FILE"},
		{"HELLO\n", 1, `"HELLO" is not a command`},
		{strings.Repeat("X", 100), 1, `"XXXXXXXXXXXXXXXXXXXX..." is not a command`},
		{"catalog 1\n", 1, `"catalog" is not a command`},
		{"SONGWRITER \"x\"\nSONGWRITER \"x\"\n", 2, "a second SONGWRITER"},
		{"COMPOSER x y\n", 1, "COMPOSER takes one argument, not 2"},
		{whole + "CDTEXTFILE \"x\"\n", 4, "CDTEXTFILE belongs before the first TRACK"},
		{"TITLE\n", 1, "TITLE takes one argument, not 0"},
		{"TITLE a b\n", 1, "TITLE takes one argument, not 2"},
		{"TITLE \"a\n", 1, "a quotation mark is not closed"},
		{"TITLE \"a\"b\n", 1, "must end the word"},
		{"TITLE a\"b\"\n", 1, "inside a word"},
		{"TITLE a\nTITLE b\n", 2, "a second TITLE"},
		{"TITLE a\xFF\n", 1, "not UTF-8"},
		{"TITLE \"a\x00\"\n", 1, "a control character (U+0000)"},
		{"REM x\nTITLE \"a\x01\"\n" + whole, 2, "a control character (U+0001)"},
		{"REM x\rTITLE a\r", 1, "a control character (U+000D)"},
		{"CATALOG 4006381333932\n", 1, "check digit 1"},
		{"CATALOG\n", 1, "one argument"},
		{whole + "CATALOG 4006381333931\n", 4, "before the first TRACK"},
		{whole + "FILE \"b.bin\" BINARY\nTITLE x\n", 5, "TITLE is between a FILE and its TRACK"},
		{"INDEX 01 00:00:00\n", 1, "INDEX is before the first TRACK"},
		{"TRACK 01 AUDIO\n", 1, "TRACK is before the first FILE"},
		{"FILE a.bin\n", 1, "FILE takes a name in quotes and a type"},
		{"FILE \"\" BINARY\n", 1, "FILE takes a name"},
		{"FILE a.mov QUICKTIME\n", 1, "FILE type QUICKTIME is not supported"},
		{head + head, 2, "the previous FILE has no TRACK"},
		{head, 0, `FILE "a.bin" has no TRACK`},
		{whole + head, 0, `has no TRACK`},
		{head + "TRACK 01\n", 2, "TRACK takes a number and a type"},
		{head + "TRACK 0 AUDIO\n", 2, `"0" is not a number from 1 to 99`},
		{head + "TRACK 100 AUDIO\n", 2, "not a number from 1 to 99"},
		{head + "TRACK 01 MODE1/2352\n", 2, "TRACK type MODE1/2352 is not supported"},
		{track, 2, "track 1 has no INDEX 01"},
		{track + "INDEX 00 00:00:00\nTRACK 02 AUDIO\n", 2, "track 1 has no INDEX 01"},
		{whole + "TRACK 03 AUDIO\n", 4, "track 3 follows track 1"},
		{whole + "TRACK 01 AUDIO\n", 4, "track 1 follows track 1"},
		{track + "INDEX 02 00:00:00\n", 3, "the first INDEX is 00 or 01, not 02"},
		{whole + "INDEX 03 00:01:00\n", 4, "index 03 follows index 01"},
		{whole + "INDEX 02 00:00:00\n", 4, "is not past the previous index"},
		{whole + "TRACK 02 AUDIO\nINDEX 01 00:00:00\n", 5, "is not past the previous index"},
		{track + "INDEX 01\n", 3, "INDEX takes a number and a time"},
		{track + "INDEX 001 00:00:00\n", 3, "not a number from 0 to 99"},
		{track + "INDEX 01 00:00\n", 3, "not minutes:seconds:frames"},
		{track + "INDEX 01 00:00:75\n", 3, "frames must be 0 to 74"},
		{track + "POSTGAP 00:00:01\nINDEX 01 00:00:00\n", 4, "before the track's POSTGAP"},
		{whole + "PREGAP 00:02:00\n", 4, "before the track's INDEX lines"},
		{track + "PREGAP 2\n", 3, "PREGAP: not a time"},
		{track + "PREGAP\n", 3, "PREGAP takes one argument"},
		{track + "ISRC ABC\n", 3, "has 3 characters"},
		{track + "ISRC\n", 3, "one argument"},
		{track + "ISRC USABC1234567\nISRC USABC1234567\n", 4, "a second ISRC"},
		{track + "FLAGS\n", 3, "FLAGS takes DCP, PRE, 4CH or SCMS"},
		{track + "FLAGS DATA\n", 3, "DATA is not supported"},
		{track + "FLAGS DCP\nFLAGS PRE\n", 4, "a second FLAGS"},
	} {
		_, err := Parse("x.cue", []byte(tc.text))
		var e *Error
		require.ErrorAs(t, err, &e, tc.text)
		assert.ErrorIs(t, err, ErrSyntax)
		assert.Equal(t, tc.line, e.Line, "%q: %v", tc.text, err)
		assert.ErrorContains(t, err, tc.want)
		assert.True(t, strings.HasPrefix(err.Error(), "x.cue: "), err)
	}
	_, err := Parse("x.cue", []byte(track+"ISRC ABC\n"))
	assert.ErrorIs(t, err, toc.ErrISRC)
	assert.Equal(t, "x.cue: line 3: ISRC: not an ISRC: \"ABC\" has 3 characters, not 12 (such as USABC1234567)", err.Error())
	_, err = Parse("x.cue", []byte("CATALOG 1\n"))
	assert.ErrorIs(t, err, toc.ErrMCN)
	_, err = Parse("x.cue", make([]byte, maxSheet+1))
	assert.ErrorContains(t, err, "not a cue sheet")
	_, err = Read("x.cue", iotest.ErrReader(errors.New("cable")))
	assert.ErrorContains(t, err, "x.cue: cable")
}

// An index 00 without length is allowed: other programs write it.
func TestEmptyPause(t *testing.T) {
	s, err := Parse("x.cue", []byte("FILE a.bin BINARY\nTRACK 05 AUDIO\nINDEX 00 00:01:00\nINDEX 01 00:01:00\n"))
	require.NoError(t, err)
	assert.Equal(t, []Index{{0, 75}, {1, 75}}, s.Files[0].Tracks[0].Indexes)
}

// What can't be written and read back is refused before anything is written.
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
		"no file":           func(s *Sheet) { s.Files = nil },
		"file name":         func(s *Sheet) { s.Files[0].Name = "" },
		"quote in name":     func(s *Sheet) { s.Files[0].Name = `"` },
		"file type":         func(s *Sheet) { s.Files[0].Type = "OGG" },
		"no tracks":         func(s *Sheet) { s.Files[0].Tracks = nil },
		"order":             func(s *Sheet) { s.Files[0].Tracks[1].Number = 7 },
		"number":            func(s *Sheet) { s.Files[0].Tracks[0].Number = 0 },
		"number 100":        func(s *Sheet) { s.Files[0].Tracks[0].Number = 100 },
		"ISRC":              func(s *Sheet) { s.Files[0].Tracks[0].ISRC = "x" },
		"track title":       func(s *Sheet) { s.Files[0].Tracks[0].Title = `"` },
		"track comment":     func(s *Sheet) { s.Files[0].Tracks[0].Comments = []string{"a "} },
		"data track":        func(s *Sheet) { s.Files[0].Tracks[0].Control = toc.DataTrack },
		"control":           func(s *Sheet) { s.Files[0].Tracks[0].Control = 0x10 },
		"pregap":            func(s *Sheet) { s.Files[0].Tracks[0].Pregap = -1 },
		"postgap":           func(s *Sheet) { s.Files[0].Tracks[0].Postgap = 450000 },
		"no index":          func(s *Sheet) { s.Files[0].Tracks[0].Indexes = nil },
		"no index 1":        func(s *Sheet) { s.Files[0].Tracks[0].Indexes = []Index{{0, 0}} },
		"index order":       func(s *Sheet) { s.Files[0].Tracks[0].Indexes = []Index{{1, 5}, {2, 5}} },
		"index gap":         func(s *Sheet) { s.Files[0].Tracks[0].Indexes = []Index{{1, 5}, {3, 6}} },
		"first index":       func(s *Sheet) { s.Files[0].Tracks[0].Indexes = []Index{{-1, 0}, {0, 1}, {1, 2}, {0, 5}} },
		"index before file": func(s *Sheet) { s.Files[0].Tracks[0].Indexes = []Index{{1, -1}} },
		"index too far":     func(s *Sheet) { s.Files[0].Tracks[1].Indexes = []Index{{1, 450000}} },
		"tracks overlap":    func(s *Sheet) { s.Files[0].Tracks[1].Indexes = []Index{{1, 4500}} },
		"ahead of nothing":  func(s *Sheet) { at := toc.Sectors(0); s.Files[0].Tracks[0].Ahead = &at },
		"ahead in a file":   func(s *Sheet) { at := toc.Sectors(0); s.Files[0].Tracks[1].Ahead = &at },
		"index after 1":     func(s *Sheet) { s.Files[0].Tracks[0].Indexes = []Index{{2, 0}, {1, 1}} },
	} {
		s := fullSheet()
		spoil(s)
		var b bytes.Buffer
		err := s.Write(&b)
		assert.ErrorIs(t, err, ErrSyntax, name)
		assert.Zero(t, b.Len(), name)
	}
	s := fullSheet()
	assert.Error(t, s.Write(failing{}))
	many := Track{Number: 1}
	for i := range 101 {
		many.Indexes = append(many.Indexes, Index{i, toc.Sectors(i)})
	}
	s.Files = []File{{Name: "a", Type: Wave, Tracks: []Track{many}}}
	assert.ErrorContains(t, s.Validate(), "above 99")
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// anySheet draws a sheet that can be written.
func anySheet(t *rapid.T) *Sheet {
	text := rapid.StringMatching(`[ !#-~äöüß語]{0,12}`)
	comments := rapid.SliceOfN(rapid.StringMatching(`([!-~][!-~\t]?[!-~]){0,4}`), 0, 2)
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
	for range rapid.IntRange(1, 4).Draw(t, "files") {
		f := File{Name: "f" + text.Draw(t, "name"), Type: rapid.SampledFrom([]FileType{Binary, Wave}).Draw(t, "type")}
		at := toc.Sectors(0)
		for range rapid.IntRange(1, 4).Draw(t, "tracks") {
			tr := Track{
				Number: number, Title: text.Draw(t, "track title"), Performer: text.Draw(t, "track performer"),
				CDText: anyCDText(t, text), SCMS: rapid.Bool().Draw(t, "SCMS"),
				ISRC:    rapid.SampledFrom([]toc.ISRC{"", "USABC1234567"}).Draw(t, "isrc"),
				Control: toc.Control(rapid.SampledFrom([]int{0, 1, 2, 3, 8, 9, 10, 11}).Draw(t, "control")),
				Pregap:  toc.Sectors(rapid.IntRange(0, 449999).Draw(t, "pregap")),
				Postgap: toc.Sectors(rapid.IntRange(0, 449999).Draw(t, "postgap")), Comments: list("track comments"),
			}
			for i := rapid.IntRange(0, 1).Draw(t, "first index"); i <= rapid.IntRange(1, 3).Draw(t, "last index") || i <= 1; i++ {
				tr.Indexes = append(tr.Indexes, Index{i, at})
				at += toc.Sectors(rapid.IntRange(1, 9000).Draw(t, "length"))
			}
			f.Tracks = append(f.Tracks, tr)
			number++
		}
		if n := len(s.Files); n > 0 && rapid.Bool().Draw(t, "ahead") {
			if first := &f.Tracks[0]; first.Indexes[0].Number == 1 {
				first.Ahead = s.Files[n-1].end(t)
			}
		}
		s.Files = append(s.Files, f)
	}
	if rapid.Bool().Draw(t, "hidden") && s.Files[0].Tracks[0].Indexes[0].Number == 1 {
		at := toc.Sectors(rapid.IntRange(0, 9000).Draw(t, "hidden at"))
		s.Files[0].Tracks[0].Ahead = &at
		s.Files = append([]File{{Name: "hidden", Type: Wave}}, s.Files...)
	}
	return s
}

// end is a place past the last track of a file, which then has no POSTGAP.
func (f *File) end(t *rapid.T) *toc.Sectors {
	last := &f.Tracks[len(f.Tracks)-1]
	last.Postgap = 0
	at := last.Indexes[len(last.Indexes)-1].At + toc.Sectors(rapid.IntRange(1, 9000).Draw(t, "ahead at"))
	return &at
}

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
		if !assert.ObjectsAreEqual(s, back) {
			t.Fatalf("%#v\n%#v\n%s", s, back, text)
		}
	})
}

// FuzzParse: no text makes Parse panic, its errors are *Error, and what it accepts
// can be written and read back.
func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte("\xEF\xBB\xBFFILE a BINARY\r\nTRACK 1 AUDIO\r\nINDEX 1 0:0:0\r\n"))
	f.Add([]byte("REM\n\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse("x", text)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || s != nil {
				t.Fatalf("%#v %v", err, s)
			}
			return
		}
		again, err := s.MarshalText()
		if err != nil {
			t.Fatalf("%v\n%q", err, text)
		}
		back, err := Parse("x", again)
		if err != nil || !assert.ObjectsAreEqual(s, back) {
			t.Fatalf("%v\n%q\n%q", err, text, again)
		}
	})
}
