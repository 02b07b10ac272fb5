// Package sine measures tones in sampled sound: it fits sines to samples by least squares,
// in float64, without windows or transforms. A measured filter is therefore not compared
// with another filter. Tests and the tool that prints docs/internals/resampler.md use it.
package sine

import "math"

// Generate returns n samples of a sine, the first at the time start. Frequency is in cycles
// per sample.
func Generate(n int, frequency, amplitude, start float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = amplitude * math.Sin(turn(frequency, start+float64(i)))
	}
	return x
}

// turn returns the angle after i samples, reduced to one turn first: sines of large numbers
// lose digits.
func turn(frequency, i float64) float64 {
	cycles := frequency * i
	return 2 * math.Pi * (cycles - math.Floor(cycles))
}

// Fit is a sine found in samples.
type Fit struct {
	Amplitude float64
	Phase     float64 // of a sine, in radians, at sample 0
	RMS       float64 // of the remainder without it
}

// Find fits a sine of known frequency, in cycles per sample, and an offset to x.
func Find(x []float64, frequency float64) Fit {
	// The normal equations for sine, cosine and 1.
	var m [3][4]float64
	for i, v := range x {
		s, c := math.Sincos(turn(frequency, float64(i)))
		row := [4]float64{s, c, 1, v}
		for a := range 3 {
			for b := range 4 {
				m[a][b] += row[a] * row[b]
			}
		}
	}
	a := solve(m)
	var rest float64
	for i, v := range x {
		s, c := math.Sincos(turn(frequency, float64(i)))
		d := v - a[0]*s - a[1]*c - a[2]
		rest += d * d
	}
	return Fit{
		Amplitude: math.Hypot(a[0], a[1]),
		Phase:     math.Atan2(a[1], a[0]),
		RMS:       math.Sqrt(rest / float64(len(x))),
	}
}

// solve is Gauss's elimination. A column without a pivot (a frequency of 0 has no
// sine) gets 0.
func solve(m [3][4]float64) (x [3]float64) {
	for i := range 3 {
		if math.Abs(m[i][i]) < 1e-9 {
			m[i] = [4]float64{}
			m[i][i] = 1
			continue
		}
		for j := range 3 {
			if j != i {
				f := m[j][i] / m[i][i]
				for k := range 4 {
					m[j][k] -= f * m[i][k]
				}
			}
		}
	}
	for i := range x {
		x[i] = m[i][3] / m[i][i]
	}
	return x
}

// Mean square and level.

// RMS returns the root of the mean square.
func RMS(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum / float64(len(x)))
}

// DB returns a ratio of amplitudes in decibels; that of 0 is -400.
func DB(ratio float64) float64 { return 20 * math.Log10(max(ratio, 1e-20)) }
