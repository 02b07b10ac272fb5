package album

import (
	"encoding/binary"
	"math"
	"slices"
)

// The samples at a cut show whether two files come from one recording. A linear predictor
// that is fitted to the end of a track predicts the next samples with a small error. If the
// following track is the continuation, its first samples match the prediction as well as
// samples inside the track do. Unrelated audio misses it, mostly by its own loudness.
//
// Some sounds fit almost anywhere: noise can't be predicted, and a steady tone matches
// itself once per period. Therefore the predictor is also tried at wrong places of the same
// two tracks, and if these fit as well, the answer is no.
//
// The constants were chosen by measuring 11,250 pairs of unrelated sounds, cut anywhere or
// at zero crossings, with fades of 1 to 50 ms.
const (
	contextFrames = 8192 // frames examined of each track: 186 ms
	fitFrames     = 4096 // frames that the predictor is fitted to
	order         = 64   // of the predictor
	window        = 12   // frames compared with the prediction
	places        = 4000 // wrong places tried
	picks         = 6    // candidates for the second half of each
	mostBetter    = 2    // wrong places that may fit as well as the cut

	nearFrames   = 96   // 2 ms at the cut that must not be silent
	softFrames   = 32   // 0.7 ms at the cut
	nearbyFrames = 1024 // 23 ms at the cut
	softEdge     = 0.3  // least loudness of softFrames relative to nearbyFrames
)

// sound is CD audio as samples of the left and the right channel.
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

// level returns the root mean square of n frames as a fraction of full scale.
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

// centered returns the sound without its DC offset, which is inaudible.
func (s sound) centered() (out sound) {
	for c, samples := range s {
		var sum float64
		for _, v := range samples {
			sum += v
		}
		mean := sum / float64(max(len(samples), 1))
		out[c] = make([]float64, len(samples))
		for i, v := range samples {
			out[c][i] = v - mean
		}
	}
	return out
}

// continues reports whether head continues tail, predicted in both directions.
func continues(tail, head sound) bool {
	if tail.frames() < contextFrames || head.frames() < contextFrames {
		return false
	}
	backwards := tail.reversed()
	return !fades(backwards) && !fades(head) && predicts(tail, head) && predicts(head.reversed(), backwards)
}

// fades reports whether a sound begins silent or much softer than 23 ms later. Any two
// sounds that do fit together.
func fades(s sound) bool {
	s = s.centered()
	return s.level(0, nearFrames) <= edgeLevel || s.level(0, softFrames) < softEdge*s.level(0, nearbyFrames)
}

// predicts reports whether tail predicts head as well as its own samples, and almost no
// wrong place.
func predicts(tail, head sound) bool {
	p, ok := fit(tail)
	if !ok {
		return false
	}
	end := tail.frames()
	miss := p.miss(tail, end, 1, head, 0, 1)
	var inside []float64
	for at := end - fitFrames; at+window <= end; at += window {
		inside = append(inside, p.miss(tail, at, 1, tail, at, 1))
	}
	slices.Sort(inside)
	if miss > inside[len(inside)*98/100] {
		return false
	}
	w := wrongPlaces{
		p: &p, tail: tail, head: head, seed: 1,
		before: tail.level(end-order, order), after: head.level(0, window),
	}
	better := 0
	for range places {
		if w.miss() > miss {
			continue
		}
		if better++; better > mostBetter {
			return false
		}
	}
	return true
}

// wrongPlaces generates pairs of places of two tracks that don't belong together.
type wrongPlaces struct {
	p             *predictor
	tail, head    sound
	before, after float64 // loudness on both sides of the cut
	seed          uint32
}

// miss returns the miss at the next wrong place. The place resembles a cut in an editor: it
// is no louder than the real one, which may be faded, and the waveform jumps little, as at
// a zero crossing.
func (w *wrongPlaces) miss() float64 {
	a := w.random(w.tail.frames()-fitFrames, fitFrames)
	gain := softer(w.before, w.tail.level(a-order, order))
	var next [2]float64
	for c := range next {
		for k, f := range w.p.factors[c] {
			next[c] += f * w.tail[c][a-1-k] * gain
		}
	}
	least, best, bestGain := math.Inf(1), 0, 1.
	for range picks {
		b := w.random(window, fitFrames)
		g := softer(w.after, w.head.level(b, window))
		var jump float64
		for c := range next {
			e := w.head[c][b]*g - next[c]
			jump += e * e / max(w.p.scale[c], 1./12)
		}
		if jump < least {
			least, best, bestGain = jump, b, g
		}
	}
	return w.p.miss(w.tail, a, gain, w.head, best, bestGain)
}

// random returns a pseudo-random number in [low, low+n).
func (w *wrongPlaces) random(low, n int) int {
	w.seed = w.seed*1664525 + 1013904223
	return low + int(uint64(w.seed)*uint64(n)>>32)
}

// softer returns the gain that makes a place no louder than the cut.
func softer(cut, place float64) float64 {
	if place <= cut {
		return 1
	}
	return cut / place
}

// predictor predicts a sample from the preceding ones. Each channel has its own factors,
// the first of which applies to the sample immediately before.
type predictor struct {
	factors [2][order]float64
	scale   [2]float64 // mean square of the error where it was fitted
}

// fit fits a predictor to the end of a sound. ok is false if both channels are silent or
// constant, which proves nothing.
func fit(s sound) (p predictor, ok bool) {
	for c, samples := range s {
		p.factors[c], p.scale[c] = burg(samples[len(samples)-fitFrames:])
		ok = ok || p.scale[c] > 0
	}
	return p, ok
}

// miss compares the window of after at b with the prediction from the frames of before up
// to a, each multiplied by its gain. It returns the mean square error in multiples of the
// predictor's scale, for the worse channel.
func (p *predictor) miss(before sound, a int, gainA float64, after sound, b int, gainB float64) float64 {
	var worst float64
	for c := range before {
		var line [order + window]float64
		for i := range order {
			line[i] = before[c][a-order+i] * gainA
		}
		for i := range window {
			line[order+i] = after[c][b+i] * gainB
		}
		var sum float64
		for i := order; i < len(line); i++ {
			e := line[i]
			for k, f := range p.factors[c] {
				e -= f * line[i-1-k]
			}
			sum += e * e
		}
		// 1/12 is the mean square error of rounding to whole samples.
		worst = max(worst, sum/window/max(p.scale[c], 1./12))
	}
	return worst
}

// burg fits the factors of a predictor by Burg's method (J. P. Burg, Maximum Entropy
// Spectral Analysis, 1967) and returns the mean square of its error.
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
