package cuesheet_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/cuesheet"
	"github.com/redbook-audio/redbook/toc"
)

// tracks returns plain tracks of the given lengths.
func tracks(lengths ...toc.Sectors) []cuesheet.Track {
	var out []cuesheet.Track
	for _, n := range lengths {
		out = append(out, cuesheet.Track{Length: n})
	}
	return out
}

// pauses gives every track except the first a pregap.
func pauses(n toc.Sectors, list []cuesheet.Track) []cuesheet.Track {
	for i := range list[1:] {
		list[i+1].Pregap = n
	}
	return list
}

// coded returns a session with everything that a cue sheet can express.
func coded() cuesheet.Session {
	return cuesheet.Session{MCN: "4006381333931", Tracks: []cuesheet.Track{
		{Control: toc.CopyPermitted, ISRC: "DEAB31200001", Length: 300, Indexes: []toc.IndexMark{{Index: 2, Offset: 225}}},
		{Control: toc.CopyPermitted, ISRC: "DEAB31200002", Length: 400, Pregap: 150},
	}}
}

// Cue sheets that other burning programs send for the same discs, as computed by libburn,
// cdrdao and cdrecord; cdrskin sent the first one (G41).
var sheets = []struct {
	name    string
	session cuesheet.Session
	variant cuesheet.Variant
	sheet   string
}{
	{"G41: three tracks, gapless", cuesheet.Session{Tracks: tracks(400, 351, 600)}, cuesheet.Variant{}, `
		01 00 00 01 00 00 00 00 | 01 01 00 00 00 00 00 00 | 01 01 01 00 00 00 02 00 | 01 02 01 00 00 00 07 19
		01 03 01 00 00 00 0C 01 | 01 AA 01 01 00 00 14 01`},
	{"one track", cuesheet.Session{Tracks: tracks(20000)}, cuesheet.Variant{}, `
		01 00 00 01 00 00 00 00 | 01 01 00 00 00 00 00 00 | 01 01 01 00 00 00 02 00 | 01 AA 01 01 00 04 1C 32`},
	{"gapless", cuesheet.Session{Tracks: tracks(300, 400, 500)}, cuesheet.Variant{}, `
		01 00 00 01 00 00 00 00 | 01 01 00 00 00 00 00 00 | 01 01 01 00 00 00 02 00 | 01 02 01 00 00 00 06 00
		01 03 01 00 00 00 0B 19 | 01 AA 01 01 00 00 12 00`},
	{"one-frame pause", cuesheet.Session{Tracks: pauses(1, tracks(300, 400))}, cuesheet.Variant{}, `
		01 00 00 01 00 00 00 00 | 01 01 00 00 00 00 00 00 | 01 01 01 00 00 00 02 00 | 01 02 00 00 00 00 06 00
		01 02 01 00 00 00 06 01 | 01 AA 01 01 00 00 0B 1A`},
	{"pauses of two seconds", cuesheet.Session{Tracks: pauses(150, tracks(300, 400, 500))}, cuesheet.Variant{}, `
		01 00 00 01 00 00 00 00 | 01 01 00 00 00 00 00 00 | 01 01 01 00 00 00 02 00 | 01 02 00 00 00 00 06 00
		01 02 01 00 00 00 08 00 | 01 03 00 00 00 00 0D 19 | 01 03 01 00 00 00 0F 19 | 01 AA 01 01 00 00 16 00`},
	{"hidden audio", cuesheet.Session{Tracks: []cuesheet.Track{{Pregap: 1150, Length: 500}, {Length: 600}}}, cuesheet.Variant{}, `
		01 00 00 01 00 00 00 00 | 01 01 00 00 00 00 00 00 | 01 01 01 00 00 00 0F 19 | 01 02 01 00 00 00 16 00
		01 AA 01 01 00 00 1E 00`},
	{"MCN, ISRC, index 2, pause, copy permitted", coded(), cuesheet.Variant{}, `
		02 34 30 30 36 33 38 31 | 02 33 33 33 39 33 31 00 | 01 00 00 01 00 00 00 00 | 23 01 44 45 41 42 33 31
		23 01 32 30 30 30 30 31 | 21 01 00 00 00 00 00 00 | 21 01 01 00 00 00 02 00 | 21 01 02 00 00 00 05 00
		23 02 44 45 41 42 33 31 | 23 02 32 30 30 30 30 32 | 21 02 00 00 00 00 06 00 | 21 02 01 00 00 00 08 00
		21 AA 01 01 00 00 0D 19`},
	{"ISRC without control", coded(), cuesheet.Variant{ISRCWithoutControl: true}, `
		02 34 30 30 36 33 38 31 | 02 33 33 33 39 33 31 00 | 01 00 00 01 00 00 00 00 | 03 01 44 45 41 42 33 31
		03 01 32 30 30 30 30 31 | 21 01 00 00 00 00 00 00 | 21 01 01 00 00 00 02 00 | 21 01 02 00 00 00 05 00
		03 02 44 45 41 42 33 31 | 03 02 32 30 30 30 30 32 | 21 02 00 00 00 00 06 00 | 21 02 01 00 00 00 08 00
		21 AA 01 01 00 00 0D 19`},
	{"CD-TEXT announced at zero", cuesheet.Session{Tracks: tracks(300, 400, 500)}, cuesheet.Variant{LeadIn: cuesheet.TextAtZero}, `
		01 00 00 41 00 00 00 00 | 01 01 00 00 00 00 00 00 | 01 01 01 00 00 00 02 00 | 01 02 01 00 00 00 06 00
		01 03 01 00 00 00 0B 19 | 01 AA 01 01 00 00 12 00`},
	{"CD-TEXT announced at the lead-in", cuesheet.Session{Tracks: tracks(300, 400, 500)},
		cuesheet.Variant{LeadIn: cuesheet.TextAtStart, Address: toc.MSF{M: 97, S: 34, F: 23}}, `
		01 00 00 41 00 61 22 17 | 01 01 00 00 00 00 00 00 | 01 01 01 00 00 00 02 00 | 01 02 01 00 00 00 06 00
		01 03 01 00 00 00 0B 19 | 01 AA 01 01 00 00 12 00`},
	{"pre-emphasis, alternate copy bit, first track 5", cuesheet.Session{First: 5, Tracks: []cuesheet.Track{
		{Length: 300, Control: toc.PreEmphasis}, {Length: 300, SCMS: true}}}, cuesheet.Variant{}, `
		01 00 00 01 00 00 00 00 | 11 05 00 00 00 00 00 00 | 11 05 01 00 00 00 02 00 | 01 06 01 00 80 00 06 00
		01 AA 01 01 00 00 0A 00`},
}

