package convert

import "math"

// stopBand is the depth of the resampler's stop band below full scale, in dB. A disc has
// 98 dB.
const stopBand = 150

// lowPass is the prototype of a filter: an ideal low-pass (sinc) with a Kaiser window. It
// passes up to pass, stops from stop on, and is 6 dB down in the middle. It is a function
// of continuous time, in samples of rate.
type lowPass struct {
	cutoff float64 // cycles per sample
	half   float64 // it is zero outside -half...half
	beta   float64
	scale  float64 // 1 / I0(beta)
}

// kaiserLength lengthens Kaiser's filters: his formulas were made for depths of up to 100
// dB, and reach 146 for 150 right at the edges.
const kaiserLength = 1.02

// newLowPass designs a filter that is depth dB deep; all frequencies are in Hz. Length
// and shape are those of J. F. Kaiser, Nonrecursive digital filter design using the
// I0-sinh window function (1974).
func newLowPass(depth, pass, stop, rate float64) lowPass {
	width := (stop - pass) / rate
	beta := 0.1102 * (depth - 8.7)
	return lowPass{
		cutoff: (pass + stop) / 2 / rate,
		half:   kaiserLength * (depth - 7.95) / (2 * 14.36 * width),
		beta:   beta,
		scale:  1 / bessel0(beta),
	}
}

// at returns the filter's response to an impulse after t samples.
func (l lowPass) at(t float64) float64 {
	u := t / l.half
	if u < -1 || u > 1 {
		return 0
	}
	window := bessel0(l.beta*math.Sqrt(1-u*u)) * l.scale
	x := 2 * math.Pi * l.cutoff * t
	if math.Abs(x) < 1e-9 {
		return 2 * l.cutoff * window
	}
	return math.Sin(x) / (math.Pi * t) * window
}

// bessel0 is the modified Bessel function of the first kind and order zero, by its power
// series (Abramowitz and Stegun 9.6.12): exact to the last digits for the arguments of a
// window.
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > sum*1e-17; k++ {
		term *= x * x / (4 * k * k)
		sum += term
	}
	return sum
}
