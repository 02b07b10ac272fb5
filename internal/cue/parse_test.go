package cue

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/redbook-audio/redbook/toc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// notes returns the notes as text.
func notes(a *Sheet) (list []string) {
	for _, n := range a.Notes {
		list = append(list, fmt.Sprintf("%d: %s", n.Line, n.Text))
	}
	return list
}

// A sheet as rippers write it, one file for the album.
func TestOneFile(t *testing.T) {
	a, err := Parse("x.cue", []byte("\xEF\xBB\xBFREM GENRE \"Progressive Rock\"\r\nREM DATE 1973\r\nREM DISCID 8A0A8A0A\r\nREM COMMENT \"ExactAudioCopy v1.3\"\r\n"+
		"REM REPLAYGAIN_ALBUM_GAIN -6.50 dB\r\nCATALOG 4006381333931\r\nPERFORMER \"Bänd\"\r\nTITLE \"Álbum \"X\"\"\r\nSONGWRITER \"nobody\"\r\nFILE \"Bänd - Álbum.wav\" WAVE\r\n"+
		"  TRACK 01 AUDIO\r\n    TITLE \"One\"\r\n    PERFORMER \"Guest\"\r\n    ISRC USABC1234567\r\n    REM REPLAYGAIN_TRACK_GAIN -5 dB\r\n    FLAGS DCP PRE\r\n    INDEX 00 00:00:00\r\n    INDEX 01 00:00:33\r\n"+
		"  TRACK 02 AUDIO\r\n    TITLE \"Two\"\r\n    PREGAP 00:02:00\r\n    INDEX 01 03:22:70\r\n    INDEX 02 04:00:00\r\n    POSTGAP 00:01:00\r\n"))
	require.NoError(t, err)
	assert.Empty(t, notes(a))
	assert.Equal(t, &Sheet{
		MCN: "4006381333931", Title: `Álbum "X"`, Performer: "Bänd", CDText: CDText{Songwriter: "nobody"}, Date: "1973", Genre: "Progressive Rock", Encoding: "UTF-8",
		Comments: []string{`GENRE "Progressive Rock"`, "DATE 1973", "DISCID 8A0A8A0A", `COMMENT "ExactAudioCopy v1.3"`, "REPLAYGAIN_ALBUM_GAIN -6.50 dB"},
		Files:    []File{{"Bänd - Álbum.wav", "WAVE", 10}},
		Tracks: []Track{
			{Number: 1, Title: "One", Performer: "Guest", ISRC: "USABC1234567", Control: toc.CopyPermitted | toc.PreEmphasis, Comments: []string{"REPLAYGAIN_TRACK_GAIN -5 dB"},
				Indexes: []Index{{0, 0, 0}, {1, 0, 33}}, Line: 11},
			{Number: 2, Title: "Two", Pregap: 150, Postgap: 75, Indexes: []Index{{1, 0, 15220}, {2, 0, 18000}}, Line: 19},
		},
	}, a)
}

