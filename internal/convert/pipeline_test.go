package convert

import (
	"bytes"
	"context"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/internal/sine"
	"github.com/redbook-audio/redbook/pcm"
)

// From any format: the length is exact, the result is reproducible, and a tone keeps its
// place and level.
func TestConversionFromOtherRates(t *testing.T) {
	for _, tc := range []struct {
		rate, channels int
		e              pcm.Encoding
		level          float64 // the share of the left channel in the downmix
	}{
		{48000, 2, pcm.S16, 1}, {48000, 1, pcm.S16, 1}, {96000, 2, pcm.S24, 1}, {22050, 1, pcm.U8, 1}, {192000, 2, pcm.F32, 1},
		{47999, 2, pcm.S32, 1}, {48000, 6, pcm.S24, 1 / (1 + math.Sqrt2)}, {44100, 3, pcm.S16, 1 / (1 + math.Sqrt2/2)}, {384000, 8, pcm.F64, 1 / (1 + 3/math.Sqrt2)},
	} {
		f := format(tc.rate, tc.channels, tc.e)
		const hertz = 1000.0
		frames := tc.rate/4 + 1
		samples := make([]float64, frames*tc.channels)
		for i, v := range sine.Generate(frames, hertz/float64(tc.rate), 0.5, 0) {
			samples[i*tc.channels] = v
		}
		src, err := ToCDDA(pcm.FromBytes("tone", f, bytesOf(tc.e, samples...)))
		require.NoError(t, err)
		require.Equal(t, pcm.CDDA, src.Format())
		require.Equal(t, lengthOf(int64(frames), tc.rate), src.Frames(), f)
		d, err := reading.Check(context.Background(), src, nil)
		require.NoError(t, err, f)
		assert.Zero(t, d.Clipped)
		again, err := reading.Check(context.Background(), src, nil)
		require.NoError(t, err)
		assert.Equal(t, d, again, f)
		out := leftOf(t, src)
		out = out[2000 : len(out)-2000]
		fit := sine.Find(out, hertz/44100)
		accuracy := 0.0005
		if tc.e == pcm.U8 {
			accuracy = 0.05 // bytesOf truncates to 8 bits
		}
		assert.InDelta(t, 20*math.Log10(0.5*tc.level), sine.DB(fit.Amplitude), accuracy, "%v", f)
		turns := 2000*hertz/44100 - math.Floor(2000*hertz/44100)
		assert.InDelta(t, 0, math.Remainder(fit.Phase-2*math.Pi*turns, 2*math.Pi), 0.001, "%v", f)
	}
}

// A square wave at full scale overshoots when its edges are rounded off, which is
// clipping and is counted.
func TestResamplingOvershootIsCounted(t *testing.T) {
	samples := make([]float64, 48000)
	for i := range samples {
		samples[i] = math.Copysign(32767.0/32768, math.Sin(2*math.Pi*float64(i)*440/48000+0.1))
	}
	src, err := ToCDDA(pcm.FromBytes("square", format(48000, 1, pcm.S16), bytesOf(pcm.S16, samples...)))
	require.NoError(t, err)
	d, err := reading.Check(context.Background(), src, nil)
	require.NoError(t, err)
	assert.Greater(t, d.Clipped, int64(500))
	for _, v := range leftOf(t, src)[1000:40000] {
		if math.Abs(v) < 0.1 { // wrapped around, or lost
			assert.Less(t, math.Abs(v), 1.0)
		}
	}
	quieter, err := Convert(pcm.FromBytes("square", format(48000, 1, pcm.S16), bytesOf(pcm.S16, samples...)), Options{Gain: 0.5})
	require.NoError(t, err)
	d, err = reading.Check(context.Background(), quieter, nil)
	require.NoError(t, err)
	assert.Zero(t, d.Clipped)
}

// Errors of the source are returned through a resampler, after the valid samples before
// them.
func TestConversionErrorsBehindAResampler(t *testing.T) {
	src := &fake{format: format(96000, 2, pcm.S24), frames: 100000, data: ramp(6*99999 + 5), small: true}
	out, err := ToCDDA(src)
	require.NoError(t, err)
	d, err := reading.Check(context.Background(), out, nil)
	require.ErrorIs(t, err, pcm.ErrShort)
	assert.ErrorContains(t, err, "fake.wav: byte 599999 of the audio")
	assert.Greater(t, d.Frames, int64(40000))
	src.data = ramp(600001)
	_, err = reading.Check(context.Background(), out, nil)
	require.ErrorIs(t, err, pcm.ErrLong)

	samples := make([]float64, 200000)
	samples[150001] = math.NaN()
	bad, err := ToCDDA(pcm.FromBytes("bad.wav", format(48000, 2, pcm.F64), floatsOf(samples)))
	require.NoError(t, err)
	_, err = reading.Check(context.Background(), bad, nil)
	assert.ErrorContains(t, err, "bad.wav: byte 1200000 of the audio: a sample is not a number")
	_, err = Peak(context.Background(), pcm.FromBytes("bad.wav", format(48000, 2, pcm.F64), floatsOf(samples)), nil)
	assert.ErrorContains(t, err, "bad.wav: byte 1200000 of the audio: a sample is not a number")
}

