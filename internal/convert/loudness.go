package convert

import (
	"context"
	"math"

	"github.com/redbook-audio/redbook/pcm"
)

// Level is the loudness and peak of a source as CD audio.
type Level struct {
	Peak float64 // the highest sample, neither limited nor rounded; 1.0 is full scale

	// power is the mean square, weighted by frequency and summed over both channels, of
	// blocks of 400 ms that begin every 100 ms.
	power []float64
}

// Measure reads src to its end and returns its level: mixed down and resampled to CD
// audio. progress and errors are those of Check; the frames are those of src.
func Measure(ctx context.Context, src pcm.Source, progress func(done, total int64)) (Level, error) {
	var m meter
	peak := 0.0
	err := overSamples(ctx, src, progress, func(samples []float64, channels int) {
		for _, v := range samples {
			peak = max(peak, v, -v)
		}
		m.add(samples, channels)
	})
	return Level{Peak: peak, power: m.power}, err
}

// Gates of ITU-R BS.1770-4: blocks quieter than -70 LUFS don't count, nor do those 10 LU
// below the mean of the others.
const (
	absoluteGate = -70
	relativeGate = -10
)

// Loudness returns the integrated loudness of sources together, in LUFS (EBU R 128, ITU-R
// BS.1770-4): both gates apply to the blocks of all of them. For silence, and for less than
// 400 ms, it is -Inf.
//
// No block extends from one source into the next, so neither the order of the tracks nor the
// pauses between them matter: libebur128's ebur128_loudness_global_multiple, and with it
// ReplayGain scanners, measure albums the same way. A meter that is fed the joined audio has
// three more blocks for each join: 0.1 LU for a track of six seconds beside a soft one, below
// 0.01 LU for an album.
func Loudness(levels ...Level) float64 {
	gated := func(least float64) float64 {
		sum, n := 0.0, 0
		for _, l := range levels {
			for _, p := range l.power {
				if p > least {
					sum += p
					n++
				}
			}
		}
		if n == 0 {
			return 0
		}
		return sum / float64(n)
	}
	mean := gated(powerAt(absoluteGate))
	if mean == 0 {
		return math.Inf(-1)
	}
	mean = gated(max(powerAt(absoluteGate), mean*math.Pow(10, relativeGate/10.0)))
	return loudnessOffset + 10*math.Log10(mean)
}

// loudnessOffset gives a sine of 997 Hz at full scale in one channel -3.01 LUFS.
const loudnessOffset = -0.691

// powerAt returns the power of a block of that loudness.
func powerAt(lufs float64) float64 { return math.Pow(10, (lufs-loudnessOffset)/10) }

// LoudnessGain returns the gain, as a factor, that brings the joint loudness of sources
// with these levels to target LUFS. clipped is the gain in dB that was held back because
// a sample would have exceeded full scale. Silence keeps its level.
func LoudnessGain(target float64, levels ...Level) (gain, clipped float64) {
	now := Loudness(levels...)
	if math.IsInf(now, -1) {
		return 1, 0
	}
	peak := 0.0
	for _, l := range levels {
		peak = max(peak, l.Peak)
	}
	want := math.Pow(10, (target-now)/20)
	gain = min(want, maxGain)
	if peak > 0 {
		gain = min(gain, (fullScale-2.0)/fullScale/peak)
	}
	return gain, 20 * math.Log10(want/gain)
}

// meter weights samples at 44.1 kHz by frequency and sums their squares.
type meter struct {
	filters [2]weighting // of the channels
	sum     float64      // of the current step
	filled  int          // frames in it
	steps   [4]float64   // sums of the last steps of 100 ms, the newest last
	count   int          // of steps
	power   []float64
}

// meterStep is 100 ms.
const meterStep = 4410

// add takes interleaved samples of one channel or two. A single one becomes both channels
// of the disc.
func (m *meter) add(samples []float64, channels int) {
	for len(samples) > 0 {
		n := min(len(samples)/channels, meterStep-m.filled)
		if n == 0 {
			return
		}
		part := samples[:n*channels]
		if channels == 1 {
			m.sum += 2 * m.filters[0].energy(part, 1)
		} else {
			m.sum += m.filters[0].energy(part, 2) + m.filters[1].energy(part[1:], 2)
		}
		samples = samples[n*channels:]
		if m.filled += n; m.filled == meterStep {
			m.step()
		}
	}
}

// step ends 100 ms.
func (m *meter) step() {
	copy(m.steps[:], m.steps[1:])
	m.steps[3] = m.sum
	m.sum, m.filled = 0, 0
	if m.count++; m.count >= len(m.steps) {
		m.power = append(m.power, (m.steps[0]+m.steps[1]+m.steps[2]+m.steps[3])/(4*meterStep))
	}
}

// weighting is the filter of BS.1770-4 for one channel: a shelf, then a high-pass.
type weighting struct {
	shelf, high [2]float64 // delayed values of both
}

// kWeighting are the coefficients at 44.1 kHz: b0 b1 b2 a1 a2 of each stage. The standard
// has those for 48 kHz; these are of the same analog filters (B. De Man, "Evaluation of
// Implementations of the EBU R128 Loudness Measurement", 2018).
var kWeighting = func() (c [2][5]float64) {
	const rate = 44100
	// A shelf of 4 dB above 1682 Hz.
	f, gain, q := 1681.974450955533, 3.999843853973347, 0.7071752369554196
	k := math.Tan(math.Pi * f / rate)
	vh := math.Pow(10, gain/20)
	vb := math.Pow(vh, 0.4996667741545416)
	a0 := 1 + k/q + k*k
	c[0] = [5]float64{(vh + vb*k/q + k*k) / a0, 2 * (k*k - vh) / a0, (vh - vb*k/q + k*k) / a0, 2 * (k*k - 1) / a0, (1 - k/q + k*k) / a0}
	// A high-pass at 38 Hz.
	f, q = 38.13547087602444, 0.5003270373238773
	k = math.Tan(math.Pi * f / rate)
	a0 = 1 + k/q + k*k
	c[1] = [5]float64{1, -2, 1, 2 * (k*k - 1) / a0, (1 - k/q + k*k) / a0}
	return c
}()

// energy filters every step-th sample and returns the sum of the squares.
func (w *weighting) energy(samples []float64, step int) (sum float64) {
	s, h := &kWeighting[0], &kWeighting[1]
	s1, s2, h1, h2 := w.shelf[0], w.shelf[1], w.high[0], w.high[1]
	for i := 0; i < len(samples); i += step {
		x := samples[i]
		y := s[0]*x + s1
		s1 = s[1]*x - s[3]*y + s2
		s2 = s[2]*x - s[4]*y
		z := h[0]*y + h1
		h1 = h[1]*y - h[3]*z + h2
		h2 = h[2]*y - h[4]*z
		sum += z * z
	}
	w.shelf, w.high = [2]float64{s1, s2}, [2]float64{h1, h2}
	return sum
}
