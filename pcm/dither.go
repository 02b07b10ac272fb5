package pcm

// ditherSeed is where every dither begins, so that a conversion is reproducible.
const ditherSeed = 0x9E3779B97F4A7C15

// dither is noise with a triangular distribution (TPDF): the difference of two
// equally distributed numbers, up to one 16-bit step each way. It makes the
// rounding error independent of the music.
type dither struct{ state uint64 }

// next gives the next value in units of 2^-bits of a 16-bit step.
func (d *dither) next(bits int) int64 {
	// xorshift64*: small, without allocations, and the same on every machine.
	d.state ^= d.state >> 12
	d.state ^= d.state << 25
	d.state ^= d.state >> 27
	x := d.state * 0x2545F4914F6CDD1D
	mask := uint64(1)<<bits - 1
	return int64(x>>32&mask) - int64(x>>(64-bits)&mask)
}
