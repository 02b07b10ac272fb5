package convert

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/speaker"
	"github.com/redbook-audio/redbook/pcm"
)

// Each channel alone, in every layout: the coefficient of ITU-R BS.775, divided by the
// sum of a side.
func TestDownmix(t *testing.T) {
	const h = 0.70710678118654752
	for _, tc := range []struct {
		name        string
		channels    int
		layout      uint32
		left, right []float64 // before the division
	}{
		{"3: left, right, center", 3, 0, []float64{1, 0, h}, []float64{0, 1, h}},
		{"4: quadro", 4, 0, []float64{1, 0, h, 0}, []float64{0, 1, 0, h}},
		{"5: 5.0", 5, 0, []float64{1, 0, h, h, 0}, []float64{0, 1, h, 0, h}},
		{"6: 5.1", 6, 0, []float64{1, 0, h, 0, h, 0}, []float64{0, 1, h, 0, 0, h}},
		{"7: 6.1", 7, 0, []float64{1, 0, h, 0, 0.5, h, 0}, []float64{0, 1, h, 0, 0.5, 0, h}},
		{"8: 7.1", 8, 0, []float64{1, 0, h, 0, h, 0, h, 0}, []float64{0, 1, h, 0, 0, h, 0, h}},
		{"2.1", 3, speaker.FrontLeft | speaker.FrontRight | speaker.LowFrequency, []float64{1, 0, 0}, []float64{0, 1, 0}},
		{"LCRS", 4, speaker.FrontLeft | speaker.FrontRight | speaker.FrontCenter | speaker.BackCenter, []float64{1, 0, h, 0.5}, []float64{0, 1, h, 0.5}},
		{"5.1, sides", 6, 0x60F, []float64{1, 0, h, 0, h, 0}, []float64{0, 1, h, 0, 0, h}},
		{"7.1 wide", 8, 0xFF, []float64{1, 0, h, 0, h, 0, 1, 0}, []float64{0, 1, h, 0, 0, h, 0, 1}},
		{"ten without a layout", 10, 0, nil, nil},
		{"a layout of another size", 6, speaker.FrontLeft | speaker.FrontRight, []float64{1, 0, h, 0, h, 0}, []float64{0, 1, h, 0, 0, h}},
		{"center and effects", 2, speaker.FrontCenter | speaker.LowFrequency, []float64{1, 0}, []float64{1, 0}},
	} {
		m, err := newMix(pcm.Format{SampleRate: 44100, Channels: tc.channels, Layout: tc.layout})
		if tc.right == nil {
			assert.ErrorIs(t, err, pcm.ErrUnsupportedFormat, tc.name)
			continue
		}
		require.NoError(t, err)
		var sum, left, right float64
		for _, v := range tc.left {
			sum += v
		}
		for c := range tc.channels {
			in := make([]float64, tc.channels)
			in[c] = 1
			out := m.apply(in)
			require.Len(t, out, 2)
			assert.InDelta(t, tc.left[c]/sum, out[0], 1e-12, "%s: channel %d to the left", tc.name, c)
			assert.InDelta(t, tc.right[c]/sum, out[1], 1e-12, "%s: channel %d to the right", tc.name, c)
			left += m[c].left
			right += m[c].right
		}
		assert.InDelta(t, 1, max(left, right), 1e-12, "%s: all at full scale is full scale", tc.name)
	}
}

func TestDownmixOfEveryLoudspeaker(t *testing.T) {
	all := uint32(1<<18 - 1)
	m, err := newMix(pcm.Format{SampleRate: 44100, Channels: 18, Layout: all})
	require.NoError(t, err)
	var left, right float64
	for i := range m {
		left += m[i].left
		right += m[i].right
		assert.Equal(t, uint32(1<<i) == speaker.LowFrequency, m[i].left+m[i].right == 0, "only the low frequency channel is dropped")
	}
	assert.InDelta(t, left, right, 1e-12, "both sides are as loud")
}

func TestNoDownmixOfTwo(t *testing.T) {
	for _, f := range []pcm.Format{format(44100, 1, pcm.S16), format(44100, 2, pcm.S16),
		{SampleRate: 44100, Channels: 2, Layout: speaker.FrontLeft | speaker.FrontRight}, {SampleRate: 44100, Channels: 1, Layout: speaker.LowFrequency}} {
		m, err := newMix(f)
		require.NoError(t, err)
		assert.Nil(t, m)
	}
}

// 5.1 with full scale of any sign in all channels never clips, and the channels of 2.1
// are unchanged.
func TestDownmixNeverClips(t *testing.T) {
	for channels := 3; channels <= 8; channels++ {
		in := make([]float64, channels*1000)
		for i := range in {
			in[i] = math.Copysign(1, math.Sin(float64(i*i)))
		}
		_, _, d := convert(t, pcm.F64, channels, floatsOf(in))
		assert.Equal(t, int64(1000), d.Frames)
		assert.Zero(t, d.Clipped)
	}
	src, err := ToCDDA(pcm.FromBytes("2.1", pcm.Format{SampleRate: 44100, Channels: 3, Layout: speaker.FrontLeft | speaker.FrontRight | speaker.LowFrequency},
		bytesOf(pcm.S16, 0.5, -0.25, 0.9, 1.0/32768, -1, 1.0/32768)))
	require.NoError(t, err)
	assert.Equal(t, bytesOf(pcm.S16, 0.5, -0.25, 1.0/32768, -1), readAll(t, src))
}
