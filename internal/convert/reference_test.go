package convert

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/sine"
)

// summed is the reference for frame n of a resampler: the sum over all taps, in textbook
// form.
func summed(low lowPass, scale float64, in []float64, rate int, n int) float64 {
	at := float64(n) * float64(rate) / 44100
	var sum float64
	for i := int(math.Ceil(at - low.half)); float64(i) <= at+low.half; i++ {
		if i >= 0 && i < len(in) {
			sum += in[i] * low.at(at-float64(i))
		}
	}
	return sum * scale
}

// Blocks in the frequency domain yield the sum over all taps, for every frame from the
// first to the last: with noise of all frequencies, and for rates with and without a
// second stage. They differ in the stop band, far below its depth.
func TestResamplerIsTheWindowedSinc(t *testing.T) {
	for _, rate := range testRates() {
		if rate > 384000 {
			continue // many taps
		}
		stop := min(stopHz, float64(rate)/2)
		low := newLowPass(stopBand, stop*passHz/stopHz, stop, float64(rate))
		frames := max(3000, rate/8)
		rng := rand.New(rand.NewPCG(3, uint64(rate)))
		in := make([]float64, frames)
		for i := range in {
			in[i] = rng.Float64() - 0.5
		}
		r, err := NewResampler(1, rate)
		require.NoError(t, err)
		within := 2e-7
		if r.plan.poly != nil {
			within = 1e-6 // it passes a little more between pass and stop
		}
		out := r.Finish(r.Append(nil, in))
		require.Len(t, out, int(lengthOf(int64(frames), rate)))
		step := max(1, len(out)/300)
		for n := 0; n < len(out); n += step {
			if want := summed(low, 1, in, rate, n); math.Abs(out[n]-want) > within {
				t.Fatalf("%d Hz, frame %d of %d: %.10f, the sum is %.10f", rate, n, len(out), out[n], want)
			}
		}
		last := len(out) - 1
		assert.InDelta(t, summed(low, 1, in, rate, last), out[last], within, "%d Hz: the last frame", rate)
	}
}

// sox is another program with another filter. It passes the same music.
func TestResamplerAgreesWithSox(t *testing.T) {
	sox, err := exec.LookPath("sox")
	if err != nil {
		t.Log("sox isn't installed: not compared")
		return
	}
	for _, rate := range []int{8000, 22050, 32000, 47999, 48000, 88200, 96000, 176400, 192000} {
		in := make([]float64, rate)
		edge := passes(rate)
		for _, hertz := range edge[:len(edge)-2] {
			for i, v := range sine.Generate(len(in), hertz/float64(rate), 0.1, 0.3) {
				in[i] += v
			}
		}
		var raw bytes.Buffer
		require.NoError(t, binary.Write(&raw, binary.LittleEndian, in))
		cmd := exec.Command(sox, "-D", "-t", "raw", "-r", strconv.Itoa(rate), "-c", "1", "-e", "float", "-b", "64", "-",
			"-t", "raw", "-e", "float", "-b", "64", "-", "rate", "-v", "44100")
		cmd.Stdin = &raw
		coded, err := cmd.Output()
		if err != nil {
			t.Skipf("skipped: sox: %v", err)
		}
		theirs := make([]float64, len(coded)/8)
		require.NoError(t, binary.Read(bytes.NewReader(coded), binary.LittleEndian, theirs))
		r, err := NewResampler(1, rate)
		require.NoError(t, err)
		ours := r.Finish(r.Append(nil, in))
		require.Len(t, theirs, len(ours), "%d Hz", rate)
		for i := len(ours) / 4; i < len(ours)*3/4; i++ {
			if math.Abs(ours[i]-theirs[i]) > 1e-4 { // six tones of 0.1; sox has a ripple of 0.002 dB
				t.Fatalf("%d Hz, frame %d: %.9f, sox has %.9f", rate, i, ours[i], theirs[i])
			}
		}
	}
}

// Silence, a constant and a step are unchanged.
func TestResamplerConstants(t *testing.T) {
	for _, rate := range testRates() {
		r, err := NewResampler(2, rate)
		require.NoError(t, err)
		in := make([]float64, 2*max(rate/4, 3000))
		out := r.Finish(r.Append(nil, in))
		assert.Zero(t, peak(out), "%d Hz: silence", rate)
		for i := range in {
			in[i] = 0.75
		}
		out = r.Finish(r.Append(nil, in))
		for i := len(out)/3 | 1; i < len(out)*2/3; i++ {
			if math.Abs(out[i]-0.75) > 1e-7 {
				t.Fatalf("%d Hz, sample %d: %.10f instead of 0.75", rate, i, out[i])
			}
		}
		assert.Less(t, peak(out), 0.75*1.15, "%d Hz: a step overshoots a little", rate)
	}
}

func peak(x []float64) float64 {
	var p float64
	for _, v := range x {
		p = max(p, math.Abs(v))
	}
	return p
}

// Two tones don't make a third.
func TestResamplerIsLinear(t *testing.T) {
	for _, rate := range []int{32000, 47999, 48000, 96000, 192000} {
		edge := passes(rate)[5]
		one, two := edge, edge*0.93
		in := sine.Generate(rate, one/float64(rate), 0.5, 0)
		for i, v := range sine.Generate(rate, two/float64(rate), 0.5, 0) {
			in[i] += v
		}
		r, err := NewResampler(1, rate)
		require.NoError(t, err)
		out := r.Finish(r.Append(nil, in))[5000:40000]
		for i, v := range sine.Generate(len(out), one/44100, 0.5, 5000) {
			out[i] -= v
		}
		for i, v := range sine.Generate(len(out), two/44100, 0.5, 5000) {
			out[i] -= v
		}
		assert.Less(t, sine.DB(sine.RMS(out)), -140.0, "%d Hz", rate)
	}
}
