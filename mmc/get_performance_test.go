package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

const (
	performanceCDB = "AC 00 00 00 00 00 00 00 00 40 03 00"
	// performanceLG is G20: HL-DT-ST GSA-T20N WR02 with a closed CD-R.
	performanceLG = `00 00 00 34 00 00 00 00 |
		02 00 00 00 00 04 A2 14 00 00 07 23 00 00 06 E4 |
		02 00 00 00 00 04 A2 14 00 00 07 23 00 00 0B 06 |
		02 00 00 00 00 04 A2 14 00 00 07 23 00 00 10 8A`
)

func TestGetPerformanceWriteSpeeds(t *testing.T) {
	c := mmc.GetPerformance{}
	wantCDB(t, c, performanceCDB)
	got, err := c.Do(t.Context(), play(t, in(performanceCDB, performanceLG)))
	require.NoError(t, err)
	assert.Equal(t, []mmc.WriteSpeed{
		{KBps: 1764, ReadKBps: 1827, Last: 303636},
		{KBps: 2822, ReadKBps: 1827, Last: 303636},
		{KBps: 4234, ReadKBps: 1827, Last: 303636},
	}, got.Speeds)
	wantFailures(t, performanceCDB, c.Do)
	wantPrefixes[mmc.Performance](t, unhex(performanceLG), mmc.Performance{})
}

func TestGetPerformanceRotation(t *testing.T) {
	b := unhex(performanceLG)
	b[8] |= 0x08
	p := mmc.Performance{}
	require.NoError(t, p.UnmarshalBinary(b))
	assert.Equal(t, mmc.RotationPureCAV, p.Speeds[0].Rotation)
}

// A drive without descriptors sends only the header. "Except" descriptors have another
// form and are skipped.
func TestGetPerformanceNothing(t *testing.T) {
	assert.Equal(t, mmc.Performance{}, decode[mmc.Performance](t, unhex("00 00 00 04 02 00 00 00")))
	assert.Equal(t, mmc.Performance{}, decode[mmc.Performance](t, unhex("00 00 00 00 02 00 00 00")))
	b := unhex(performanceLG)
	b[4] = 0x01
	assert.Empty(t, decode[mmc.Performance](t, b).Speeds)
}

// The length covers all descriptors of the drive; a reply with fewer is marked.
func TestGetPerformanceCut(t *testing.T) {
	b := unhex(performanceLG)
	for claim, want := range map[byte]mmc.Performance{
		0x34: {}, 0x35: {Cut: true}, 0xFF: {Cut: true},
	} {
		b[3] = claim
		got := decode[mmc.Performance](t, b)
		assert.Equal(t, want.Cut, got.Cut)
		assert.Len(t, got.Speeds, 3)
	}
	b[2] = 0x04 // 64 descriptors and a bit: more aren't requested
	whole := append(b[:8:8], make([]byte, 16*64)...)
	assert.False(t, decode[mmc.Performance](t, whole).Cut)
	assert.True(t, decode[mmc.Performance](t, whole[:len(whole)-1]).Cut)
	assert.Len(t, decode[mmc.Performance](t, whole).Speeds, 64)
}

// The last address of a disc is valid; larger ones are dropped.
func TestGetPerformanceEnd(t *testing.T) {
	for text, want := range map[string]toc.LBA{"00 06 2D 71": 404849, "00 06 2D 72": 0, "FF FF FF 6A": 0} {
		b := unhex(performanceLG)
		copy(b[12:], unhex(text))
		assert.Equal(t, want, decode[mmc.Performance](t, b).Speeds[0].Last)
	}
}

func FuzzPerformance(f *testing.F) {
	fuzzReply[mmc.Performance](f, mmc.Performance{}, unhex(performanceLG))
}
