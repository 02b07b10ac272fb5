package decode

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode/internal/ogg"
)

// Consecutive streams are played one after the other, as by oggdec, opusdec and ffmpeg.
func TestChainedOgg(t *testing.T) {
	for _, name := range []string{"signal.ogg", "signal.opus"} {
		data, one := fixture(t, name), readAll(t, open(t, testdata(name)))
		f := open(t, write(t, name, slices.Concat(data, data, data)))
		assert.Equal(t, slices.Concat(one, one, one), readAll(t, f), name)
		assert.Contains(t, f.Note(), "it holds 3 Ogg streams, which are played one after the other")
		assert.ErrorIs(t, check(write(t, "cut "+name, slices.Concat(data, data[:len(data)-100]))), audio.ErrTruncated)
		assert.Error(t, check(write(t, "beheaded "+name, slices.Concat(flip(data, 0, 1), data))), "only the second would be played")
		assert.ErrorIs(t, check(write(t, "damaged "+name, slices.Concat(data, flip(data, len(data)/2, 1)))), audio.ErrCorrupt)
	}
	err := check(write(t, "x.ogg", slices.Concat(fixture(t, "signal.ogg"), fixture(t, "mono.ogg"))))
	assert.ErrorContains(t, err, "the sample rate or the number of channels changes in the middle of the file")
}

// Of simultaneous streams the first is used, which is noted.
func TestMultiplexedOgg(t *testing.T) {
	first, second := fixture(t, "signal.opus"), bytes.Clone(fixture(t, "signal.opus"))
	head := 27 + int(second[26]) + len(ogg.Peek(second))
	require.Equal(t, "OggS", string(second[head:head+4]))
	second = second[:head] // a stream that begins and has no more pages
	binary.LittleEndian.PutUint32(second[14:], 99)
	clear(second[22:26])
	binary.LittleEndian.PutUint32(second[22:], pageSum(second))
	f := open(t, write(t, "x.opus", slices.Concat(first[:head], second, first[head:])))
	assert.Equal(t, readAll(t, open(t, testdata("signal.opus"))), readAll(t, f))
	assert.Equal(t, "it holds 2 audio streams, of which the first is taken", f.Note())
}

// pageSum is the checksum of a page (RFC 3533 6), bit by bit.
func pageSum(p []byte) (c uint32) {
	for _, v := range p {
		c ^= uint32(v) << 24
		for range 8 {
			c = c<<1 ^ 0x04C11DB7*(c>>31)
		}
	}
	return c
}
