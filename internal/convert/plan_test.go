package convert

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/pcm"
)

// Every rate has a consistent plan: whole blocks, aligned grids, existing transforms.
func TestPlans(t *testing.T) {
	rates := testRates()
	for rate := minRate; rate <= maxRate; rate += 9973 {
		rates = append(rates, rate)
	}
	for _, rate := range rates {
		p, err := newRatePlan(rate)
		require.NoError(t, err)
		b := p.block
		require.NotNil(t, b)
		assert.True(t, smooth(b.forth.n) && smooth(b.back.n), rate)
		assert.Equal(t, b.size, b.forth.n*b.parts, rate)
		assert.Zero(t, b.size%b.num, rate)
		assert.Equal(t, b.size/b.num*b.den, b.back.n, rate)
		assert.Positive(t, b.hop, rate)
		assert.Zero(t, b.hop%b.num, "%d Hz: a block begins on a frame of both rates", rate)
		assert.LessOrEqual(t, b.first+b.frames(), b.back.n, rate)
		assert.GreaterOrEqual(t, p.skip, 0, rate)
		assert.Less(t, p.before, b.size, rate)
		assert.Zero(t, p.before%b.num, rate)
		if p.poly == nil {
			assert.Equal(t, rate*b.den, pcm.CDDA.SampleRate*b.num, rate)
			continue
		}
		assert.Equal(t, rate*b.den*p.poly.den, pcm.CDDA.SampleRate*b.num*p.poly.num, rate)
		assert.Zero(t, p.poly.taps%2)
		assert.LessOrEqual(t, p.poly.taps, 48, "%d Hz: the second stage is short", rate)
		assert.LessOrEqual(t, len(p.poly.table), max(maxTable, 4*segments*p.poly.taps), rate)
	}
}

// The common rates need one stage only.
func TestUsualRatesAreDirect(t *testing.T) {
	for _, rate := range []int{8000, 11025, 16000, 22050, 24000, 32000, 37800, 48000, 64000, 88200, 96000, 176400, 192000, 352800, 384000} {
		p, err := newRatePlan(rate)
		require.NoError(t, err)
		assert.Nil(t, p.poly, rate)
		assert.LessOrEqual(t, p.block.size, maxBlock, rate)
	}
	for _, rate := range []int{44056, 47952, 47999, 96001} {
		p, err := newRatePlan(rate)
		require.NoError(t, err)
		assert.NotNil(t, p.poly, rate)
	}
}

// A plan is small, and so quickly made for each track, whatever the rate.
func TestPlansAreSmall(t *testing.T) {
	for _, rate := range []int{1000, 22050, 47952, 47999, 48000, 384000, 768000, 767999} {
		p, err := newRatePlan(rate)
		require.NoError(t, err)
		values := len(p.block.lines) + len(p.block.turns)
		for _, f := range []*fft{p.block.forth, p.block.back} {
			for _, s := range f.stages {
				values += (s.radix - 1) * s.width
			}
		}
		if p.poly != nil {
			values += len(p.poly.table)
		}
		assert.Less(t, values, 1<<17, rate)
	}
}

func TestGCD(t *testing.T) {
	for _, tc := range [][3]int{{48000, 44100, 300}, {44100, 48000, 300}, {7, 13, 1}, {5, 0, 5}, {44100, 88200, 44100}} {
		assert.Equal(t, tc[2], gcd(tc[0], tc[1]))
	}
}

// A phase of a table and a polynomial for the same place agree.
func TestPolynomialsFollowTheFilter(t *testing.T) {
	p := newPolyPlan(20000, 73950, 96001, 1)
	require.True(t, p.cubic)
	low := newLowPass(stopBand+polyMargin, 20000, 73950, 96001)
	for tap := range p.taps {
		x := make([]complex128, p.taps)
		x[tap] = complex(1, -2)
		for phase := 0; phase < p.den; phase += 97 {
			want := low.at(p.distance(tap) + float64(phase)/float64(p.den))
			got := p.interpolate(x, phase)
			if d := real(got) - want; d > 1e-8 || d < -1e-8 || imag(got) != -2*real(got) {
				t.Fatalf("tap %d, phase %d: %v, want %v", tap, phase, got, want)
			}
		}
	}
}
