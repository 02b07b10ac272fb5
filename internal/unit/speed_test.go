package unit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
)

// bdr203 is the table in the Pioneer BDR-203 command manual: the speed that a SET CD
// SPEED value selects on CD-R.
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

// A request for n x 177 never selects a lower step; n x 176 would.
func TestSpeedRequestKeepsTheStep(t *testing.T) {
	for _, x := range []int{4, 10, 16, 24, 32} {
		assert.Equal(t, x, bdr203(unit.RequestKBps(mmc.SpeedX(float64(x)))), "%dx", x)
	}
	assert.Equal(t, 10, bdr203(16*176), "the trap that Request avoids")
	assert.Equal(t, 0xFFFF, unit.RequestKBps(mmc.SpeedX(1000)))
	assert.Zero(t, unit.RequestKBps(mmc.SpeedMax))
}
