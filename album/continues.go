package album

import (
	"encoding/binary"
	"math"
	"slices"
)

// Whether two files were cut from one recording shows at the cut. Sound is predictable
// from one sample to the next: a linear predictor that is fitted to the end of a track
// predicts its next samples within a small error. If the following track is the
// continuation, its first samples agree with the prediction as well as those inside the
// track do. Any other sound misses it, mostly by as much as the sound is loud.
//
// How often a wrong place fits as well is not assumed but measured, with other places of
// the same two tracks: noise can't be predicted, and a steady tone fits itself once in
// each period. Then the answer is no, whatever the true one is.
const (
	contextFrames = 8192 // what is known of each track: 186 ms
	fitFrames     = 4096 // that the predictor is fitted to
	order         = 32   // of the predictor
	window        = 24   // samples that are compared
	places        = 1000 // wrong places that are tried
	mostBetter    = 2    // wrong places that may fit as well
	nearFrames    = 96   // 2 ms at the cut that must sound
)

// sound is some CD audio: the samples of the left and of the right channel.
type sound [2][]float64

func newSound(data []byte) (s sound) {
	frames := len(data) / 4
	for c := range s {
		s[c] = make([]float64, frames)
		for i := range s[c] {
			s[c][i] = float64(int16(binary.LittleEndian.Uint16(data[i*4+c*2:])))
		}
	}
	return s
}

func (s sound) frames() int { return len(s[0]) }

// level returns the loudness of n frames as a fraction of full scale.
func (s sound) level(from, n int) float64 {
	from = max(from, 0)
	to := min(from+n, s.frames())
	if to <= from {
		return 0
	}
	var sum float64
	for _, samples := range s {
		for _, v := range samples[from:to] {
			sum += v * v
		}
	}
	return math.Sqrt(sum/float64(2*(to-from))) / 32768
}

// reversed returns the sound backwards.
func (s sound) reversed() (out sound) {
	for c := range s {
		out[c] = slices.Clone(s[c])
		slices.Reverse(out[c])
	}
	return out
}

// continues reports whether head is the continuation of tail: forwards, and backwards
// from head to tail.
func continues(tail, head sound) bool {
	if tail.frames() < contextFrames || head.frames() < contextFrames {
		return false
	}
	near := min(tail.level(tail.frames()-nearFrames, nearFrames), head.level(0, nearFrames))
	return near > edgeLevel && runsOn(tail, head) && runsOn(head.reversed(), tail.reversed())
}

// runsOn reports whether head continues tail as well as tail continues itself, and next
// to none of the wrong places does.
func runsOn(tail, head sound) bool {
	p, ok := fit(tail)
	if !ok {
		return false
	}
	end := tail.frames()
	miss := p.miss(tail, end, head, 0)
	var inside []float64
	for at := end - fitFrames; at+window <= end; at += window {
		inside = append(inside, p.miss(tail, at, tail, at))
	}
	slices.Sort(inside)
	if miss > inside[len(inside)*98/100] {
		return false
	}
	better, seed := 0, uint32(1)
	place := func(low, n int) int {
		seed = seed*1664525 + 1013904223
		return low + int(uint64(seed)*uint64(n)>>32)
	}
	for range places {
		a, b := place(end-fitFrames, fitFrames), place(window, fitFrames)
		if p.miss(tail, a, head, b) <= miss {
			better++
		}
	}
	return better <= mostBetter
}

// predictor predicts a sample from the ones before it: one set of factors for each
// channel, the first for the sample immediately before.
type predictor struct {
	factors [2][order]float64
	scale   [2]float64 // mean square of the error where it was fitted
}

// fit fits a predictor to the end of a sound. It is false for one that can be predicted
// without an error: silence, or a constant.
func fit(s sound) (p predictor, ok bool) {
	for c, samples := range s {
		p.factors[c], p.scale[c] = burg(samples[len(samples)-fitFrames:])
		// A channel that is silent or constant says nothing, and needn't.
		ok = ok || p.scale[c] > 0
	}
	return p, ok
}

// miss returns by how much the window of after at b differs from the prediction that
// starts with before up to a, in multiples of the usual error of a sample.
func (p *predictor) miss(before sound, a int, after sound, b int) float64 {
	var worst float64
	for c := range before {
		var line [order + window]float64
		copy(line[:order], before[c][a-order:a])
		copy(line[order:], after[c][b:b+window])
		var sum float64
		for i := order; i < len(line); i++ {
			e := line[i]
			for k, f := range p.factors[c] {
				e -= f * line[i-1-k]
			}
			sum += e * e
		}
		// Rounding to whole samples alone makes an error of 1/12.
		worst = max(worst, sum/window/max(p.scale[c], 1./12))
	}
	return worst
}

// burg fits the factors of a predictor by Burg's method (J. P. Burg, Modern Spectral
// Analysis, 1967), and returns the mean square of its error.
func burg(x []float64) (factors [order]float64, scale float64) {
	f, b := slices.Clone(x), slices.Clone(x)
	for _, v := range x {
		scale += v * v
	}
	scale /= float64(len(x))
	for m := range order {
		var up, down float64
		for i := m + 1; i < len(x); i++ {
			up += f[i] * b[i-1]
			down += f[i]*f[i] + b[i-1]*b[i-1]
		}
		if down == 0 {
			return factors, 0
		}
		k := 2 * up / down
		last := factors
		factors[m] = k
		for i := range m {
			factors[i] = last[i] - k*last[m-1-i]
		}
		for i := len(x) - 1; i > m; i-- {
			f[i], b[i] = f[i]-k*b[i-1], b[i-1]-k*f[i]
		}
		scale *= 1 - k*k
	}
	return factors, scale
}
