package convert

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/internal/speaker"
	"github.com/redbook-audio/redbook/pcm"
)

// bytesOf encodes samples with full scale 1.0.
func bytesOf(e pcm.Encoding, samples ...float64) []byte {
	var b []byte
	le := binary.LittleEndian
	for _, v := range samples {
		switch e {
		case pcm.U8:
			b = append(b, byte(128+v*128))
		case pcm.S16:
			b = le.AppendUint16(b, uint16(int16(v*32768)))
		case pcm.S24:
			n := int32(v * (1 << 23))
			b = append(b, byte(n), byte(n>>8), byte(n>>16))
		case pcm.S32:
			b = le.AppendUint32(b, uint32(int32(v*(1<<31))))
		case pcm.F32:
			b = le.AppendUint32(b, math.Float32bits(float32(v)))
		case pcm.F64:
			b = le.AppendUint64(b, math.Float64bits(v))
		}
	}
	return b
}

// convert converts samples to CDDA and returns the pairs.
func convert(t *testing.T, e pcm.Encoding, channels int, data []byte) (left, right []int16, d reading.Digest) {
	t.Helper()
	src, err := ToCDDA(pcm.FromBytes("in", format(44100, channels, e), data))
	require.NoError(t, err)
	require.Equal(t, pcm.CDDA, src.Format())
	d, err = reading.Check(context.Background(), src, nil)
	require.NoError(t, err)
	out := readAll(t, src)
	require.Len(t, out, int(4*src.Frames()))
	for i := 0; i < len(out); i += 4 {
		left = append(left, int16(binary.LittleEndian.Uint16(out[i:])))
		right = append(right, int16(binary.LittleEndian.Uint16(out[i+2:])))
	}
	return left, right, d
}

func TestCDDAPassesThroughUntouched(t *testing.T) {
	src := pcm.FromBytes("x", pcm.CDDA, ramp(400))
	same, err := ToCDDA(src)
	require.NoError(t, err)
	assert.Same(t, src, same, "the very same source")
}

// 8 and 16 bits are converted exactly: no dither, no rounding.
func TestExactConversions(t *testing.T) {
	left, right, _ := convert(t, pcm.U8, 2, []byte{0, 255, 128, 129, 127, 1})
	assert.Equal(t, []int16{-32768, 0, -256}, left)
	assert.Equal(t, []int16{32512, 256, -32512}, right)

	left, right, _ = convert(t, pcm.S16, 1, []byte{0xFF, 0x7F, 0x00, 0x80, 0x34, 0x12})
	assert.Equal(t, []int16{32767, -32768, 0x1234}, left)
	assert.Equal(t, left, right)
}

// More than 16 bits: never further from the true value than dither and rounding allow
// (1.5 steps), and right on average.
func TestDitheredConversions(t *testing.T) {
	const n = 20000
	for _, e := range []pcm.Encoding{pcm.S24, pcm.S32, pcm.F32, pcm.F64} {
		for _, level := range []float64{0, 0.25 + 0.3/32768, -0.5 - 0.7/32768, 1e-5, 0.999} {
			samples := make([]float64, n)
			for i := range samples {
				samples[i] = level
			}
			left, right, d := convert(t, e, 1, bytesOf(e, samples...))
			assert.Equal(t, left, right, "both channels of a mono file are equal")
			assert.Zero(t, d.Clipped)
			sum, kinds := 0.0, map[int16]bool{}
			for _, v := range left {
				if math.Abs(float64(v)-level*32768) > 1.51 {
					t.Fatalf("%v %g: %d", e, level*32768, v)
				}
				sum += float64(v)
				kinds[v] = true
			}
			assert.InDelta(t, level*32768, sum/n, 0.05, "%v %g: the mean", e, level)
			if level == 0 {
				assert.Len(t, kinds, 1, "%v: 16 bits need no dither", e)
			} else {
				assert.GreaterOrEqual(t, len(kinds), 2, "%v: there is dither", e)
			}
		}
	}
}

