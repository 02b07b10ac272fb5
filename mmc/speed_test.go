package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/mmc"
)

func TestSpeedX(t *testing.T) {
	assert.InDelta(t, 16.0, mmc.SpeedX(2822), 0.01)
	assert.Equal(t, "52x", mmc.WriteSpeed{KBps: 9173}.String())
	assert.Equal(t, 1200, mmc.WriteSpeed{KBps: 2822}.SectorsPerSecond()) // 16 x 75
	assert.Equal(t, 300, mmc.WriteSpeed{KBps: 706}.SectorsPerSecond())
	assert.Equal(t, "CAV", mmc.RotationPureCAV.String())
	assert.Equal(t, "rotation 2", mmc.Rotation(2).String())
}

// bdr203 is the table of the Pioneer BDR-203 command manual: what a SET CD SPEED
// value selects on CD-R.
func bdr203(value int) (x int) {
	switch {
	case value <= 0x06E2:
		return 4
	case value <= 0x0B05:
		return 10
	case value <= 0x1088:
		return 16
	case value <= 0x160B:
		return 24
	}
	return 32
}

// Asking for n x 177 never falls a step; n x 176 would.
func TestSpeedRequestKeepsTheStep(t *testing.T) {
	for _, x := range []int{4, 10, 16, 24, 32} {
		assert.Equal(t, x, bdr203(mmc.SpeedRequest(float64(x))), "%dx", x)
	}
	assert.Equal(t, 10, bdr203(16*176), "the trap that SpeedRequest avoids")
	assert.Equal(t, 0xFFFF, mmc.SpeedRequest(1000))
	assert.Equal(t, 1, mmc.SpeedRequest(0))
}
