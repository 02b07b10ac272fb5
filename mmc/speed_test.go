package mmc_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
)

func TestSpeed(t *testing.T) {
	assert.Equal(t, mmc.SpeedX(16), mmc.SpeedKBps(2822))
	assert.Equal(t, mmc.SpeedX(16), mmc.SpeedSectors(1200))
	assert.Equal(t, 1200, mmc.SpeedX(16).SectorsPerSecond())
	assert.Equal(t, 2822, mmc.SpeedX(16).KBps())
	for text, s := range map[string]mmc.Speed{
		"16x": mmc.SpeedX(16), "4.5x": mmc.SpeedX(4.5), "max": mmc.SpeedMax, "unknown": {}, "52x": mmc.SpeedKBps(9173),
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
	for _, s := range []mmc.Speed{{}, mmc.SpeedMax, mmc.SpeedX(-1), mmc.SpeedSectors(0)} {
		assert.Zero(t, s.SectorsPerSecond())
		assert.Zero(t, s.KBps())
		assert.Zero(t, s.X())
	}
	_, err := mmc.ParseSpeed("NaN")
	assert.Error(t, err)
	assert.Equal(t, "52x", mmc.WriteSpeed{KBps: 9173}.String())
	assert.Equal(t, "CAV", mmc.RotationPureCAV.String())
	assert.Equal(t, "rotation 2", mmc.Rotation(2).String())
}
