package cue

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/toc"
)

// An unknown line is noted wherever it stands, with its number, and has no other effect.
func TestEveryLineHasItsNumber(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(full), "\n")
	for i := range len(lines) + 1 {
		text := strings.Join(slices.Insert(slices.Clone(lines), i, "NONSENSE 1"), "\r\n")
		s, err := Parse("x.cue", []byte(text))
		require.NoError(t, err)
		assert.Equal(t, []Note{{i + 1, `"NONSENSE" is not a command of a cue sheet and is left out`}}, s.Notes)
		assert.Equal(t, fullSheet(), written(s))
	}
}

// Which lines may be missing, and the errors for the others. Without index 1 of track 2
// its pause is taken for that of track 3, as cyanrip writes it (TestTrackTwice).
func TestEveryLineMissing(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(full), "\n")
	needed := map[string]string{
		`FILE "album one.bin" BINARY`:  "line 10: TRACK is before the first FILE",
		"TRACK 01 AUDIO":               "line 17: INDEX is before the first TRACK",
		"TRACK 02 AUDIO":               "line 22: index 00 follows index 02",
		"TRACK 03 AUDIO":               "line 28: index 01 follows index 01",
		"INDEX 01 00:00:00":            "line 11: track 1 has no INDEX 01",
		`FILE "three.wav" WAVE`:        "line 28: index 01 at 00:00:00 is before the previous index, at 03:37:07",
		"INDEX 01 00:00:00 of track 3": "line 27: track 3 has no INDEX 01",
	}
	seen := 0
	for i, line := range lines {
		text := strings.Join(slices.Delete(slices.Clone(lines), i, i+1), "\n")
		_, err := Parse("x.cue", []byte(text))
		key := strings.TrimSpace(line)
		if i == len(lines)-1 {
			key += " of track 3"
		}
		want, isNeeded := needed[key]
		if !isNeeded {
			assert.NoError(t, err, "without %q", key)
			continue
		}
		seen++
		assert.ErrorContains(t, err, want, "without %q", key)
	}
	assert.Equal(t, len(needed), seen)
}

// Every beginning of a sheet is a sheet or an error, never half of a track.
func TestEveryPrefix(t *testing.T) {
	for n := range len(full) {
		s, err := Parse("x.cue", []byte(full[:n]))
		if err != nil {
			assert.ErrorIs(t, err, ErrSyntax)
			assert.Nil(t, s)
			continue
		}
		for _, tr := range s.Tracks {
			_, begins := tr.Index(1)
			assert.True(t, begins, "%d bytes", n)
		}
	}
}

// All flags, written in a fixed order whatever the order read.
func TestFlags(t *testing.T) {
	const head = "FILE a.bin BINARY\nTRACK 01 AUDIO\n"
	for flags, want := range map[string]toc.Control{
		"DCP":         toc.CopyPermitted,
		"PRE":         toc.PreEmphasis,
		"4CH":         toc.FourChannel,
		"PRE DCP":     toc.CopyPermitted | toc.PreEmphasis,
		"4CH PRE DCP": toc.CopyPermitted | toc.PreEmphasis | toc.FourChannel,
		"DCP DCP":     toc.CopyPermitted,
	} {
		s, err := Parse("x.cue", []byte(head+"FLAGS "+flags+"\nINDEX 01 00:00:00\n"))
		require.NoError(t, err)
		assert.Equal(t, want, s.Tracks[0].Control, flags)
	}
	assert.Equal(t, " DCP PRE 4CH", flagWords(0xF&^toc.DataTrack, false))
	assert.Equal(t, " PRE SCMS", flagWords(toc.PreEmphasis, true))
	assert.Empty(t, flagWords(0, false))
}

// Invalid times, with the line.
func TestTimes(t *testing.T) {
	for _, text := range []string{"x", "0", "0:0", "00:60:00", "00:00:75", "00:00:00:00", "-1:00:00", "0x1:00:00", "00.00.00"} {
		_, err := Parse("x.cue", []byte("FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 "+text+"\n"))
		var e *Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, 3, e.Line)
		assert.ErrorIs(t, err, ErrTime, text)
	}
}

// Names may contain blanks, apostrophes, backslashes and any letters.
func TestNames(t *testing.T) {
	for _, name := range []string{"a b.bin", "L'été.bin", `C:\music\a.bin`, "音楽.bin", "../a.bin", "a#b;c.bin"} {
		s := &Sheet{Files: []File{{Name: name, Type: Binary}}, Tracks: []Track{{Number: 1, Title: name, Indexes: []Index{{1, 0, 0}}}}}
		text, err := s.MarshalText()
		require.NoError(t, err)
		back, err := Parse("x.cue", text)
		require.NoError(t, err)
		assert.Equal(t, s, written(back))
	}
}

// Ninety-nine tracks of ninety-nine indexes each: the largest possible sheet.
func TestLargestSheet(t *testing.T) {
	s := &Sheet{Files: []File{{Name: "a.bin", Type: Binary}}}
	at := toc.Sectors(0)
	for n := 1; n <= toc.MaxTracks; n++ {
		tr := Track{Number: n, Title: strings.Repeat("x", 160)}
		for i := range 100 {
			tr.Indexes = append(tr.Indexes, Index{i, 0, at})
			at++
		}
		s.Tracks = append(s.Tracks, tr)
	}
	text, err := s.MarshalText()
	require.NoError(t, err)
	assert.Less(t, len(text), maxSheet)
	back, err := Parse("x.cue", text)
	require.NoError(t, err)
	assert.Equal(t, s, written(back))
}

func TestErrorUnwraps(t *testing.T) {
	cause := errors.New("cause")
	err := error(&Error{Name: "x", Line: 3, Reason: "why", Err: cause})
	assert.ErrorIs(t, err, ErrSyntax)
	assert.ErrorIs(t, err, cause)
	assert.Equal(t, "x: line 3: why", err.Error())
	err = &Error{Name: "x", Reason: "why"}
	assert.ErrorIs(t, err, ErrSyntax)
	assert.Equal(t, "x: why", err.Error())
}

// A REM belongs to the disc or track that it is in, and keeps its text.
func TestRemarks(t *testing.T) {
	s, err := Parse("x.cue", []byte("REM GENRE  \"Folk\" x\r\nREM\r\nFILE a.bin BINARY\r\nREM of the sheet\r\nTRACK 01 AUDIO\r\nREM of \"track 1\r\nINDEX 01 00:00:00\r\nREM too\r\n"))
	require.NoError(t, err)
	assert.Equal(t, []string{`GENRE  "Folk" x`, "", "of the sheet"}, s.Comments)
	assert.Equal(t, []string{`of "track 1`, "too"}, s.Tracks[0].Comments)
}
