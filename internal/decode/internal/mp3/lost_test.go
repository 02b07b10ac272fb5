package mp3

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A frame with a damaged header must not be taken for a part of the previous one, which
// would then have twice its bit rate: all later frames would come early.
func TestLostHeader(t *testing.T) {
	audio := fixture(t, "joint128.mp3")
	want, clean, _ := decode(t, audio)
	at, size := int(want.start), func(at int) int {
		h, ok := parseHeader(audio[at:])
		require.True(t, ok)
		return h.size(0)
	}
	for range 3 {
		at += size(at)
	}
	for n := range 5 {
		bad := bytes.Clone(audio)
		clear(bad[at : at+4])
		info, out, d := decode(t, bad)
		assert.Equal(t, want.Frames, info.Frames, "frame %d", 3+n)
		require.Len(t, info.Problems, 2)
		assert.Equal(t, Altered, info.Problems[0].Kind)
		assert.Equal(t, Lost, info.Problems[1].Kind)
		assert.Equal(t, int64(1), info.Problems[1].Frames)
		assert.Equal(t, int64(1), d.ConcealedFrames(), "the frames after it have all that they need")
		from := 2 * (int64(7+n)*1152 - want.skip)
		equal(t, clean[from:], out[from:], "after it")
		at += size(at)
	}
}

// A header damaged only in its bit rate still begins a frame.
func TestDamagedBitRate(t *testing.T) {
	audio := fixture(t, "joint128.mp3")
	want, _, _ := decode(t, audio)
	at := int(want.start)
	for range 3 {
		h, _ := parseHeader(audio[at:])
		at += h.size(0)
	}
	for _, rate := range []byte{5, 8, 14} { // 64, 112, 320 kbit/s
		bad := bytes.Clone(audio)
		bad[at+2] = bad[at+2]&0x0F | rate<<4
		info, _, _ := decode(t, bad)
		assert.Equal(t, want.Frames, info.Frames, "index %d", rate)
	}
}
