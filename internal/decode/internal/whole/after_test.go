package whole

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// junk is the same random bytes each time.
func junk(n int) []byte {
	rng, p := rand.New(rand.NewPCG(7, uint64(n))), make([]byte, n)
	for i := range p {
		p[i] = byte(rng.UintN(256))
	}
	return p
}

// What follows a whole stream is left out, and noted unless it is a few zeros or a tag; a
// damaged or incomplete piece of the stream is not taken for junk.
func TestAfterStreams(t *testing.T) {
	tag := append([]byte("TAG"), make([]byte, 125)...)
	for _, name := range []string{"a.thd", "a.mlp", "mp3.flv", "a.ac3"} {
		data := fixture(t, name)
		for _, more := range [][]byte{junk(1), junk(30), junk(100), junk(1500), make([]byte, 3), make([]byte, 70_000), tag} {
			if name == "a.ac3" && len(more) == 70_000 {
				continue // an incomplete download
			}
			a, err := look(slices.Concat(data, more))
			require.NoError(t, err, "%s and %d bytes", name, len(more))
			assert.Equal(t, int64(len(data)), a.End, name)
			if len(more) == 3 || len(more) == len(tag) {
				assert.Empty(t, a.Notes, name)
			} else {
				assert.Len(t, a.Notes, 1, "%s and %d bytes", name, len(more))
			}
		}
		_, err := look(data[:len(data)-40])
		assert.ErrorIs(t, err, ErrTruncated, name)
		_, err = look(slices.Concat(data[:len(data)-40], make([]byte, 40)))
		if name == "mp3.flv" {
			assert.ErrorIs(t, err, ErrDamaged, name)
		}
		half := len(data) / 2
		_, err = look(slices.Concat(data[:half], junk(100), data[half:]))
		assert.Error(t, err, name)
		_, err = look(slices.Concat(data[:half], data[half+30:]))
		assert.Error(t, err, name)
	}
}

// All fragments of a long MP4 file are looked at, and far too many boxes are refused.
func TestManyBoxes(t *testing.T) {
	data := fixture(t, "frag.m4a")
	free := bytes.Repeat([]byte("\x00\x00\x00\x08free"), 1<<16+10)
	moof := bytes.Index(data, []byte("moof")) - 4
	long := slices.Concat(data[:moof], free, data[moof:])
	want, err := look(data)
	require.NoError(t, err)
	a, err := look(long)
	require.NoError(t, err)
	assert.Equal(t, want.Frames, a.Frames)
	assert.True(t, a.Proven)
	_, err = look(long[:bytes.LastIndex(long, []byte("mdat"))+10])
	assert.ErrorIs(t, err, ErrTruncated)
	inside := slices.Concat(be32(uint32(8+len(free))), []byte("moov"), free)
	_, err = look(slices.Concat(data[:moof], inside))
	assert.ErrorIs(t, err, ErrLarge)
}

func be32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }

// A size that isn't one of whole sample frames is noted.
func TestPartialFrames(t *testing.T) {
	data := fixture(t, "mulaw.au") // two channels of one byte
	size := binary.BigEndian.Uint32(data[8:])
	binary.BigEndian.PutUint32(data[8:], size-1)
	a, err := look(data)
	require.NoError(t, err)
	assert.Contains(t, a.Notes, "1 bytes after the last whole sample frame are left out")
	assert.Equal(t, int64(size/2-1), a.Frames)
}

// Tags after plain samples would be played as noise. NIST Sphere states how many there are.
func TestAfterSamples(t *testing.T) {
	v1 := append([]byte("TAG"), make([]byte, 125)...)
	foot := make([]byte, 32)
	copy(foot, "APETAGEX")
	foot[12] = 50
	ape := slices.Concat(make([]byte, 18), foot)
	v2 := slices.Concat([]byte("ID3\x04\x00\x10\x00\x00\x00\x64"), make([]byte, 100), []byte("3DI\x04\x00\x10\x00\x00\x00\x64"))
	for _, name := range []string{"a.sph", "a.sox", "a.sf", "a.paf"} {
		data := fixture(t, name)
		a, err := look(data)
		require.NoError(t, err, name)
		assert.Zero(t, a.End, name)
		assert.Equal(t, name == "a.sph" || name == "a.sox", a.Proven, name)
		for _, tags := range [][]byte{v1, ape, v2, slices.Concat(v2, ape, v1, v1)} {
			a, err := look(slices.Concat(data, tags))
			require.NoError(t, err, name)
			assert.Equal(t, int64(len(data)), a.End, name)
		}
	}
	sphere := fixture(t, "a.sph")
	a, err := look(slices.Concat(sphere, junk(100)))
	require.NoError(t, err)
	assert.Equal(t, Account{Frames: 160, Proven: true, End: 1024 + 320, Start: 1024, Bytes: 320, Notes: []string{"100 bytes after the end of the audio are left out"}}, a)
	_, err = look(sphere[:len(sphere)-1])
	assert.ErrorIs(t, err, ErrTruncated)
	own := fixture(t, "a.sox")
	_, err = look(own[:len(own)-1])
	assert.ErrorIs(t, err, ErrTruncated)
	a, err = look(own)
	require.NoError(t, err)
	assert.Equal(t, int64(80), a.Frames)
	_, err = look(bytes.Replace(sphere, []byte("end_head"), []byte("end_hade"), 1))
	assert.ErrorIs(t, err, ErrDamaged)
}
