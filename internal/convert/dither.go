package convert

import "math"

// ditherSeed starts every dither, which makes a conversion reproducible.
const ditherSeed = 0x9E3779B97F4A7C15

// quantizer rounds samples to 16 bits. It adds noise with a triangular distribution
// (TPDF): the difference of two uniformly distributed numbers, up to one 16-bit step each
// way, which makes the rounding error independent of the music.
//
// The noise begins with the first sample that has more than 16 bits, and then continues:
// 16 bits in a wider container, or silence before the music, stay unchanged.
type quantizer struct {
	state   uint64
	gain    float64
	on      bool // there were more than 16 bits
	clipped int64
}

func newQuantizer(gain float64) quantizer { return quantizer{state: ditherSeed, gain: gain} }

// fullScale is the number of 16-bit steps from zero to full scale.
const fullScale = 1 << 15

// beyond is where clipping begins, in steps: a sum that should be full scale may exceed
// it by a rounding error.
const beyond = fullScale + 1.0/1024

// round returns the 16 bits for v. Exact full scale is 32767 and doesn't count as
// clipped, because converters write it for that. Neither does a sample that exceeds the
// limit only because of the dither.
func (q *quantizer) round(v float64) int16 {
	v *= q.gain * fullScale
	if !q.on && v == math.Trunc(v) {
		return q.limit(v)
	}
	q.on = true
	// xorshift64*: small, without allocations, and the same on every machine.
	x := q.state
	x ^= x >> 12
	x ^= x << 25
	x ^= x >> 27
	q.state = x
	x *= 0x2545F4914F6CDD1D
	const bits = 24
	noise := float64(int64(x>>40)-int64(x>>16&(1<<bits-1))) / (1 << bits)
	if v > beyond || v < -beyond {
		return q.limit(v)
	}
	// Rounds half up; the conversion truncates, so the number must be positive.
	i := int(v+noise+0.5+2*fullScale) - 2*fullScale
	return int16(min(max(i, math.MinInt16), math.MaxInt16))
}

// limit returns the whole number v in 16 bits, and counts it if it doesn't fit.
func (q *quantizer) limit(v float64) int16 {
	if v > beyond || v < -beyond {
		q.clipped++
	}
	return int16(min(max(v, math.MinInt16), math.MaxInt16))
}
