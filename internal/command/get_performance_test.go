package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

func TestGetPerformanceWriteSpeeds(t *testing.T) {
	c := command.GetPerformance{}
	wantCDB(t, c, performanceCDB)
	got, err := c.Do(t.Context(), play(t, in(performanceCDB, performanceLG)))
	require.NoError(t, err)
	assert.Equal(t, []mmc.WriteSpeed{
		{KBps: 1764, ReadKBps: 1827, Last: 303636},
		{KBps: 2822, ReadKBps: 1827, Last: 303636},
		{KBps: 4234, ReadKBps: 1827, Last: 303636},
	}, got.Speeds)
	mmctest.WantFailures(t, performanceCDB, c.Do)
	mmctest.WantPrefixes[command.Performance](t, unhex(performanceLG), command.Performance{})
}

func TestGetPerformanceRotation(t *testing.T) {
	b := unhex(performanceLG)
	b[8] |= 0x08
	p := command.Performance{}
	require.NoError(t, p.UnmarshalBinary(b))
	assert.True(t, p.Speeds[0].PureCAV)
	b[8] |= 0x10 // reserved
	require.NoError(t, p.UnmarshalBinary(b))
	assert.False(t, p.Speeds[0].PureCAV)
}

// A drive without descriptors sends only the header. "Except" descriptors have another
// form and are skipped.
func TestGetPerformanceNothing(t *testing.T) {
	assert.Equal(t, command.Performance{}, mmctest.Decode[command.Performance](t, unhex("00 00 00 04 02 00 00 00")))
	assert.Equal(t, command.Performance{}, mmctest.Decode[command.Performance](t, unhex("00 00 00 00 02 00 00 00")))
	b := unhex(performanceLG)
	b[4] = 0x01
	assert.Empty(t, mmctest.Decode[command.Performance](t, b).Speeds)
}

// The length covers all descriptors of the drive; a reply with fewer is marked.
func TestGetPerformanceCut(t *testing.T) {
	b := unhex(performanceLG)
	for claim, want := range map[byte]command.Performance{
		0x34: {}, 0x35: {Cut: true}, 0xFF: {Cut: true},
	} {
		b[3] = claim
		got := mmctest.Decode[command.Performance](t, b)
		assert.Equal(t, want.Cut, got.Cut)
		assert.Len(t, got.Speeds, 3)
	}
	b[2] = 0x04 // 64 descriptors and a bit: more aren't requested
	whole := append(b[:8:8], make([]byte, 16*64)...)
	assert.False(t, mmctest.Decode[command.Performance](t, whole).Cut)
	assert.True(t, mmctest.Decode[command.Performance](t, whole[:len(whole)-1]).Cut)
	assert.Len(t, mmctest.Decode[command.Performance](t, whole).Speeds, 64)
}

// The last address of a disc is valid; larger ones are dropped.
func TestGetPerformanceEnd(t *testing.T) {
	for text, want := range map[string]toc.LBA{"00 06 2D 71": 404849, "00 06 2D 72": 0, "FF FF FF 6A": 0} {
		b := unhex(performanceLG)
		copy(b[12:], unhex(text))
		assert.Equal(t, want, mmctest.Decode[command.Performance](t, b).Speeds[0].Last)
	}
}

func FuzzPerformance(f *testing.F) {
	mmctest.FuzzReply[command.Performance](f, command.Performance{}, unhex(performanceLG))
}
