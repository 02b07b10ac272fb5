package convert

import (
	"math"
	"math/bits"
)

// fft is a fast Fourier transform for sizes whose prime factors are 2, 3, 5 and 7, in
// place. The forward transform leaves its lines in a different order (that of line), and
// the inverse one expects them in that order: a filter multiplies in between, so nothing
// has to be sorted. It holds only tables and may be used by several goroutines.
type fft struct {
	n      int
	stages []stage // from the widest butterflies to the narrowest
}

// stage is a pass of butterflies with radix legs that are width apart.
type stage struct {
	radix, width int
	// The factors w, w^2 ... w^(radix-1) for each position in the width, where w is
	// exp(-2 pi i position / (radix*width)). One of these is used: arrays spare the loops
	// their bounds checks.
	turns2 []complex128
	turns3 [][2]complex128
	turns4 [][3]complex128
	turns5 [][4]complex128
	turns7 [][6]complex128
}

// smooth reports whether there is an fft of size n.
func smooth(n int) bool {
	for _, r := range []int{2, 3, 5, 7} {
		for n > 0 && n%r == 0 {
			n /= r
		}
	}
	return n == 1
}

// newFFT makes the tables for size n, which must be smooth.
func newFFT(n int) *fft {
	f := &fft{n: n}
	for _, radix := range radices(n) {
		f.stages = append(f.stages, newStage(radix, n/radix))
		n /= radix
	}
	return f
}

// fftCost estimates the time of a transform of size n, to choose between sizes.
func fftCost(n int) float64 {
	cost := 10.0 // of moving a value in and out
	for _, s := range radices(n) {
		cost += [...]float64{2: 5, 3: 11, 4: 8.5, 5: 17, 7: 26}[s]
	}
	return cost * float64(n)
}

// radices are the stages of a transform of size n, the widest first. Four legs are the
// cheapest for their work and come last, where the factors are all 1; two legs only
// complete an odd power.
func radices(n int) []int {
	var list []int
	for _, radix := range []int{7, 5, 3, 2, 4} {
		for n%radix == 0 && (radix != 2 || bits.TrailingZeros(uint(n))%2 == 1) {
			list = append(list, radix)
			n /= radix
		}
	}
	return list
}

// unit is exp(-2 pi i k/n).
func unit(k, n int) complex128 {
	sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(n))
	return complex(cos, -sin)
}

func newStage(radix, width int) stage {
	s := stage{radix: radix, width: width}
	n := radix * width
	for i := range width {
		w := func(k int) complex128 { return unit(i*k, n) }
		switch radix {
		case 2:
			s.turns2 = append(s.turns2, w(1))
		case 3:
			s.turns3 = append(s.turns3, [2]complex128{w(1), w(2)})
		case 4:
			s.turns4 = append(s.turns4, [3]complex128{w(1), w(2), w(3)})
		case 5:
			s.turns5 = append(s.turns5, [4]complex128{w(1), w(2), w(3), w(4)})
		case 7:
			s.turns7 = append(s.turns7, [6]complex128{w(1), w(2), w(3), w(4), w(5), w(6)})
		}
	}
	return s
}

// line is the position of the k-th line after the forward transform and before the
// inverse. Negative frequencies are those from n/2 on.
func (f *fft) line(k int) int {
	at := 0
	for _, s := range f.stages {
		at += k % s.radix * s.width
		k /= s.radix
	}
	return at
}

// atOnce is how many values a first-level cache holds, factors included.
const atOnce = 1 << 10

// forward transforms x, of length n, by decimation in frequency.
func (f *fft) forward(x []complex128) { forward(x, f.stages) }

// forward processes x stage by stage. After the first stage the legs are independent: as
// long as x is too large for the cache, each leg is completed before the next.
func forward(x []complex128, stages []stage) {
	for i := range stages {
		s := &stages[i]
		s.forward(x)
		if len(x) > atOnce {
			for ; len(x) > 0; x = x[s.width:] {
				forward(x[:s.width], stages[i+1:])
			}
			return
		}
	}
}

// inverse undoes forward, except for the factor n, by decimation in time.
func (f *fft) inverse(x []complex128) { inverse(x, f.stages) }

func inverse(x []complex128, stages []stage) {
	if len(stages) == 0 {
		return
	}
	s := &stages[0]
	if len(x) > atOnce {
		for part := x; len(part) > 0; part = part[s.width:] {
			inverse(part[:s.width], stages[1:])
		}
	} else {
		inverse(x, stages[1:])
	}
	s.inverse(x)
}

func (s *stage) forward(x []complex128) {
	switch s.radix {
	case 2:
		s.forward2(x)
	case 3:
		s.forward3(x)
	case 4:
		s.forward4(x)
	case 5:
		s.forward5(x)
	case 7:
		s.forward7(x)
	}
}

func (s *stage) inverse(x []complex128) {
	switch s.radix {
	case 2:
		s.inverse2(x)
	case 3:
		s.inverse3(x)
	case 4:
		s.inverse4(x)
	case 5:
		s.inverse5(x)
	case 7:
		s.inverse7(x)
	}
}
