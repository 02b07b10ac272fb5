package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
)

const (
	performanceCDB = "AC 00 00 00 00 00 00 00 00 40 03 00"
	// performanceLG is G20: HL-DT-ST GSA-T20N WR02 with a closed CD-R.
	performanceLG = `00 00 00 34 00 00 00 00 |
		02 00 00 00 00 04 A2 14 00 00 07 23 00 00 06 E4 |
		02 00 00 00 00 04 A2 14 00 00 07 23 00 00 0B 06 |
		02 00 00 00 00 04 A2 14 00 00 07 23 00 00 10 8A`
	// performanceNominal: CD-R on a Pioneer DVR-111, reading 2894 to 7056 kB/s (command
	// manual), on a 79:59:71 disc.
	performanceNominal = "00 00 00 14 00 00 00 00 | 00 00 00 00 00 00 0B 4E 00 05 7D A5 00 00 1B 90"
)

func TestGetPerformanceWriteSpeeds(t *testing.T) {
	c := mmc.GetPerformance{Type: mmc.PerformanceWriteSpeed}
	wantCDB(t, c, performanceCDB)
	got, err := c.Do(t.Context(), play(t, in(performanceCDB, performanceLG)))
	require.NoError(t, err)
	assert.Equal(t, []mmc.WriteSpeed{
		{KBps: 1764, ReadKBps: 1827, Last: 303636},
		{KBps: 2822, ReadKBps: 1827, Last: 303636},
		{KBps: 4234, ReadKBps: 1827, Last: 303636},
	}, got.Speeds)
	wantFailures(t, performanceCDB, c.Do)
	wantPrefixes[mmc.Performance](t, unhex(performanceLG), mmc.Performance{Type: mmc.PerformanceWriteSpeed})
}

func TestGetPerformanceRotation(t *testing.T) {
	b := unhex(performanceLG)
	b[8] |= 0x08
	p := mmc.Performance{Type: mmc.PerformanceWriteSpeed}
	require.NoError(t, p.UnmarshalBinary(b))
	assert.Equal(t, mmc.RotationPureCAV, p.Speeds[0].Rotation)
}

func TestGetPerformanceNominal(t *testing.T) {
	c := mmc.GetPerformance{Start: 16}
	const cdb = "AC 10 00 00 00 10 00 00 00 40 00 00"
	wantCDB(t, c, cdb)
	wantCDB(t, mmc.GetPerformance{Write: true}, "AC 14 00 00 00 00 00 00 00 40 00 00")
	got, err := c.Do(t.Context(), play(t, in(cdb, performanceNominal)))
	require.NoError(t, err)
	assert.Equal(t, []mmc.PerformanceRange{{Start: 0, End: 359845, StartKBps: 2894, EndKBps: 7056}}, got.Ranges)
	wantPrefixes[mmc.Performance](t, unhex(performanceNominal), mmc.Performance{})
}

// A drive with nothing to say sends the header only; "except" descriptors have
// another form and are left alone.
func TestGetPerformanceNothing(t *testing.T) {
	assert.Empty(t, decode[mmc.Performance](t, unhex("00 00 00 04 02 00 00 00")).Ranges)
	assert.True(t, decode[mmc.Performance](t, unhex("00 00 00 04 02 00 00 00")).Write)
	b := unhex(performanceNominal)
	b[4] = 0x01
	assert.Empty(t, decode[mmc.Performance](t, b).Ranges)
}

func FuzzPerformance(f *testing.F) {
	fuzzReply[mmc.Performance](f, mmc.Performance{Type: mmc.PerformanceWriteSpeed}, unhex(performanceLG))
}

func FuzzPerformanceNominal(f *testing.F) {
	fuzzReply[mmc.Performance](f, mmc.Performance{}, unhex(performanceNominal))
}
