package convert

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/redbook-audio/redbook/internal/sine"
	"github.com/redbook-audio/redbook/pcm"
)

// The usual rates of files, and odd ones: prime numbers, one Hz off, the limits.
var (
	usualRates = []int{8000, 11025, 12000, 16000, 18900, 22050, 24000, 32000, 37800, 44056, 47250,
		48000, 50000, 50400, 64000, 88200, 96000, 176400, 192000, 352800, 384000}
	oddRates = []int{1000, 1009, 7999, 22051, 44099, 44101, 47952, 47999, 48048, 60013, 95999, 119999,
		120011, 192001, 705600, 767999, 768000}
)

// testRates are all of them, or some with -short, as under the race detector.
func testRates() []int {
	if testing.Short() {
		return []int{1000, 8000, 22050, 47999, 48000, 96000, 192001}
	}
	return append(slices.Clone(oddRates), usualRates...)
}

// tone converts seconds of a sine of full scale and returns one channel of the result
// without its beginning and end.
func tone(t testing.TB, rate int, hertz, seconds float64) []float64 {
	t.Helper()
	r, err := NewResampler(1, rate)
	require.NoError(t, err)
	out := r.Append(nil, sine.Generate(int(seconds*float64(rate)), hertz/float64(rate), 1, 0))
	out = r.Finish(out)
	cut := len(out) / 5
	return out[cut : len(out)-cut]
}

// seconds is long enough to leave a signal after the filters' ringing.
func seconds(rate int) float64 { return max(0.1, 2000/float64(rate)) }

// passes and stops are tones, in Hz, that the filter must pass and stop. Frequencies
// above half of the disc's rate would fold back; those above half of a lower source rate
// are images.
func passes(rate int) []float64 {
	edge := min(passHz, float64(rate)/2*passHz/stopHz)
	return []float64{edge / 1000, edge / 20, edge / 3.1, edge / 2.01, edge * 0.75, edge * 0.9, edge * 0.99, edge}
}

func stops(rate int) []float64 {
	var hertz []float64
	for _, f := range []float64{22051, 22100, 22500, 23000, 23900, 24100, 26000, 30000, 40000, 44000, 44100, 45000,
		51000, 66000, 73000, 88000, 90000, 95000, 132300, 147000, 170000, 176000, 190000, 300000, 382000} {
		if f < float64(rate)/2 {
			hertz = append(hertz, f)
		}
	}
	return hertz
}

func TestResamplerPassesMusic(t *testing.T) {
	for _, rate := range testRates() {
		for _, hertz := range passes(rate) {
			out := tone(t, rate, hertz, seconds(rate))
			fit := sine.Find(out, hertz/44100)
			assert.InDelta(t, 0, sine.DB(fit.Amplitude), 0.00001, "%d Hz: ripple at %g Hz", rate, hertz)
			assert.Less(t, sine.DB(fit.RMS*math.Sqrt2), -150.0, "%d Hz: noise, images and distortion beside %g Hz", rate, hertz)
		}
	}
}

func TestResamplerStopsAliases(t *testing.T) {
	for _, rate := range testRates() {
		for _, hertz := range stops(rate) {
			out := tone(t, rate, hertz, 0.06)
			assert.Less(t, sine.DB(sine.RMS(out)*math.Sqrt2), -145.0, "%d Hz: alias of %g Hz", rate, hertz)
		}
	}
}

// No delay: a tone keeps its phase, to a millionth of a sample.
func TestResamplerKeepsTime(t *testing.T) {
	for _, rate := range testRates() {
		hertz := passes(rate)[3]
		r, err := NewResampler(2, rate)
		require.NoError(t, err)
		in := make([]float64, 0, 10000)
		for _, v := range sine.Generate(max(5000, rate/10), hertz/float64(rate), 1, 0) {
			in = append(in, v, -v)
		}
		out := r.Finish(r.Append(nil, in))
		n := len(out) / 2
		for i := n / 4; i < n*3/4; i++ {
			want := math.Sin(2 * math.Pi * hertz * float64(i) / 44100)
			if math.Abs(out[2*i]-want) > 1e-6 || math.Abs(out[2*i+1]+want) > 1e-6 {
				t.Fatalf("%d Hz: frame %d of %d: %g and %g, want %g and %g", rate, i, n, out[2*i], out[2*i+1], want, -want)
			}
		}
	}
}

