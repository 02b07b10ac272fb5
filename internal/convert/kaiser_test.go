package convert

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Abramowitz and Stegun, table 9.8 (as e^-x I0(x)), and 9.8.1's well-known values.
func TestBessel0(t *testing.T) {
	for x, want := range map[float64]float64{
		0: 1, 0.2: 0.8269385516, 1: 0.4657596077, 2: 0.3085083225, 5: 0.1835408126, 10: 0.1278333372,
	} {
		assert.InEpsilon(t, want, math.Exp(-x)*bessel0(x), 1e-9, x)
	}
	assert.InEpsilon(t, 1.2660658777520082, bessel0(1), 1e-14)
}

// Kaiser's formulas hold: the spectrum of the sampled filter, summed term by term, is
// flat up to pass and zero from stop on.
func TestLowPass(t *testing.T) {
	for _, tc := range []struct{ depth, pass, stop, rate float64 }{
		{100, 20000, 22050, 44100}, {150, 20000, 22050, 48000}, {150, 20000, 22050, 192000}, {165, 20000, 73950, 96000},
	} {
		low := newLowPass(tc.depth, tc.pass, tc.stop, tc.rate)
		gain := func(hertz float64) float64 {
			sum := low.at(0)
			for i := 1.0; i <= low.half; i++ {
				sum += 2 * low.at(i) * math.Cos(2*math.Pi*hertz/tc.rate*i)
			}
			return sum
		}
		ripple := math.Pow(10, -tc.depth/20) * 1.2
		if low.half < 20 {
			ripple *= 1.5 // with so few taps the ends of the window matter
		}
		for i := range 20 {
			at := float64(i) / 19
			assert.InDelta(t, 1, gain(tc.pass*at), ripple, "%v: at %g Hz", tc, tc.pass*at)
			if tc.stop < tc.rate/2 {
				hertz := tc.stop + (tc.rate/2-tc.stop)*at
				assert.InDelta(t, 0, gain(hertz), ripple, "%v: at %g Hz", tc, hertz)
			}
		}
		if tc.stop < tc.rate/2 {
			assert.InDelta(t, 0.5, gain((tc.pass+tc.stop)/2), 0.001, "half down in the middle")
		}
		assert.Zero(t, low.at(low.half+0.01))
		assert.Zero(t, low.at(-low.half-0.01))
		assert.InDelta(t, low.at(3.3), low.at(-3.3), 1e-18, "symmetric")
		assert.InDelta(t, low.at(0), low.at(1e-7), 1e-12, "no hole in the middle")
	}
}
