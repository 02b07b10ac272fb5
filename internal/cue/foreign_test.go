package cue

import (
	"testing"

	"github.com/redbook-audio/redbook/toc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Sheets in the forms that other programs' manuals describe: the parsed contents and the
// notes.
func TestSheetsOfOtherPrograms(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		tracks     int
		want       string // of the error; "" for a valid sheet
	}{
		{"ripper, one WAV", `REM GENRE "Folk"
REM DATE 1998
REM DISCID 3404F606
REM COMMENT "a ripper"
PERFORMER "Band"
TITLE "Album"
FILE "Band - Album.wav" WAVE
  TRACK 01 AUDIO
    TITLE "One"
    PERFORMER "Band"
    ISRC USABC1234567
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Two"
    PERFORMER "Band"
    INDEX 00 03:22:70
    INDEX 01 03:24:05
`, 2, ""},
		{"ripper, a file per track", `TITLE "Album"
FILE "01 - One.wav" WAVE
  TRACK 01 AUDIO
    TITLE "One"
    INDEX 01 00:00:00
FILE "02 - Two.wav" WAVE
  TRACK 02 AUDIO
    TITLE "Two"
    PREGAP 00:00:33
    INDEX 01 00:00:00
`, 2, ""},
		{"ripper, gaps at the end of the file before", `FILE "01.wav" WAVE
  TRACK 01 AUDIO
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    INDEX 00 03:22:70
FILE "02.wav" WAVE
    INDEX 01 00:00:00
`, 2, ""},
		{"hidden track in a separate file", `FILE "00.wav" WAVE
  TRACK 01 AUDIO
    INDEX 00 00:00:00
FILE "01.wav" WAVE
    INDEX 01 00:00:00
`, 1, ""},
		{"pause without a track", "FILE a WAVE\nTRACK 01 AUDIO\nINDEX 00 00:00:00\nFILE b WAVE\nFILE c WAVE\nINDEX 01 00:00:00\n", 1, ""},
		{"pause twice", "FILE a WAVE\nTRACK 01 AUDIO\nINDEX 00 00:00:00\nFILE b WAVE\nINDEX 00 00:00:00\n", 0, "line 5: index 00 follows index 00"},
		{"pause at the end", "FILE a WAVE\nTRACK 01 AUDIO\nINDEX 00 00:00:00\nFILE b WAVE\n", 0, "line 2: track 1 has no INDEX 01"},
		{"lossless file", "FILE \"Album.flac\" FLAC\n", 0, "it has no TRACK"},
		{"compressed file", "FILE \"Album.mp3\" MP3\n  TRACK 01 AUDIO\n  INDEX 01 00:00:00\n", 1, ""},
		{"big-endian image", "FILE \"A.IMG\" MOTOROLA\n  TRACK 01 AUDIO\n  INDEX 01 00:00:00\n", 1, ""},
		{"mixed mode", `FILE "game.bin" BINARY
  TRACK 01 MODE1/2352
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    PREGAP 00:02:00
    INDEX 01 37:51:40
`, 0, "line 2: track 1 holds data (MODE1/2352): redbook burns audio only"},
		{"karaoke", "FILE \"k.bin\" BINARY\n  TRACK 01 CDG\n", 0, "line 2: track 1 holds data (CDG)"},
		{"text of a disc", "CDTEXTFILE \"a.cdt\"\nSONGWRITER \"x\"\nFILE a.bin BINARY\nTRACK 01 AUDIO\nCOMPOSER \"y\"\nINDEX 01 00:00:00\n", 1, ""},
		{"copy management", "FILE a.bin BINARY\nTRACK 01 AUDIO\nFLAGS DCP SCMS\nINDEX 01 00:00:00\n", 1, ""},
		{"data flag", "FILE a.bin BINARY\nTRACK 01 AUDIO\nFLAGS DATA\nINDEX 01 00:00:00\n", 1, ""},
		{"catalog of twelve digits", "CATALOG 036000291452\nFILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n", 1, ""},
		{"catalog of zeros", "CATALOG 0000000000000\nFILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n", 1, ""},
		{"table of contents of another tool", "CD_DA\n\nTRACK AUDIO\n", 0, "line 3: TRACK is before the first FILE"},
		{"playlist", "#EXTM3U\n01.wav\n", 0, "it has no TRACK"},
		{"audio instead of a sheet", "RIFF\x24\x00\x00\x00WAVEfmt ", 0, "it has no TRACK"},
	} {
		s, err := Parse("x.cue", []byte(tc.text))
		if tc.want != "" {
			assert.ErrorContains(t, err, "x.cue: "+tc.want, tc.name)
			assert.ErrorIs(t, err, ErrSyntax, tc.name)
			continue
		}
		require.NoError(t, err, tc.name)
		assert.Len(t, s.Tracks, tc.tracks, tc.name)
	}
}

// A ripper's information is in the fields where programs look for it.
func TestWhereThingsAre(t *testing.T) {
	s, err := Parse("x.cue", []byte("CATALOG 036000291452\nPERFORMER Band\nTITLE \"The Album\"\nFILE \"a b.wav\" WAVE\n"+
		"TRACK 08 AUDIO\nPERFORMER Guest\nTITLE One\nISRC us-abc-12-34567\nPREGAP 00:00:33\nINDEX 00 00:00:00\nINDEX 01 00:00:10\nINDEX 02 00:01:00\n"))
	require.NoError(t, err)
	assert.Equal(t, toc.MCN("0036000291452"), s.MCN, "with the leading zero of an EAN")
	assert.Equal(t, "Band", s.Performer)
	assert.Equal(t, "The Album", s.Title)
	require.Len(t, s.Files, 1)
	assert.Equal(t, "a b.wav", s.Files[0].Name)
	assert.Equal(t, Wave, s.Files[0].Type)
	require.Len(t, s.Tracks, 1)
	tr := s.Tracks[0]
	assert.Equal(t, 8, tr.Number, "a disc may begin with a higher number")
	assert.Equal(t, "Guest", tr.Performer)
	assert.Equal(t, "One", tr.Title)
	assert.Equal(t, toc.ISRC("USABC1234567"), tr.ISRC)
	assert.Equal(t, toc.Sectors(33), tr.Pregap)
	for n, want := range []toc.Sectors{0, 10, 75} {
		index, ok := tr.Index(n)
		assert.True(t, ok)
		assert.Equal(t, want, index.At)
	}
}