// Variants written by programs and people, and their result.
func TestDialects(t *testing.T) {
	const end = "\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
	for _, tc := range []struct {
		name, text string
		check      func(t *testing.T, a *Sheet)
		notes      []string
	}{
		{"lower case", "file a.wav wave\ntrack 1 audio\ntitle \"x\"\nflags dcp\nindex 1 0:0:0\n", func(t *testing.T, a *Sheet) {
			assert.Equal(t, []File{{"a.wav", "WAVE", 1}}, a.Files)
			assert.Equal(t, toc.CopyPermitted, a.Tracks[0].Control)
		}, nil},
		{"no quotation marks", "TITLE An album\nFILE my song.mp3 MP3" + end, func(t *testing.T, a *Sheet) {
			assert.Equal(t, "An album", a.Title)
			assert.Equal(t, File{"my song.mp3", "MP3", 2}, a.Files[0])
		}, nil},
		{"a mark is missing", "TITLE \"An album\nFILE \"a.wav WAVE" + end, func(t *testing.T, a *Sheet) {
			assert.Equal(t, "An album", a.Title)
			assert.Equal(t, File{"a.wav", "WAVE", 2}, a.Files[0])
		}, nil},
		{"no type", "FILE \"a.wav\"" + end, func(t *testing.T, a *Sheet) { assert.Equal(t, File{"a.wav", "", 1}, a.Files[0]) }, nil},
		{"a name alone", "FILE a.wav" + end, func(t *testing.T, a *Sheet) { assert.Equal(t, "a.wav", a.Files[0].Name) }, nil},
		{"marks in a name", `FILE "7" Mix.wav" WAVE` + end, func(t *testing.T, a *Sheet) { assert.Equal(t, `7" Mix.wav`, a.Files[0].Name) }, nil},
		{"unknown commands", "FILE a.wav WAVE\nWHATEVER 1" + end, func(t *testing.T, a *Sheet) {}, []string{`2: "WHATEVER" is not a command of a cue sheet and is left out`}},
		{"CD-TEXT file", "CDTEXTFILE a.cdt\nFILE a.wav WAVE" + end, func(t *testing.T, a *Sheet) {
			assert.Equal(t, "a.cdt", a.CDTextFile)
		}, nil},
		{"CD-TEXT", "SONGWRITER \"A\"\nmessage \"M\"\nGENRE \"Jazz\"\nREM COMPOSER \"C\"\nFILE a.wav WAVE" + end +
			"SONGWRITER B\nREM ARRANGER \"R\"\nCOMPOSER D\nREM COMPOSER other\nGENRE Rock\nMESSAGE x\n", func(t *testing.T, a *Sheet) {
			assert.Equal(t, CDText{Songwriter: "A", Composer: "C", Message: "M"}, a.CDText)
			assert.Equal(t, CDText{Songwriter: "B", Composer: "D", Arranger: "R", Message: "x"}, a.Tracks[0].CDText)
			assert.Equal(t, "Jazz", a.Genre)
			assert.Equal(t, []string{`ARRANGER "R"`, "COMPOSER other"}, a.Tracks[0].Comments)
		}, nil},
		{"bad codes", "CATALOG 4006381333932\nFILE a.wav WAVE\nTRACK 01 AUDIO\nISRC 12\nINDEX 01 00:00:00\n", func(t *testing.T, a *Sheet) {
			assert.Empty(t, a.MCN)
			assert.Empty(t, a.Tracks[0].ISRC)
		}, []string{`1: CATALOG is left out: not a media catalog number: "4006381333932" should end with the check digit 1`, `4: ISRC is left out: not an ISRC: "12" has 2 characters, not 12 (such as USABC1234567)`}},
		{"codes of zeros", "CATALOG 0000000000000\nFILE a.wav WAVE\nTRACK 01 AUDIO\nISRC 000000000000\nINDEX 01 00:00:00\n", func(t *testing.T, a *Sheet) { assert.Empty(t, a.MCN) }, nil},
		{"flags", "FILE a.wav WAVE\nTRACK 01 AUDIO\nFLAGS 4CH SCMS ODD\nINDEX 01 00:00:00\n", func(t *testing.T, a *Sheet) {
			assert.Equal(t, toc.FourChannel, a.Tracks[0].Control)
			assert.True(t, a.Tracks[0].SCMS)
		}, []string{"3: FLAGS ODD is left out: only DCP, PRE, 4CH and SCMS are supported"}},
		{"odd numbers", "FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 01 AUDIO\nINDEX 01 00:09:00\n", func(t *testing.T, a *Sheet) { assert.Len(t, a.Tracks, 2) },
			[]string{"0: the track numbers are not consecutive; the tracks are used in the order in which they are listed"}},
		{"index left out", "FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nINDEX 03 00:05:00\nINDEX 04 00:07:00\n", func(t *testing.T, a *Sheet) {
			assert.Equal(t, []Index{{1, 0, 0}, {2, 0, 375}, {3, 0, 525}}, a.Tracks[0].Indexes)
		}, []string{"4: index 03 follows index 01: it becomes index 02", "5: index 04 follows index 02: it becomes index 03"}},
		{"more than 99", "FILE a.wav WAVE\nTRACK 300 AUDIO\nINDEX 01 00:00:00\n", func(t *testing.T, a *Sheet) {},
			[]string{"0: the track numbers are not consecutive; the tracks are used in the order in which they are listed"}},
		{"second disc", "FILE a.wav WAVE\nTRACK 12 AUDIO\nINDEX 01 00:00:00\nTRACK 13 AUDIO\nINDEX 01 00:09:00\n", func(t *testing.T, a *Sheet) { assert.Equal(t, 13, a.Tracks[1].Number) }, nil},
		{"more than 99 minutes", "FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 120:00:00\n", func(t *testing.T, a *Sheet) {
			assert.Equal(t, toc.Sectors(540000), a.Tracks[1].Indexes[0].At)
		}, nil},
		{"FILE repeated", "FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nFILE a.wav WAVE\nTRACK 02 AUDIO\nINDEX 01 01:00:00\n", func(t *testing.T, a *Sheet) { assert.Len(t, a.Files, 1) }, nil},
		{"a file too many", "FILE a.wav WAVE" + end + "FILE b.wav WAVE\n", func(t *testing.T, a *Sheet) { assert.Len(t, a.Files, 1) }, []string{`0: no track begins in "b.wav": it is left out`}},
		{"pause in the file before", "FILE 1.wav WAVE" + end + "TRACK 02 AUDIO\nINDEX 00 03:00:00\nFILE 2.wav WAVE\nINDEX 01 00:00:00\n", func(t *testing.T, a *Sheet) {
			assert.Equal(t, []Index{{0, 0, 13500}, {1, 1, 0}}, a.Tracks[1].Indexes)
		}, nil},
		{"old Mac", "FILE a.wav WAVE\rTRACK 01 AUDIO\rINDEX 01 00:00:00\r", func(t *testing.T, a *Sheet) { assert.Len(t, a.Tracks, 1) }, nil},
		{"texts of the disc in unusual places", "FILE a.wav WAVE\nTITLE \"Late\"\nREM late" + end, func(t *testing.T, a *Sheet) {
			assert.Equal(t, "Late", a.Title)
			assert.Equal(t, []string{"late"}, a.Comments)
		}, nil},
		{"before anything", "FLAGS DCP\nISRC USABC1234567\nFILE a.wav WAVE" + end, func(t *testing.T, a *Sheet) { assert.Empty(t, a.Tracks[0].ISRC) }, nil},
	} {
		a, err := Parse("x.cue", []byte(tc.text))
		require.NoError(t, err, tc.name)
		tc.check(t, a)
		assert.Equal(t, tc.notes, notes(a), tc.name)
	}
}

