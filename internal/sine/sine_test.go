package sine

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFind(t *testing.T) {
	for _, f := range []float64{0.001, 0.1, 0.25, 0.3333, 0.4999} {
		x := Generate(5000, f, 0.7, 0)
		for i := range x {
			x[i] += 0.1
		}
		fit := Find(x, f)
		assert.InDelta(t, 0.7, fit.Amplitude, 1e-9)
		assert.InDelta(t, 0, fit.Phase, 1e-8)
		assert.Less(t, fit.RMS, 1e-10)
	}
	x := Generate(4000, 0.05, 1, 5) // a quarter of a turn later
	assert.InDelta(t, math.Pi/2, Find(x, 0.05).Phase, 1e-9)
	assert.Less(t, Find(x, 0.2).Amplitude, 1e-3, "another tone isn't found")
	assert.InDelta(t, math.Sqrt(0.5), Find(x, 0.2).RMS, 1e-3, "it is the rest")
	assert.InDelta(t, 0, Find(make([]float64, 10), 0).Amplitude, 0)
}

func TestLevels(t *testing.T) {
	assert.InDelta(t, math.Sqrt(0.5), RMS(Generate(1000, 0.01, 1, 0)), 1e-9)
	assert.InDelta(t, -6.0206, DB(0.5), 1e-4)
	assert.InDelta(t, -400, DB(0), 0)
}