func TestCueSheet(t *testing.T) {
	for _, c := range sheets {
		sheet, err := c.session.CueSheet(c.variant)
		require.NoError(t, err, c.name)
		lines := strings.Split(strings.ReplaceAll(strings.TrimSpace(c.sheet), "|", "\n"), "\n")
		for i := range lines {
			lines[i] = strings.TrimSpace(lines[i])
		}
		assert.Equal(t, strings.Join(lines, "\n"), sheet.String(), c.name)
		assert.Len(t, sheet, len(lines)*8, c.name)
	}
}

// The order of variants, which is that of other programs. A sheet that equals a previous one
// is left out.
func TestVariants(t *testing.T) {
	at := toc.MSF{M: 97, S: 26, F: 66}
	assert.Equal(t, []cuesheet.Variant{{}}, cuesheet.Session{Tracks: tracks(300)}.Variants(false, at))
	assert.Equal(t, []cuesheet.Variant{{}, {ISRCWithoutControl: true}}, coded().Variants(false, at))
	assert.Equal(t, []cuesheet.Variant{
		{LeadIn: cuesheet.TextAtZero}, {LeadIn: cuesheet.TextAtZero, ISRCWithoutControl: true},
		{LeadIn: cuesheet.TextAtStart, Address: at}, {LeadIn: cuesheet.TextAtStart, Address: at, ISRCWithoutControl: true},
	}, coded().Variants(true, at))
	plain := coded()
	for i := range plain.Tracks {
		plain.Tracks[i].Control = 0
	}
	assert.Len(t, plain.Variants(true, at), 2)
	for _, s := range []cuesheet.Session{coded(), plain} {
		seen := map[string]bool{}
		for _, v := range s.Variants(true, at) {
			sheet, err := s.CueSheet(v)
			require.NoError(t, err)
			assert.False(t, seen[sheet.String()])
			seen[sheet.String()] = true
		}
	}
}