// Sheets that can't be burned, with the line.
func TestErrors(t *testing.T) {
	head := "FILE a.wav WAVE\nTRACK 01 AUDIO\n"
	for text, want := range map[string]string{
		"":                  "x.cue: it has no TRACK",
		"TRACK 01 AUDIO\n":  "x.cue: line 1: TRACK is before the first FILE",
		"FILE a.wav WAVE\n": "it has no TRACK",
		head:                "line 2: track 1 has no INDEX 01",
		head + "INDEX 00 00:00:00\nTRACK 02 AUDIO\n":         "line 2: track 1 has no INDEX 01",
		head + "INDEX 01 00:09:00\nINDEX 02 00:08:00\n":      "line 4: index 02 at 00:08:00 is before the previous index, at 00:09:00",
		head + "INDEX 01 00:09:00\nINDEX 01 00:10:00\n":      "line 4: index 01 follows index 01",
		head + "INDEX 01 00:09\n":                            "line 3: INDEX: not a time",
		head + "INDEX 01\n":                                  "line 3: INDEX takes a number and a time",
		head + "INDEX xx 00:00:00\n":                         "line 3: INDEX",
		head + "PREGAP soon\n":                               "line 3: PREGAP: not a time",
		"PREGAP 00:02:00\n":                                  "line 1: PREGAP is before the first TRACK",
		"INDEX 01 00:00:00\n":                                "line 1: INDEX is before the first TRACK",
		"FILE g.bin BINARY\nTRACK 01 MODE1/2352\n":           "line 2: track 1 holds data (MODE1/2352): redbook burns audio only",
		strings.Repeat("nonsense\n", 200):                    "not a cue sheet",
		"FILE a.wav WAVE\n" + strings.Repeat("\x00\x01x", 9): "no TRACK",
	} {
		a, err := Parse("x.cue", []byte(text))
		assert.Nil(t, a)
		assert.ErrorContains(t, err, want, text)
		assert.ErrorIs(t, err, ErrSyntax)
	}
	var many strings.Builder
	many.WriteString("FILE a.wav WAVE\n")
	for i := range 100 {
		many.WriteString(fmt.Sprintf("TRACK %d AUDIO\nINDEX 01 %02d:00:00\n", i+1, i))
	}
	_, err := Parse("x.cue", []byte(many.String()))
	assert.ErrorContains(t, err, "at most 99 tracks")
	_, err = Parse("x.cue", make([]byte, maxSheet+1))
	assert.ErrorContains(t, err, "not a cue sheet")
}