// One wild sample doesn't damage samples far from it.
func TestWildSamplesStayLocal(t *testing.T) {
	samples := make([]float64, 48000)
	samples[24000] = 1e300
	src, err := ToCDDA(pcm.FromBytes("wild", format(48000, 1, pcm.F64), floatsOf(samples)))
	require.NoError(t, err)
	out := leftOf(t, src)
	for i, v := range out {
		if (i < 21500 || i > 22600) && math.Abs(v) > 1.01/32768 {
			t.Fatalf("frame %d: %g", i, v)
		}
	}
	assert.Greater(t, out[22050], 0.99)
}

func TestPeakAndGain(t *testing.T) {
	samples := sine.Generate(48000, 997.0/48000, 0.25, 0)
	one := pcm.FromBytes("one", format(48000, 1, pcm.F64), floatsOf(samples))
	two := pcm.FromBytes("two", pcm.CDDA, bytesOf(pcm.S16, 0.125, -0.5, 0.1, 0))
	var steps []int64
	p1, err := Peak(context.Background(), one, func(done, total int64) {
		assert.Equal(t, int64(48000), total)
		steps = append(steps, done)
	})
	require.NoError(t, err)
	assert.InDelta(t, 0.25, p1, 1e-4)
	assert.Greater(t, len(steps), 5)
	assert.Equal(t, int64(48000), steps[len(steps)-1])
	p2, err := Peak(context.Background(), two, nil)
	require.NoError(t, err)
	assert.InDelta(t, 0.5, p2, 0, "exact, and of both signs")

	gain := AlbumGain(p1, p2)
	assert.InDelta(t, 2, gain, 0.001)
	loud, err := Convert(one, Options{Gain: gain})
	require.NoError(t, err)
	assert.InDelta(t, 0.5, sine.Find(leftOf(t, loud)[5000:30000], 997.0/44100).Amplitude, 0.001)
	loud, err = Convert(two, Options{Gain: gain})
	require.NoError(t, err)
	d, err := reading.Check(context.Background(), loud, nil)
	require.NoError(t, err)
	assert.Zero(t, d.Clipped)
	out := leftOf(t, loud)
	assert.InDelta(t, 0.25, out[0], 2.0/32768)

	for _, g := range []float64{0, 1} {
		same, err := Convert(two, Options{Gain: g})
		require.NoError(t, err)
		assert.Same(t, two, same, "no gain: untouched")
	}
	for _, g := range []float64{-1, math.NaN(), math.Inf(1), 1e7} {
		_, err := Convert(two, Options{Gain: g})
		assert.ErrorContains(t, err, "two: a gain of")
	}
	assert.InDelta(t, 1, AlbumGain(), 0)
	assert.InDelta(t, 1, AlbumGain(0, 0), 0)
	assert.InDelta(t, 0.5, AlbumGain(0.1, 2), 0.001, "too loud becomes quieter")
	assert.InDelta(t, 1e6, AlbumGain(1e-300), 0)
}

func TestPeakFails(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	src := &fake{format: format(48000, 2, pcm.S16), frames: 200000, data: ramp(800000)}
	n := 0
	_, err := Peak(ctx, src, func(_, _ int64) { n++; cancel() })
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, n)

	src.openErr = errDisk
	_, err = Peak(context.Background(), src, nil)
	assert.ErrorIs(t, err, errDisk)
	src.openErr = nil
	_, err = Peak(context.Background(), src, func(done, total int64) {
		if done == total {
			src.change = pcm.ErrChanged
		}
	})
	assert.ErrorIs(t, err, pcm.ErrChanged)
}

// A resampled source allocates a little when it is opened and nothing while it is read.
func TestConversionDoesNotAllocate(t *testing.T) {
	src, err := ToCDDA(pcm.FromBytes("x", format(96000, 6, pcm.S24), make([]byte, 18*96000*6)))
	require.NoError(t, err)
	r, err := src.Open()
	require.NoError(t, err)
	buf := make([]byte, 4*44100)
	_, err = io.ReadFull(r, buf)
	require.NoError(t, err)
	assert.Zero(t, testing.AllocsPerRun(3, func() {
		if _, err := io.ReadFull(r, buf); err != nil {
			t.Error(err)
		}
	}))
	assert.True(t, bytes.Equal(buf, make([]byte, len(buf))), "silence stays silence")
	require.NoError(t, r.Close())
}

// x realtime is the speed of one core from a source in memory to the bytes of a disc.
func BenchmarkToCDDA(b *testing.B) {
	for _, tc := range []struct {
		name string
		f    pcm.Format
	}{
		{"44.1 24 bit", format(44100, 2, pcm.S24)}, {"44.1 float", format(44100, 2, pcm.F32)}, {"48 16 bit", format(48000, 2, pcm.S16)},
		{"96 24 bit", format(96000, 2, pcm.S24)}, {"192 24 bit", format(192000, 2, pcm.S24)}, {"48 5.1", format(48000, 6, pcm.S24)},
	} {
		b.Run(tc.name, func(b *testing.B) {
			samples := sine.Generate(4*tc.f.SampleRate*tc.f.Channels, 0.01234, 0.7, 0)
			src, err := ToCDDA(pcm.FromBytes("x", tc.f, bytesOf(tc.f.Encoding, samples...)))
			require.NoError(b, err)
			b.SetBytes(4 * 4 * 44100)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := reading.Check(context.Background(), src, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(4*float64(b.N)/b.Elapsed().Seconds(), "x-realtime")
		})
	}
}