// lengthOf computes round(frames * 44100 / rate) differently.
func lengthOf(frames int64, rate int) int64 {
	n := new(big.Int).Mul(big.NewInt(2*frames), big.NewInt(44100))
	n.Add(n, big.NewInt(int64(rate)))
	return n.Div(n, big.NewInt(int64(2*rate))).Int64()
}

func TestResamplerLength(t *testing.T) {
	for _, rate := range testRates() {
		r, err := NewResampler(1, rate)
		require.NoError(t, err)
		for _, frames := range []int{0, 1, 2, 3, 10, 147, 160, 441, 1000, 4095, 4096, 4097, 30001} {
			out := r.Finish(r.Append(nil, make([]float64, frames)))
			assert.Len(t, out, int(lengthOf(int64(frames), rate)), "%d Hz, %d frames", rate, frames)
			assert.Equal(t, int64(len(out)), resampledFrames(int64(frames), rate))
		}
	}
	assert.Equal(t, int64(44100*3600*24*365), resampledFrames(48000*3600*24*365, 48000))
	assert.Equal(t, int64(math.MaxInt64), resampledFrames(math.MaxInt64, 1000), "no header makes it overflow")
	assert.Zero(t, resampledFrames(-5, 48000))
}

// Reading in small pieces returns the same as reading at once, to the last bit, for any
// number of channels, which never mix.
func TestResamplerInPieces(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rate := rapid.SampledFrom(testRates()).Draw(rt, "rate")
		channels := rapid.IntRange(1, 5).Draw(rt, "channels")
		frames := rapid.IntRange(0, 6000).Draw(rt, "frames")
		rng := rand.New(rand.NewPCG(1, 2))
		in := make([]float64, channels*frames)
		for i := range in {
			in[i] = rng.Float64() - 0.5
		}
		r, err := NewResampler(channels, rate)
		if err != nil {
			rt.Fatal(err)
		}
		want := r.Finish(r.Append(nil, in))
		var got []float64
		for rest := in; len(rest) > 0; {
			n := min(rapid.IntRange(1, 3000).Draw(rt, "piece"), len(rest)/channels) * channels
			got = r.Append(got, rest[:n])
			rest = rest[n:]
		}
		if got = r.Finish(got); !slices.Equal(got, want) {
			rt.Fatalf("%d Hz, %d channels: pieces give something else", rate, channels)
		}
		c := channels / 2
		mono, err := NewResampler(1, rate)
		if err != nil {
			rt.Fatal(err)
		}
		var one []float64
		for i := c; i < len(in); i += channels {
			one = append(one, in[i])
		}
		for i, v := range mono.Finish(mono.Append(nil, one)) {
			if math.Abs(v-want[i*channels+c]) > 1e-12 {
				rt.Fatalf("%d Hz: channel %d of %d, frame %d: %g, alone %g", rate, c, channels, i, want[i*channels+c], v)
			}
		}
	})
}

// The edges are treated as if silence surrounded them: an impulse at the first frame and
// one at the last have the same response as one in the middle.
func TestResamplerEdges(t *testing.T) {
	rates := []int{8000, 22050, 44101, 47999, 48000, 96000, 192000, 192001}
	if testing.Short() {
		rates = []int{8000, 47999, 96000}
	}
	for _, rate := range rates {
		r, err := NewResampler(1, rate)
		require.NoError(t, err)
		// A second is a whole number of frames in both rates.
		in := make([]float64, 3*rate)
		in[rate] = 1
		middle := r.Finish(r.Append(nil, in))
		first := r.Finish(r.Append(nil, append([]float64{1}, make([]float64, rate)...)))
		for i, v := range first {
			if math.Abs(v-middle[44100+i]) > 1e-8 {
				t.Fatalf("%d Hz: frame %d behind an impulse at the beginning: %g, want %g", rate, i, v, middle[44100+i])
			}
		}
		last := r.Finish(r.Append(nil, append(make([]float64, rate), 1)))
		for i, v := range last {
			if math.Abs(v-middle[i]) > 1e-8 {
				t.Fatalf("%d Hz: frame %d before an impulse at the end: %g, want %g", rate, i, v, middle[i])
			}
		}
	}
}