// Text in the encodings found in sheets. The Japanese bytes are from Python's shift_jis
// codec.
func TestText(t *testing.T) {
	utf16le := func(s string, order bool) (p []byte) {
		for _, u := range utf16.Encode([]rune(s)) {
			if order {
				p = append(p, byte(u), byte(u>>8))
			} else {
				p = append(p, byte(u>>8), byte(u))
			}
		}
		return p
	}
	for _, tc := range []struct{ in, text, encoding string }{
		{"", "", "UTF-8"},
		{"plain", "plain", "UTF-8"},
		{"\xEF\xBB\xBFZo\xC3\xAB", "Zoë", "UTF-8"},
		{"Zo\xC3\xAB \xE9\x9F\xB3", "Zoë 音", "UTF-8"},
		{"\xEF\xBB\xBFa\xFFb", "a\uFFFDb", "UTF-8"},
		{"\xFF\xFE" + string(utf16le("Zoë 音𝄞", true)), "Zoë 音𝄞", "UTF-16"},
		{"\xFE\xFF" + string(utf16le("Zoë", false)), "Zoë", "UTF-16"},
		{string(utf16le("FILE \"ë\"", true)), "FILE \"ë\"", "UTF-16"},
		{string(utf16le("FILE \"ë\"", false)), "FILE \"ë\"", "UTF-16"},
		{string(utf16le("Шум.wav\r\n東京.wav\r\n", true)), "Шум.wav\n東京.wav\n", "UTF-16"},
		{string(utf16le("Шум.wav\r\n東京.wav\r\n", false)), "Шум.wav\n東京.wav\n", "UTF-16"},
		{"a.wav\nb\x00", "a.wav\nb", "UTF-8"},
		{"Mot\xF6rhead", "Motörhead", "Windows-1252"},
		{"Fr\xE9d\xE9ric Fran\xE7ois", "Frédéric François", "Windows-1252"},
		{"Don\x92t \x93stop\x94 \x85", "Don’t “stop” …", "Windows-1252"},
		{"Bj\xF6rk - Gl\xF3\xF3s\xF3li", "Björk - Glóósóli", "Windows-1252"},
		{"Gr\xF6\xDFe \xC4\xD6\xDC", "Größe ÄÖÜ", "Windows-1252"},
		{"TITLE \"\x83\x41\x83\x8B\x83\x6F\x83\x80\"", "TITLE \"アルバム\"", "Shift-JIS"},
		{"\x89\xB9\x8A\x79", "音楽", "Shift-JIS"},
		{"PERFORMER \"\x82\xA0\x82\xA2\x82\xA4\" x", "PERFORMER \"あいう\" x", "Shift-JIS"},
		{"a\r\nb\rc\n", "a\nb\nc\n", "UTF-8"},
	} {
		text, encoding := Text([]byte(tc.in))
		assert.Equal(t, tc.text, text)
		assert.Equal(t, tc.encoding, encoding, tc.text)
	}
	a, err := Parse("x", []byte("TITLE \"\x83\x41\x83\x8B\x83\x6F\x83\x80\"\r\nFILE \"\x89\xB9\x8A\x79.wav\" WAVE\r\nTRACK 01 AUDIO\r\nINDEX 01 00:00:00"))
	require.NoError(t, err)
	assert.Equal(t, "Shift-JIS", a.Encoding)
	assert.Equal(t, "音楽.wav", a.Files[0].Name)
}

