package command_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/toc"
)

const (
	tocCDB = "43 00 00 00 00 00 00 03 24 00"
	// tocPlextor is the tail of G30, Plextor PX-W5224TA: tracks 11 and 12 and the
	// lead-out, with the header for a request from track 11 on.
	tocPlextor = "00 1A 01 0C | 00 10 0B 00 00 01 FC 6C 00 10 0C 00 00 02 36 D5 00 10 AA 00 00 02 68 EF"
	// The same as MSF: 130156 = 28:57:31, 145109 = 32:16:59, 157935 = 35:07:60.
	tocPlextorMSF = "00 1A 01 0C | 00 10 0B 00 00 1C 39 1F 00 10 0C 00 00 20 10 3B 00 10 AA 00 00 23 07 3C"
)

func TestReadTOC(t *testing.T) {
	want := toc.TOC{First: 1, Last: 12, LeadOut: 157935, Entries: []toc.Entry{
		{Number: 11, Start: 130156}, {Number: 12, Start: 145109},
	}}
	wantCDB(t, command.ReadTOC{}, tocCDB)
	wantCDB(t, command.ReadTOC{Start: 11}, "43 00 00 00 00 00 0B 03 24 00")
	got, err := command.ReadTOC{Start: 11}.Do(t.Context(), play(t, in("43 00 00 00 00 00 0B 03 24 00", tocPlextor)))
	require.NoError(t, err)
	assert.Equal(t, want, got)

	got, err = command.ReadTOC{MSF: true}.Do(t.Context(), play(t, in("43 02 00 00 00 00 00 03 24 00", tocPlextorMSF)))
	require.NoError(t, err)
	assert.Equal(t, want, got)
	mmctest.WantFailures(t, tocCDB, command.ReadTOC{}.Do)
}

// Every shorter piece lacks the lead-out, which makes it an error.
func TestParseTOCPrefixes(t *testing.T) {
	for n := range unhex(tocPlextor) {
		_, err := command.ParseTOC(unhex(tocPlextor)[:n], false)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%d bytes", n)
		want := 4 // the header, then one descriptor more
		if n >= 4 {
			want = 4 + ((n-4)/8+1)*8
		}
		require.Equal(t, want, needed(t, err), "%d bytes", n)
	}
	// A drive whose length includes the length field is decoded correctly.
	b := unhex(tocPlextor)
	b[1] += 2
	table, err := command.ParseTOC(b, false)
	require.NoError(t, err)
	assert.Len(t, table.Entries, 2)
	// One whose length excludes the lead-out is an error, to the byte.
	b[1] = 0x19
	_, err = command.ParseTOC(b, false)
	assert.ErrorIs(t, err, exchange.ErrShortReply)
}

// Tracks that don't ascend or aren't on a disc, and a lead-out read from a bridge's
// status wrapper.
func TestParseTOCImplausible(t *testing.T) {
	for _, tt := range []struct {
		at    int
		value string
		msf   bool
		text  string
	}{
		{20 + 4, "55 53 42 52", false, "lead-out: 1431519826"},
		{20 + 4, "00 06 2D 72", false, "lead-out: 404850"},
		{20 + 4, "00 02 36 D4", false, "lead-out: 145108"},
		{12 + 4, "00 01 FC 6B", false, "track start: 130155"},
		{4 + 4, "FF FF FF 69", false, "track start: -151"},
		{4 + 2, "0C", false, "track number: 12"},
		{4 + 2, "00", false, "track number: 0"},
		{12 + 2, "64", false, "track number: 100"},
		{2, "64", false, "first track: 100"},
		{3, "64", false, "last track: 100"},
		{20 + 4, "00 53 42 53", true, "start: 83:66:83"},
		{4 + 4, "00 5A 00 00", true, "start: 90:00:00"},
	} {
		b := unhex(tocPlextor)
		if tt.msf {
			b = unhex(tocPlextorMSF)
		}
		copy(b[tt.at:], unhex(tt.value))
		_, err := command.ParseTOC(b, tt.msf)
		assert.EqualError(t, err, "table of contents: impossible "+tt.text)
		assert.ErrorIs(t, err, exchange.ErrImplausible)
	}
	for at, value := range map[int]string{20 + 4: "00 02 36 D5", 12 + 4: "00 01 FC 6C", 4 + 4: "FF FF FF 6A", 12 + 2: "63", 2: "00 0C", 3: "00"} {
		b := unhex(tocPlextor)
		copy(b[at:], unhex(value))
		_, err := command.ParseTOC(b, false)
		assert.NoError(t, err, "%d: %s", at, value)
	}
	b := unhex(tocPlextor)
	copy(b[24:], "USBS")
	_, err := command.ParseTOC(b, false)
	assert.ErrorIs(t, err, exchange.ErrImplausible)
}

func FuzzTOC(f *testing.F) {
	f.Add(unhex(tocPlextor), false)
	f.Add(unhex(tocPlextorMSF), true)
	f.Fuzz(func(t *testing.T, b []byte, msf bool) {
		if _, err := command.ParseTOC(b, msf); err != nil && !isUnusable(err) {
			t.Fatal(err)
		}
	})
}
