package main

import (
	"fmt"
	"io"
	"math"

	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/sine"
)

// disc is the rate of the result.
const disc = 44100.0

// response is the result for one rate. Levels are in dB below the input tone.
type response struct {
	pass   float64 // Hz: the end of the pass band
	ripple float64 // dB: the largest deviation from the tone up to there
	beside float64 // the strongest signal besides a tone: images, noise, distortion
	alias  float64 // the strongest remainder of a tone above 22.05 kHz
	at     float64 // Hz: of that tone
}

// tones of the table, in the pass band, and twice as many past it.
const tones = 48

// measure puts tones through the resampler one by one.
func measure(rate, tones int) (response, error) {
	r := response{pass: min(20000, float64(rate)/2*20000/22050), beside: math.Inf(-1), alias: math.Inf(-1)}
	for i := range tones {
		// Half of them low, where a filter's ripple is slow, half up to the edge.
		hertz := r.pass * math.Pow(0.001, 1-float64(i)/float64(tones/2))
		if i >= tones/2 {
			hertz = r.pass * (0.5 + 0.5*float64(i-tones/2)/float64(tones/2-1))
		}
		out, err := tone(rate, hertz)
		if err != nil {
			return r, err
		}
		fit := sine.Find(out, hertz/disc)
		r.ripple = max(r.ripple, math.Abs(sine.DB(fit.Amplitude)))
		r.beside = max(r.beside, sine.DB(fit.RMS*math.Sqrt2))
	}
	// Densely past the edge, then up to half of the source's rate.
	for i := range 2 * tones {
		hertz := disc/2 + 1 + float64(i)*31*48/float64(tones)
		if i >= tones {
			hertz = disc/2 + (float64(rate)-disc)/2*float64(i-tones+1)/float64(tones+1)
		}
		if hertz >= float64(rate)/2 {
			continue
		}
		out, err := tone(rate, hertz)
		if err != nil {
			return r, err
		}
		if level := sine.DB(sine.RMS(out) * math.Sqrt2); level > r.alias {
			r.alias, r.at = level, hertz
		}
	}
	return r, nil
}

// tone converts a sine of full scale. The result begins at frame 0 and leaves out a fifth
// at either end, where the filter sees silence. Any start is fine, because the fit finds
// the phase.
func tone(rate int, hertz float64) ([]float64, error) {
	r, err := convert.NewResampler(1, rate)
	if err != nil {
		return nil, err
	}
	frames := max(rate/4, 4000) // more than one block of the resampler
	out := r.Finish(r.Append(nil, sine.Generate(frames, hertz/float64(rate), 1, 0)))
	cut := len(out) / 5
	return out[cut : len(out)-cut], nil
}

// table prints a row for each rate, in Markdown.
func table(w io.Writer, rates []int) error {
	fmt.Fprintln(w, "| source | pass band to | ripple | beside a tone | worst alias | of a tone at |")
	fmt.Fprintln(w, "|---:|---:|---:|---:|---:|---:|")
	for _, rate := range rates {
		r, err := measure(rate, tones)
		if err != nil {
			return err
		}
		alias, at := "none can be", ""
		if !math.IsInf(r.alias, 0) {
			alias, at = fmt.Sprintf("%.0f dB", r.alias), fmt.Sprintf("%.0f Hz", r.at)
		}
		_, err = fmt.Fprintf(w, "| %d Hz | %.0f Hz | %.0e dB | %.0f dB | %s | %s |\n", rate, r.pass, r.ripple, r.beside, alias, at)
		if err != nil {
			return err
		}
	}
	return nil
}