// The noise of a triangular dither is 1/4 of a squared step: 1/12 + 1/12 + 1/12 from two
// uniformly distributed numbers and the rounding.
func TestDitherIsTriangular(t *testing.T) {
	data := make([]byte, 6*100000)
	data[0] = 1 // the noise begins with the first sample that needs it
	left, right, _ := convert(t, pcm.S24, 2, data)
	for _, channel := range [][]int16{left, right} {
		var power float64
		counts := map[int16]int{}
		for _, v := range channel {
			power += float64(v) * float64(v)
			counts[v]++
		}
		assert.InDelta(t, 0.25, power/100000, 0.01)
		assert.Len(t, counts, 3, "-1, 0 and 1")
		assert.InDelta(t, 0.75, float64(counts[0])/100000, 0.01)
	}
	same := 0
	for i := range left {
		if left[i] == right[i] {
			same++
		}
	}
	assert.Less(t, same, 70000, "the channels' dither is independent")
}

func TestConversionIsReproducible(t *testing.T) {
	data := bytesOf(pcm.F32, 0.1, -0.1, 0.7, 1e-6, 0, 0)
	src, err := ToCDDA(pcm.FromBytes("x", format(44100, 2, pcm.F32), data))
	require.NoError(t, err)
	assert.Equal(t, readAll(t, src), readAll(t, src))
}

func TestFullScale(t *testing.T) {
	for _, e := range []pcm.Encoding{pcm.S24, pcm.S32} {
		data := bytesOf(e, -1, -1, -1, -1)
		data = append(data, bytes.Repeat(append(bytes.Repeat([]byte{0xFF}, e.Bytes()-1), 0x7F), 4)...)
		left, _, d := convert(t, e, 1, data)
		assert.Zero(t, d.Clipped, "integers can't be beyond full scale")
		for i, v := range left {
			if i < 4 {
				assert.LessOrEqual(t, v, int16(-32766), "never wraps")
			} else {
				assert.GreaterOrEqual(t, v, int16(32766), "never wraps")
			}
		}
	}
}

func TestClippingIsCounted(t *testing.T) {
	for _, e := range []pcm.Encoding{pcm.F32, pcm.F64} {
		left, right, d := convert(t, e, 2, bytesOf(e, 1.5, -7, 1, -1, 0.5, 1e30, 1.0001, 0))
		assert.Equal(t, int64(4), d.Clipped)
		assert.GreaterOrEqual(t, left[0], int16(32766))
		assert.LessOrEqual(t, right[0], int16(-32766))
		assert.GreaterOrEqual(t, right[2], int16(32766))
	}
}

func TestNotANumberIsAnError(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, e := range []pcm.Encoding{pcm.F32, pcm.F64} {
			src, err := ToCDDA(pcm.FromBytes("x.wav", format(44100, 2, e), bytesOf(e, 0, 0, 0, bad, 0, 0)))
			require.NoError(t, err)
			d, err := reading.Check(context.Background(), src, nil)
			var re *pcm.ReadError
			require.ErrorAs(t, err, &re)
			assert.Equal(t, int64(2*e.Bytes()), re.Offset, "the frame in the source")
			assert.ErrorContains(t, err, "x.wav: byte")
			assert.ErrorContains(t, err, "not a number")
			assert.Equal(t, int64(1), d.Frames, "what came before is there")
		}
	}
}

func TestUnsupportedFormats(t *testing.T) {
	for _, tc := range []struct {
		f    pcm.Format
		text string
	}{
		{format(999, 2, pcm.S16), "in.wav: audio format not supported: a sampling rate of 999 Hz; 1000 to 768000 Hz can be converted"},
		{format(800000, 2, pcm.S16), "800000 Hz"},
		{format(44100, 9, pcm.S24), "in.wav: audio format not supported: the meaning of its 9 channels is unknown"},
		{pcm.Format{SampleRate: 44100, Channels: 2, Layout: speaker.LowFrequency | 1<<31}, "its 2 channels"},
		{format(44100, 0, pcm.S16), "not supported"},
		{format(44100, -2, pcm.S16), "not supported"},
		{format(0, 2, pcm.S16), "not supported"},
		{format(44100, 2, pcm.Encoding(77)), "encoding 77"},
	} {
		_, err := ToCDDA(pcm.FromBytes("in.wav", tc.f, nil))
		require.ErrorIs(t, err, pcm.ErrUnsupportedFormat)
		assert.ErrorContains(t, err, tc.text)
		_, err = Peak(context.Background(), pcm.FromBytes("in.wav", tc.f, nil), nil)
		require.ErrorIs(t, err, pcm.ErrUnsupportedFormat)
	}
}

