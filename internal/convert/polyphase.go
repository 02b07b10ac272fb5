package convert

import (
	"math/bits"

	"github.com/redbook-audio/redbook/pcm"
)

// polyPlan is the second stage of a resampler, which only odd rates need: from the rate
// after the first stage to 44.1 kHz. The music then occupies less than half of the band,
// so a short filter removes the images.
//
// An output lies between two inputs, at a phase that is a multiple of 1/den. If there are
// few phases, a table has the taps of each; otherwise (up to 44,100 and more) they are
// interpolated by polynomials of third degree.
type polyPlan struct {
	num, den int // inputs per output
	taps     int // even; the output lies between the two in the middle
	table    []float64
	cubic    bool // table holds polynomials: segments, taps, four coefficients
}

// maxTable is the largest number of taps that is tabulated: 256 kB.
const maxTable = 1 << 15

// segments is the number of polynomials for one sample's width of the filter. The filter
// has no frequency above one cycle per sample, and four points on 1/128 of a cycle
// represent that with an error of -170 dB.
const segments = 128

// polyMargin is how much deeper this stage is than the first, in dB: several images add
// up, and the margin costs one or two taps.
const polyMargin = 15

// newPolyPlan makes the stage for input at rate/down Hz.
func newPolyPlan(pass, stop float64, rate, down int) *polyPlan {
	out := pcm.CDDA.SampleRate * down
	g := gcd(rate, out)
	low := newLowPass(stopBand+polyMargin, pass, stop, float64(rate)/float64(down))
	p := &polyPlan{num: rate / g, den: out / g, taps: 2 * int(low.half+1)}
	p.cubic = p.den*p.taps > maxTable
	if p.cubic {
		p.tabulateCubic(low)
		return p
	}
	p.table = make([]float64, 0, p.den*p.taps)
	for phase := range p.den {
		for tap := range p.taps {
			p.table = append(p.table, low.at(p.distance(tap)+float64(phase)/float64(p.den)))
		}
	}
	return p
}

// distance is the distance from the input of a tap to an output of phase 0.
func (p *polyPlan) distance(tap int) float64 { return float64(p.taps/2 - 1 - tap) }

// tabulateCubic fits polynomials through four points of each segment, including both
// ends. All points lie within the filter: its ends are small steps, which must not ring.
func (p *polyPlan) tabulateCubic(low lowPass) {
	p.table = make([]float64, 0, 4*segments*p.taps)
	for s := range segments {
		for tap := range p.taps {
			var y [4]float64
			for i := range y {
				y[i] = low.at(p.distance(tap) + (float64(s)+float64(i)/3)/segments)
			}
			// Lagrange at 0, 1/3, 2/3 and 1.
			p.table = append(p.table,
				y[0],
				(-11*y[0]+18*y[1]-9*y[2]+2*y[3])/2,
				(18*y[0]-45*y[1]+36*y[2]-9*y[3])/2,
				(-9*y[0]+27*y[1]-27*y[2]+9*y[3])/2)
		}
	}
}

// polyState is the position in one stream.
type polyState struct {
	at    int // of the next output, in whole inputs of the buffer: its first tap
	phase int // and in 1/den of an input
}

// run appends the outputs whose taps all lie in src. The state then counts from the
// beginning of src.
func (p *polyPlan) run(dst, src []complex128, s *polyState) []complex128 {
	step, rest := p.num/p.den, p.num%p.den
	at, phase := s.at, s.phase
	for at+p.taps <= len(src) {
		if p.cubic {
			dst = append(dst, p.interpolate(src[at:at+p.taps], phase))
		} else {
			dst = append(dst, dot(p.table[phase*p.taps:(phase+1)*p.taps], src[at:at+p.taps]))
		}
		at += step
		phase += rest
		if phase >= p.den {
			phase -= p.den
			at++
		}
	}
	s.at, s.phase = at, phase
	return dst
}

// dot is the sum of the products; len(h) is even and that of x. Two sums at a time per
// channel keep the adders busy.
func dot(h []float64, x []complex128) complex128 {
	x = x[:len(h)]
	var l0, r0, l1, r1 float64
	for i := 0; i+1 < len(h); i += 2 {
		a, b := h[i], h[i+1]
		l0 += a * real(x[i])
		r0 += a * imag(x[i])
		l1 += b * real(x[i+1])
		r1 += b * imag(x[i+1])
	}
	return complex(l0+l1, r0+r1)
}

// interpolate is dot with the taps of any phase.
func (p *polyPlan) interpolate(x []complex128, phase int) complex128 {
	hi, lo := bits.Mul32(uint32(phase), segments)
	seg, rest := bits.Div32(hi, lo, uint32(p.den))
	u := float64(rest) / float64(p.den)
	c := p.table[4*p.taps*int(seg) : 4*p.taps*int(seg+1)]
	var l0, r0, l1, r1 float64
	for ; len(x) >= 2 && len(c) >= 8; x, c = x[2:], c[8:] {
		a := ((c[3]*u+c[2])*u+c[1])*u + c[0]
		b := ((c[7]*u+c[6])*u+c[5])*u + c[4]
		l0 += a * real(x[0])
		r0 += a * imag(x[0])
		l1 += b * real(x[1])
		r1 += b * imag(x[1])
	}
	return complex(l0+l1, r0+r1)
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
