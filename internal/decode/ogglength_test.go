package decode

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/audio"
)

// oggPages are the bytes at which pages begin.
func oggPages(data []byte) (list []int) {
	for at := 0; at < len(data); {
		next := bytes.Index(data[at+4:], []byte("OggS"))
		list = append(list, at)
		if next < 0 {
			break
		}
		at += 4 + next
	}
	return list
}

// lastAt gives the last page a position.
func lastAt(data []byte, granule int64) []byte {
	data = bytes.Clone(data)
	pages := oggPages(data)
	binary.LittleEndian.PutUint64(data[pages[len(pages)-1]+6:], uint64(granule))
	return oggFix(data)
}

// A last page may count some samples more than the packets hold. How many those hold FFmpeg 7
// reports when the last position is too high by far: ffmpeg -i x.ogg -f s16le - | wc -c.
func TestLastOggPageCountsTooMany(t *testing.T) {
	for _, f := range []struct {
		name                   string
		granule, frames, limit int64 // of all packets; delivered of them; of the excess
	}{{"signal.ogg", 6656, 6656, 1024}, {"mono.ogg", 3328, 3328, 512}, {"signal.opus", 7680, 7368, 5760}} {
		data := fixture(t, f.name)
		all := open(t, write(t, f.name, lastAt(data, f.granule)))
		require.Equal(t, f.frames, all.Frames(), f.name)
		for _, more := range []int64{1, 100, f.limit - 1} {
			path := write(t, f.name, lastAt(data, f.granule+more))
			require.NoError(t, check(path), "%s %d", f.name, more)
			h := open(t, path)
			assert.Contains(t, h.Note(), "samples more than there are")
			assert.Equal(t, readAll(t, all), readAll(t, h))
		}
		assert.ErrorIs(t, check(write(t, f.name, lastAt(data, f.granule+f.limit))), audio.ErrTruncated, f.name)
	}
}

// A first position that is wrong is not silently taken for a cut at the end.
func TestOggPositionsDisagree(t *testing.T) {
	data := fixture(t, "floor0even.ogg")
	binary.LittleEndian.PutUint64(data[oggPages(data)[3]+6:], 600)
	f := open(t, write(t, "x.ogg", oggFix(data)))
	assert.Equal(t, "its last Ogg page cuts off 600 samples, more than the end of a packet", f.Note())
}

// renumber adds to the page numbers from page n on.
func renumber(data []byte, n int, by uint32) []byte {
	data = bytes.Clone(data)
	for _, at := range oggPages(data)[n:] {
		binary.LittleEndian.PutUint32(data[at+18:], binary.LittleEndian.Uint32(data[at+18:])+by)
	}
	return oggFix(data)
}

// A wrong page number is accepted only where positions show that no audio is missing.
func TestOggPageNumbers(t *testing.T) {
	data := fixture(t, "floor0even.ogg") // many pages, and positions that are exact
	good, pages := readAll(t, open(t, testdata("floor0even.ogg"))), oggPages(data)
	for _, n := range []int{5, 6, 9} {
		f := open(t, write(t, "x.ogg", renumber(data, n, 3)))
		assert.Contains(t, f.Note(), "wrong numbers on 1 of its Ogg pages")
		assert.Equal(t, good, readAll(t, f), n)

		missing := append(bytes.Clone(data[:pages[n]]), data[pages[n+1]:]...)
		assert.ErrorIs(t, check(write(t, "missing.ogg", missing)), audio.ErrCorrupt)
		swapped := append(bytes.Clone(data[:pages[n]]), data[pages[n+1]:pages[n+2]]...)
		swapped = append(append(swapped, data[pages[n]:pages[n+1]]...), data[pages[n+2]:]...)
		assert.ErrorIs(t, check(write(t, "swapped.ogg", swapped)), audio.ErrCorrupt)
	}
	assert.ErrorIs(t, check(write(t, "headers.ogg", renumber(data, 2, 1))), audio.ErrCorrupt, "a comment may be missing")
	// Its last position cuts the audio off, so it proves nothing.
	assert.ErrorIs(t, check(write(t, "x.ogg", renumber(fixture(t, "signal.ogg"), 3, 1))), audio.ErrCorrupt)
}