// Start and length of the lead-in for discs in real logs.
func TestLeadInStart(t *testing.T) {
	for _, c := range []struct {
		m       toc.MSF
		lba     toc.LBA
		sectors int
	}{
		{toc.MSF{M: 97, S: 34, F: 23}, -11077, 10927}, {toc.MSF{M: 97, S: 26, F: 66}, -11634, 11484},
		{toc.MSF{M: 97, S: 24, F: 1}, -11849, 11699}, {toc.MSF{M: 97, S: 17, F: 6}, -12369, 12219},
		{toc.MSF{M: 97, S: 15, F: 17}, -12508, 12358}, {toc.MSF{M: 0x97, S: 0x15, F: 0x17}, -12508, 12358},
		{toc.MSF{M: 0x99, S: 0x59, F: 0x09}, -216, 66}, {toc.MSF{M: 99}, -4650, 4500},
		{toc.MSF{M: 90}, -45150, 45000},
	} {
		m, ok := cuesheet.LeadInStart(c.m)
		assert.True(t, ok)
		assert.Equal(t, c.lba, m.LBA())
		assert.Equal(t, c.sectors, int(-toc.PregapSectors-m.LBA()))
	}
	for _, m := range []toc.MSF{{}, {M: 79, S: 59, F: 74}, {M: 97, S: 60}, {M: 97, F: 75}, {M: 0xFF, S: 0xFF, F: 0xFF}, {M: 0x9A}, {M: 0xA0}, {M: 0x97, S: 0x1A}, {M: 0x97, S: 0xA0}, {M: 0x97, F: 0x0A}, {M: 100}} {
		_, ok := cuesheet.LeadInStart(m)
		assert.False(t, ok, "%v", m)
	}
}

func TestSheetWithoutLeadIn(t *testing.T) {
	_, err := coded().CueSheet(cuesheet.Variant{LeadIn: cuesheet.TextAtStart})
	require.ErrorIs(t, err, cuesheet.ErrInvalid)
}

// libburn's page 05h for session-at-once: 42h, or 52h for a test write.
func TestWriteParameters(t *testing.T) {
	s := coded()
	page := s.WriteParameters(cuesheet.Variant{LeadIn: cuesheet.TextAtZero}, command.SessionFinal, false).Page(0x32)
	assert.Equal(t, []byte{0x05, 0x32, 0x42, 0x00, 0x00}, page[:5])
	assert.Equal(t, "4006381333931", string(page[17:30]))
	page = s.WriteParameters(cuesheet.Variant{LeadIn: cuesheet.TextAtStart}, command.SessionOpen, true).Page(0x32)
	assert.Equal(t, []byte{0x05, 0x32, 0x52, 0xC0, 0x03}, page[:5])
	assert.Equal(t, []byte{0, 150}, page[14:16])
}

func TestFit(t *testing.T) {
	s := cuesheet.Session{MCN: "4006381333931"}
	for range 99 {
		s.Tracks = append(s.Tracks, cuesheet.Track{Length: 300, Pregap: 150, ISRC: "DEAB31200001"})
	}
	sheet, err := s.CueSheet(cuesheet.Variant{})
	require.NoError(t, err)
	assert.Len(t, sheet, 3200)
	for limit, want := range map[int][]cuesheet.Part{0: nil, 3200: nil, 3199: {cuesheet.ISRCs}, 3072: {cuesheet.ISRCs}} {
		fit, left, err := s.Fit(limit)
		require.NoError(t, err)
		assert.Equal(t, want, left, "%d", limit)
		assert.Equal(t, left == nil, fit.Tracks[98].ISRC != "")
		assert.NotEmpty(t, s.Tracks[98].ISRC, "the caller's session stays as it is")
	}
	_, _, err = s.Fit(1615)
	require.ErrorIs(t, err, cuesheet.ErrSheetSize)

	fit, left, err := coded().Fit(100)
	require.NoError(t, err)
	assert.Equal(t, []cuesheet.Part{cuesheet.Indexes}, left, "indexes first")
	assert.NotEmpty(t, fit.Tracks[0].ISRC)
	fit, left, err = coded().Fit(64)
	require.NoError(t, err)
	assert.Equal(t, []cuesheet.Part{cuesheet.Indexes, cuesheet.ISRCs}, left)
	sheet, err = fit.CueSheet(cuesheet.Variant{})
	require.NoError(t, err)
	assert.Len(t, sheet, 64)
}
