package convert

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/sine"
	"github.com/redbook-audio/redbook/pcm"
)

// floatsOf encodes samples as F64.
func floatsOf(samples []float64) []byte {
	b := make([]byte, 0, 8*len(samples))
	for _, v := range samples {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// leftOf returns the left channel of CD audio, full scale 1.0.
func leftOf(t testing.TB, src pcm.Source) []float64 {
	t.Helper()
	r, err := src.Open()
	require.NoError(t, err)
	defer r.Close()
	var out []float64
	buf := make([]byte, 4)
	for {
		if _, err := r.Read(buf[:4]); err != nil {
			return out
		}
		out = append(out, float64(int16(binary.LittleEndian.Uint16(buf)))/32768)
	}
}

// A tone 90 dB below full scale, 1.04 steps high: rounding makes a square wave of it,
// -89.4 dBFS with a third harmonic at -122 dBFS. With dither the level is right and no
// harmonic appears, in the band or folded back into it, from any rate.
func TestDitherAtMinus90(t *testing.T) {
	amplitude := math.Pow(10, -90.0/20)
	const hertz = 997.0
	rates := []int{44100, 48000, 96000}
	if testing.Short() {
		rates = rates[1:2]
	}
	for _, rate := range rates {
		in := sine.Generate(4*rate, hertz/float64(rate), amplitude, 0)
		src, err := ToCDDA(pcm.FromBytes("tone", format(rate, 1, pcm.F64), floatsOf(in)))
		require.NoError(t, err)
		out := leftOf(t, src)
		require.Len(t, out, 4*44100)
		fit := sine.Find(out, hertz/44100)
		assert.InDelta(t, -90, sine.DB(fit.Amplitude), 0.02, "%d Hz", rate)
		// A quarter of a squared step (see TestDitherIsTriangular) is -96.3 dB.
		assert.InDelta(t, -96.3, sine.DB(fit.RMS), 0.1, "%d Hz: the noise", rate)
		for n := 2.0; n <= 5; n++ {
			assert.Less(t, sine.DB(sine.Find(out, n*hertz/44100).Amplitude), -138.0, "%d Hz: harmonic %g", rate, n)
		}
	}
	plain := sine.Generate(4*44100, hertz/44100, amplitude, 0)
	for i, v := range plain {
		plain[i] = math.Round(v*32768) / 32768
	}
	assert.InDelta(t, -89.4, sine.DB(sine.Find(plain, hertz/44100).Amplitude), 0.2, "the measurement sees what rounding does")
	assert.Greater(t, sine.DB(sine.Find(plain, 3*hertz/44100).Amplitude), -125.0)
}

// Samples that need only 16 bits aren't dithered, whatever their container; the noise
// begins with the first sample that needs more.
func TestDitherOnlyWhereNeeded(t *testing.T) {
	samples := []float64{0, 0, 100.0 / 32768, -32768.0 / 32768, 32767.0 / 32768, -5.0 / 32768}
	for _, e := range []pcm.Encoding{pcm.S16, pcm.S24, pcm.S32, pcm.F32, pcm.F64} {
		left, right, d := convert(t, e, 2, bytesOf(e, samples...))
		assert.Equal(t, []int16{0, 100, 32767}, left, e)
		assert.Equal(t, []int16{0, -32768, -5}, right, e)
		assert.Zero(t, d.Clipped)
	}
	for _, e := range []pcm.Encoding{pcm.S24, pcm.S32, pcm.F32, pcm.F64} {
		data := bytesOf(e, make([]float64, 1000)...)
		data = append(data, bytesOf(e, 0.25/32768)...)
		data = append(data, bytesOf(e, make([]float64, 1001)...)...)
		left, _, _ := convert(t, e, 1, data)
		assert.Equal(t, make([]int16, 1000), left[:1000], e)
		assert.NotEqual(t, make([]int16, 1001), left[1001:], e)
	}
}

func TestQuantizerLimits(t *testing.T) {
	q := newQuantizer(1)
	assert.Equal(t, int16(32767), q.round(1))
	assert.Equal(t, int16(-32768), q.round(-1))
	assert.Equal(t, int16(32767), q.round(1+1e-12))
	assert.Equal(t, int16(-32768), q.round(-1-1e-12))
	q = newQuantizer(1)
	assert.Zero(t, q.clipped, "full scale isn't clipped")
	for i, v := range []float64{2, -2, 1 + 1e-6, -1 - 1e-6, 1e9, -1e9, 65536.5, -65536.5} {
		want := int16(32767)
		if v < 0 {
			want = -32768
		}
		assert.Equal(t, want, q.round(v), v)
		assert.Equal(t, int64(i+1), q.clipped, v)
	}
	for range 10000 {
		assert.GreaterOrEqual(t, q.round(0.99999), int16(32765))
		assert.LessOrEqual(t, q.round(-0.99999), int16(-32765))
	}
	assert.Equal(t, int64(8), q.clipped, "the dither alone doesn't count")
}
