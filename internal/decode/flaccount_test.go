package decode

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode/internal/flac"
)

// stated changes the number of samples in the stream info (RFC 9639 8.2: the lower 32 bits are
// bytes 22 to 25 of the file), and leaves the MD5 (26 to 41) or clears it.
func stated(data []byte, by int32, sum bool) []byte {
	data = at(data, 22, be32(uint32(int32(binary.BigEndian.Uint32(data[22:]))+by))...)
	if !sum {
		clear(data[26:42])
	}
	return data
}

// A stream info with a wrong number of samples is corrected where the frames prove it.
func TestFLACStatesWrongCount(t *testing.T) {
	data := fixture(t, "signal.flac")
	good := open(t, testdata("signal.flac"))
	samples := readAll(t, good)
	for _, by := range []int32{-1, 1, -1000, 1000, 100_000} {
		f := open(t, write(t, "x.flac", stated(data, by, true)))
		assert.Equal(t, samples, readAll(t, f), "%+d", by)
		assert.Contains(t, f.Note(), "as its checksum (MD5) proves")
		path := write(t, "y.flac", stated(data, by, false))
		if by > 0 {
			assert.ErrorIs(t, check(path), audio.ErrTruncated, "%+d: it is cut off", by)
			continue
		}
		f = open(t, path)
		assert.Equal(t, samples, readAll(t, f), "%+d", by)
		assert.Contains(t, f.Note(), "but it holds")
	}
	assert.Empty(t, good.Note())
	// Cut off between frames, or with a wrong MD5, it stays refused.
	at := frameEnd(t, data)
	assert.ErrorIs(t, check(write(t, "cut.flac", data[:at])), audio.ErrTruncated)
	assert.ErrorIs(t, check(write(t, "cut.flac", stated(data[:at], 0, false))), audio.ErrTruncated)
	assert.Error(t, check(write(t, "sum.flac", flip(stated(data, 100, true), 30, 1))))
	assert.Error(t, check(write(t, "double.flac", append(stated(data, -100, true), data...))))
}

// The headers of the first and the last frame tell how much lies between them.
func TestFLACSpan(t *testing.T) {
	for _, name := range []string{"signal.flac", "s24.flac"} {
		data := fixture(t, name)
		l, err := flac.ReadLayout(sectionOf(data), 0, int64(len(data)))
		assert.NoError(t, err)
		assert.Equal(t, l.Info.Frames, flac.Span(sectionOf(data), l.Audio, int64(len(data))), name)
	}
	data := fixture(t, "signal.flac")
	end := frameEnd(t, data)
	assert.Equal(t, int64(4096), flac.Span(sectionOf(data[:end]), int64(bytes.Index(data, []byte{0xFF, 0xF8})), int64(end)), "only the first frame")
}