// FuzzParse: no text makes Parse panic, indexes ascend within their files, and a sheet
// that can be written is read back equal and without a note.
func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte("\xEF\xBB\xBFFILE a BINARY\r\nTRACK 1 AUDIO\r\nINDEX 1 0:0:0\r\n"))
	f.Add([]byte("REM\n\"\n"))
	f.Add([]byte("FILE 1.wav WAVE\nTRACK 01 AUDIO\nINDEX 00 00:00:00\nFILE 2.wav WAVE\nINDEX 01 00:00:00\n"))
	f.Add([]byte("\xFF\xFEF\x00I\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse("x", data)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok || s != nil {
				t.Fatalf("%#v %v", err, s)
			}
			return
		}
		last := Index{}
		for _, tr := range s.Tracks {
			if _, ok := tr.Index(1); !ok {
				t.Fatal("a track without a start")
			}
			for _, i := range tr.Indexes {
				if i.File < last.File || i.File >= len(s.Files) || i.File == last.File && i.At < last.At {
					t.Fatalf("%+v after %+v", i, last)
				}
				last = i
			}
		}
		text, err := s.MarshalText()
		if err != nil {
			return
		}
		back, err := Parse("x", text)
		if err != nil || len(back.Notes) > 0 || !assert.ObjectsAreEqual(written(s), written(back)) {
			t.Fatalf("%v\n%q\n%v", err, text, notes(back))
		}
	})
}

func FuzzText(f *testing.F) {
	f.Add([]byte("\x83\x41\x83"))
	f.Add([]byte("\xFE\xFF\xD8\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		text, _ := Text(data)
		if strings.ToValidUTF8(text, "") != text || strings.Contains(text, "\r") {
			t.Fatalf("%q", text)
		}
	})
}

// cyanrip 0.9.3 writes the TRACK of a pause, which is in the previous file, a second time
// after its own FILE (src/cue_writer.c), with meaningless numbers.
func TestTrackTwice(t *testing.T) {
	a, err := Parse("x.cue", []byte(`REM DISCID "ABCD"
MCN "0036000291452"
PERFORMER "Band"
FILE "01.flac" WAVE
  TRACK 01 AUDIO
    TITLE "One"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Two"
    INDEX 00 03:10:00
FILE "02.flac" WAVE
  TRACK 01 AUDIO
    TITLE "Two"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Three"
    INDEX 00 02:00:00
FILE "03.flac" WAVE
  TRACK 02 AUDIO
    TITLE "Three"
    INDEX 01 00:00:00
`))
	require.NoError(t, err)
	require.Len(t, a.Tracks, 3)
	for i, title := range []string{"One", "Two", "Three"} {
		assert.Equal(t, title, a.Tracks[i].Title)
		start, ok := a.Tracks[i].Index(1)
		require.True(t, ok)
		assert.Equal(t, i, start.File)
	}
	pause, ok := a.Tracks[2].Index(0)
	require.True(t, ok)
	assert.Equal(t, 1, pause.File)
	assert.Equal(t, toc.MCN("0036000291452"), a.MCN)
}

// File names keep their characters, and missing parts are tolerated.
func TestFileNames(t *testing.T) {
	for line, want := range map[string][2]string{
		"FILE \" two  words .wav\" WAVE":       {" two  words .wav", "WAVE"},
		"FILE \"no\u00A0break.wav\" WAVE":      {"no\u00A0break.wav", "WAVE"},
		"FILE My Song.wav":                     {"My Song.wav", ""},
		"FILE My Song.wav wave":                {"My Song.wav", "WAVE"},
		"FILE \"My Song.wav WAVE":              {"My Song.wav", "WAVE"},
		"FILE \"My \"Song\".wav\" MP3":         {"My \"Song\".wav", "MP3"},
		"\tfile\t\"a.flac\"\tflac  ":           {"a.flac", "FLAC"},
		"FILE \"C:\\Music\\a b.ape\" WAVE\r\n": {`C:\Music\a b.ape`, "WAVE"},
	} {
		a, err := Parse("x.cue", []byte(line+"\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"))
		require.NoError(t, err, line)
		assert.Equal(t, want, [2]string{a.Files[0].Name, string(a.Files[0].Type)}, line)
	}
}
