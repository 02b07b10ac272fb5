package spool

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/pcm"
)

// An album normalized to full scale as a whole: the loudest track reaches it, and the
// others are as far below it as before.
func TestAlbumNormalized(t *testing.T) {
	sources := []pcm.Source{
		pcm.FromBytes("loud", pcm.CDDA, constant(8192, 20000)),
		pcm.FromBytes("quiet", pcm.Format{SampleRate: 96000, Channels: 2}, constant(2048, 50000)),
	}
	var peaks []float64
	for _, src := range sources {
		p, err := convert.Peak(context.Background(), src, nil)
		require.NoError(t, err)
		peaks = append(peaks, p)
	}
	for i, src := range sources {
		louder, err := convert.Convert(src, convert.Options{Gain: convert.AlbumGain(peaks...)})
		require.NoError(t, err)
		sources[i] = louder
	}
	s, err := New(context.Background(), sources, &Options{Dir: t.TempDir()})
	require.NoError(t, err)
	defer s.Close()
	var level [2]float64
	for i, src := range s.Sources() {
		assert.Zero(t, s.Digests()[i].Clipped)
		r, err := src.Open()
		require.NoError(t, err)
		data := make([]byte, 4*src.Frames())
		_, err = r.Read(data)
		require.NoError(t, err)
		middle := data[len(data)/2&^3:]
		level[i] = float64(int16(uint16(middle[0]) | uint16(middle[1])<<8))
	}
	assert.InDelta(t, 32766, level[0], 2)
	assert.InDelta(t, 4, level[0]/level[1], 0.002)
}

// constant returns stereo frames of one value.
func constant(v int16, frames int) []byte {
	b := make([]byte, 0, 4*frames)
	for range 2 * frames {
		b = append(b, byte(v), byte(uint16(v)>>8))
	}
	return b
}
