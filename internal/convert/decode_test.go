package convert

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/internal/speaker"
	"github.com/redbook-audio/redbook/pcm"
)

// Bytes as stored in files, and their values.
func TestDecode(t *testing.T) {
	for _, tc := range []struct {
		e    pcm.Encoding
		src  []byte
		want []float64
	}{
		{pcm.U8, []byte{0, 0x80, 0xFF, 0x40}, []float64{-1, 0, 127.0 / 128, -0.5}},
		{pcm.S16, []byte{0, 0x80, 0xFF, 0x7F, 0, 0, 0xFF, 0xFF}, []float64{-1, 32767.0 / 32768, 0, -1.0 / 32768}},
		{pcm.S24, []byte{0, 0, 0x80, 0xFF, 0xFF, 0x7F, 1, 0, 0, 0xFF, 0xFF, 0xFF},
			[]float64{-1, 8388607.0 / 8388608, 1.0 / 8388608, -1.0 / 8388608}},
		{pcm.S32, []byte{0, 0, 0, 0x80, 0xFF, 0xFF, 0xFF, 0x7F, 1, 0, 0, 0}, []float64{-1, 2147483647.0 / 2147483648, 1.0 / 2147483648}},
		{pcm.F32, []byte{0, 0, 0x80, 0x3F, 0, 0, 0x80, 0xBF, 0, 0, 0, 0x3F, 0, 0, 0, 0x80}, []float64{1, -1, 0.5, 0}},
		{pcm.F64, []byte{0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0xE0, 0xBF}, []float64{1, -0.5}},
		{pcm.F64, []byte{0, 0, 0, 0, 0, 0, 0xF0, 0x7E, 0, 0, 0, 0, 0, 0, 0xF0, 0xFE}, []float64{loudest, -loudest}}, // 2^752
		{pcm.F32, nil, []float64{}},
	} {
		dst := make([]float64, 8)
		n, err := decode(dst, tc.src, tc.e)
		require.NoError(t, err, tc.e)
		assert.Equal(t, tc.want, dst[:n], tc.e)
	}
}

func TestDecodeStopsAtWhatIsNoNumber(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, e := range []pcm.Encoding{pcm.F32, pcm.F64} {
			dst := make([]float64, 4)
			n, err := decode(dst, bytesOf(e, 0.5, -0.5, bad, 0.25), e)
			assert.ErrorIs(t, err, errNotANumber)
			assert.Equal(t, 2, n)
			assert.Equal(t, []float64{0.5, -0.5}, dst[:n])
		}
	}
}

// 16 bits are not changed by a second conversion, nor by wider samples in between.
func TestConversionIsIdempotent(t *testing.T) {
	src, err := ToCDDA(pcm.FromBytes("x", format(96000, 2, pcm.S24), ramp(6*50000)))
	require.NoError(t, err)
	again, err := ToCDDA(src)
	require.NoError(t, err)
	assert.Same(t, src, again)
	once := readAll(t, src)
	samples := make([]float64, len(once)/2)
	n, err := decode(samples, once, pcm.S16)
	require.NoError(t, err)
	for _, e := range []pcm.Encoding{pcm.S24, pcm.S32, pcm.F32, pcm.F64} {
		wide, err := ToCDDA(pcm.FromBytes("wide", format(44100, 2, e), bytesOf(e, samples[:n]...)))
		require.NoError(t, err)
		assert.Equal(t, once, readAll(t, wide), e)
	}
}

// A layout equal to the default changes nothing.
func TestDefaultLayoutIsNoConversion(t *testing.T) {
	data := ramp(4000)
	for _, layout := range []uint32{0, speaker.FrontLeft | speaker.FrontRight} {
		src, err := ToCDDA(pcm.FromBytes("x", pcm.Format{SampleRate: 44100, Channels: 2, Layout: layout}, data))
		require.NoError(t, err)
		assert.Equal(t, pcm.CDDA, src.Format())
		assert.Equal(t, data, readAll(t, src))
	}
}

// All channel counts and rates yield the promised length.
func TestLengthsOfConversions(t *testing.T) {
	if testing.Short() {
		t.Skip("converts at every rate and number of channels")
	}
	lengths := []int{0, 1, 588, 4095, 4096, 4097, 10007}
	for channels := 1; channels <= 8; channels++ {
		for i, rate := range []int{1000, 8000, 44100, 47999, 48000, 96000, 192000} {
			some := lengths
			if channels != 2 { // one each: channels and lengths are independent
				some = lengths[(i+channels)%len(lengths):][:1]
			}
			for _, frames := range some {
				src, err := ToCDDA(pcm.FromBytes("x", format(rate, channels, pcm.S24), make([]byte, 3*channels*frames)))
				require.NoError(t, err)
				d, err := reading.Check(context.Background(), src, nil)
				require.NoError(t, err)
				assert.Equal(t, lengthOf(int64(frames), rate), d.Frames, "%d Hz, %d channels, %d frames", rate, channels, frames)
			}
		}
	}
}
