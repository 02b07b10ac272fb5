package mmc_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
)

func TestSpeed(t *testing.T) {
	assert.Equal(t, mmc.SpeedX(16), mmc.WriteSpeed{KBps: 2822}.Speed())
	assert.Equal(t, 1200, mmc.SpeedX(16).SectorsPerSecond())
	for text, s := range map[string]mmc.Speed{
		"16x": mmc.SpeedX(16), "4.5x": mmc.SpeedX(4.5), "max": mmc.SpeedMax, "unknown": {}, "52x": mmc.WriteSpeed{KBps: 9173}.Speed(),
	} {
		assert.Equal(t, text, s.String())
		assert.Equal(t, text != "max" && text != "unknown", s.Known(), text)
		b, err := json.Marshal(s)
		require.NoError(t, err)
		var back mmc.Speed
		require.NoError(t, json.Unmarshal(b, &back))
		assert.Equal(t, s, back)
	}
	for _, text := range []string{"-2", "1.5", `"16x"`, "x"} {
		assert.Error(t, new(mmc.Speed).UnmarshalJSON([]byte(text)), text)
	}
	for _, s := range []mmc.Speed{{}, mmc.SpeedMax, mmc.SpeedX(-1), mmc.SpeedX(0), mmc.SpeedX(math.NaN()), mmc.SpeedX(math.Inf(-1))} {
		assert.Zero(t, s.SectorsPerSecond())
		assert.Zero(t, s.X())
	}
	assert.Equal(t, "10000x", mmc.SpeedX(math.Inf(1)).String())
	assert.Equal(t, "52x", mmc.WriteSpeed{KBps: 9173}.String())
	assert.Equal(t, "48x CAV", mmc.WriteSpeed{KBps: 8467, PureCAV: true}.String())
}

// A value of a drive within 1 % of a whole multiple is that multiple; no other is rounded to one.
func TestSpeedOfADrive(t *testing.T) {
	for kBps, want := range map[int]float64{0: 0, 1: 0, 87: 0.5, 176: 1, 177: 1, 178: 1, 265: 1.5, 352: 2, 706: 4, 794: 4.5, 8467: 48, 9173: 52} {
		assert.InDelta(t, want, mmc.WriteSpeed{KBps: kBps}.Speed().X(), 0.008, "%d", kBps)
	}
	assert.Equal(t, 1200, mmc.WriteSpeed{KBps: 2816}.Speed().SectorsPerSecond(), "16 x 176")
	assert.Equal(t, 1200, mmc.WriteSpeed{KBps: 2832}.Speed().SectorsPerSecond(), "16 x 177")
	assert.NotEqual(t, 1200, mmc.WriteSpeed{KBps: 2854}.Speed().SectorsPerSecond(), "more than 1 %")
	assert.NotEqual(t, 1200, mmc.WriteSpeed{KBps: 2790}.Speed().SectorsPerSecond(), "less than 1 %")
}