// 44.1 kHz is unchanged.
func TestResamplerAtTheRateOfADisc(t *testing.T) {
	r, err := NewResampler(3, 44100)
	require.NoError(t, err)
	in := []float64{1, -2, 3e-9, 0.5, 0.25, 0}
	assert.Equal(t, in, r.Finish(r.Append(nil, in)))
	assert.Equal(t, in, r.Finish(r.Append(nil, in)), "and again")
}

func TestResamplerRefuses(t *testing.T) {
	for _, tc := range []struct {
		channels, rate int
		text           string
	}{
		{2, 999, "999 Hz; 1000 to 768000 Hz"}, {2, 768001, "768001 Hz"}, {2, 0, "0 Hz"}, {2, -48000, "-48000 Hz"}, {0, 48000, "0 channels"},
	} {
		_, err := NewResampler(tc.channels, tc.rate)
		assert.ErrorIs(t, err, pcm.ErrUnsupportedFormat)
		assert.ErrorContains(t, err, tc.text)
	}
}

// After the first second nothing is allocated, and the buffers are small.
func TestResamplerMemory(t *testing.T) {
	rates := []int{1000, 8000, 47999, 48000, 192000, 384000, 767999}
	if testing.Short() {
		rates = []int{8000, 47999, 384000}
	}
	for _, rate := range rates {
		r, err := NewResampler(2, rate)
		require.NoError(t, err)
		src := make([]float64, rate/5*2)
		var dst []float64
		for range 5 {
			dst = r.Append(dst[:0], src)
		}
		assert.Zero(t, testing.AllocsPerRun(5, func() { dst = r.Append(dst[:0], src) }), "%d Hz", rate)
		held := len(r.pairs[0].in) + len(r.pairs[0].fft) + len(r.pairs[0].work) + cap(r.pairs[0].mid) + cap(r.pairs[0].out)
		assert.Less(t, held*16, 3<<20, "%d Hz", rate)
	}
}

// The response to an impulse is symmetric: linear phase, without smearing to one side.
func TestResamplerIsSymmetric(t *testing.T) {
	for _, rate := range []int{22050, 47999, 48000, 96000, 192001} {
		r, err := NewResampler(1, rate)
		require.NoError(t, err)
		in := make([]float64, 2*rate)
		in[rate] = 1 // falls on a frame of both rates
		out := r.Finish(r.Append(nil, in))
		for i := range 2000 {
			if math.Abs(out[44100-i]-out[44100+i]) > 1e-8 {
				t.Fatalf("%d Hz: %d frames before it %g, behind it %g", rate, i, out[44100-i], out[44100+i])
			}
		}
		assert.Greater(t, out[44100], 0.2)
	}
}

// A Resampler can be reused after Finish, without a trace of the previous stream.
func TestResamplerAgain(t *testing.T) {
	for _, rate := range []int{8000, 47999, 48000, 192000} {
		r, err := NewResampler(2, rate)
		require.NoError(t, err)
		tone := sine.Generate(2*rate/4, 0.01, 1, 0)
		first := r.Finish(r.Append(nil, tone))
		r.Finish(r.Append(nil, sine.Generate(2*3001, 0.3, 1, 0)))
		assert.Equal(t, first, r.Finish(r.Append(nil, tone)), rate)
	}
}

// Seven minutes, in pieces: the grid doesn't drift by a frame, and the last second is in
// phase with the first.
func TestResamplerDoesNotDrift(t *testing.T) {
	const rate, hertz = 8000, 3000.0 // three times as sensitive as 1 kHz
	minutes := 7
	if testing.Short() {
		minutes = 2
	}
	r, err := NewResampler(1, rate)
	require.NoError(t, err)
	second := sine.Generate(rate, hertz/rate, 1, 0) // a whole number of turns
	var frames int
	var buf, last []float64
	for range minutes * 60 {
		buf = r.Append(buf[:0], second)
		frames += len(buf)
		last = append(last[:0], buf...)
	}
	start := frames - len(last)
	for i := 0; i < len(last); i += 97 {
		want := math.Sin(2 * math.Pi * hertz * float64((start+i)%44100) / 44100)
		require.InDelta(t, want, last[i], 1e-6)
	}
	frames += len(r.Finish(nil))
	assert.Equal(t, minutes*60*44100, frames)
}