// A conversion passes on everything about its source: name, length, changes and errors.
func TestConversionForwards(t *testing.T) {
	closed := 0
	src := &fake{format: format(44100, 1, pcm.S24), frames: 10000, data: ramp(29998), small: true, closed: &closed}
	out, err := ToCDDA(src)
	require.NoError(t, err)
	assert.Equal(t, "fake.wav", out.Name())
	assert.Equal(t, int64(10000), out.Frames())
	assert.Same(t, src, out.(interface{ Unwrap() pcm.Source }).Unwrap())

	d, err := reading.Check(context.Background(), out, nil)
	require.ErrorIs(t, err, pcm.ErrShort, "short data never becomes silence")
	assert.ErrorContains(t, err, "29998 of 30000")
	assert.Equal(t, int64(9999), d.Frames)
	assert.Equal(t, 1, closed)

	src.data = ramp(30001)
	_, err = reading.Check(context.Background(), out, nil)
	assert.ErrorIs(t, err, pcm.ErrLong)

	src.data, src.tail = ramp(300), errDisk
	_, err = reading.Check(context.Background(), out, nil)
	assert.ErrorIs(t, err, errDisk)

	src.openErr = errDisk
	_, err = out.Open()
	assert.ErrorIs(t, err, errDisk)

	src.change = pcm.ErrChanged
	assert.ErrorIs(t, out.(pcm.Changer).Changed(), pcm.ErrChanged)
	_, err = out.Open()
	assert.ErrorIs(t, err, pcm.ErrChanged)
}

func BenchmarkConvertS24(b *testing.B) {
	src, err := ToCDDA(pcm.FromBytes("x", format(44100, 2, pcm.S24), ramp(6*44100)))
	require.NoError(b, err)
	b.SetBytes(4 * 44100)
	for b.Loop() {
		if _, err := reading.Check(context.Background(), src, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// An earlier conversion's report is used.
type told struct{ pcm.Source }

func (told) Conversion() string { return "painted blue" }

func TestConversionTold(t *testing.T) {
	src := pcm.FromBytes("x", pcm.CDDA, nil)
	assert.Equal(t, "painted blue", Conversion(told{src}))
	for gain, want := range map[float64]string{1: "", 2: "made louder by 6.0 dB, dithered to 16 bit", 0.5: "made quieter by 6.0 dB, dithered to 16 bit"} {
		louder, err := Convert(src, Options{Gain: gain})
		require.NoError(t, err)
		assert.Equal(t, want, Conversion(louder))
	}
}

func TestConversion(t *testing.T) {
	for _, c := range []struct {
		format pcm.Format
		want   string
	}{
		{pcm.CDDA, ""},
		{format(44100, 1, pcm.S16), "mono to stereo"},
		{format(44100, 2, pcm.U8), "8 bit to 16"},
		{format(22050, 2, pcm.U8), "22.05 kHz resampled to 44.1, dithered to 16 bit"},
		{pcm.Format{SampleRate: 44100, Channels: 6, Encoding: pcm.S16, Layout: speaker.FrontLeft | speaker.FrontRight | speaker.FrontCenter | speaker.LowFrequency | speaker.SideLeft | speaker.SideRight}, "5.1 mixed down to stereo, dithered to 16 bit"},
		{format(44100, 8, pcm.S16), "7.1 mixed down to stereo, dithered to 16 bit"},
		{format(44100, 4, pcm.S16), "4 channels mixed down to stereo, dithered to 16 bit"},
		{format(44100, 2, pcm.S24), "24 bit dithered to 16"},
		{format(48000, 2, pcm.S16), "48 kHz resampled to 44.1, dithered to 16 bit"},
		{format(96000, 6, pcm.S24), "5.1 mixed down to stereo, 96 kHz resampled to 44.1, 24 bit dithered to 16"},
		{format(44100, 1, pcm.F32), "mono to stereo, 32 bit float dithered to 16"},
	} {
		src, err := ToCDDA(pcm.FromBytes("x", c.format, nil))
		require.NoError(t, err)
		assert.Equal(t, c.want, Conversion(src), "%v", c.format)
	}
}
