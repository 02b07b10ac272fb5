package whole

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func never() error { return nil }

func look(data []byte) (Account, error) {
	return Look(bytes.NewReader(data), 0, int64(len(data)), never)
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return data
}

// signal is the length of the original of the files in testdata, in seconds.
const signal = 0.15

// Files of other programs: the promised length, and whether it is proven. Cut anywhere, a
// file is refused, unless it contains no sign of its length.
func TestForeignFiles(t *testing.T) {
	for _, tc := range []struct {
		name    string
		proven  bool
		promise bool
		rate    int // 0: of the decoder
	}{
		{"mulaw.au", true, true, 44100}, {"pcm.w64", true, true, 44100}, {"alac.caf", true, true, 44100},
		{"aac.m4a", true, true, 44100}, {"frag.m4a", true, true, 44100}, {"flac.mka", true, true, 22050},
		{"opus.webm", true, true, 1000}, {"a.wma", true, true, 1000}, {"a.tta", true, true, 44100}, {"a.wv", true, true, 44100},
		{"sv8.mpc", true, true, 44100}, {"a.rm", false, false, 0}, {"a.avi", true, true, 1000},
		{"mp3.flv", false, false, 0},
		{"a.aac", false, true, 44100}, {"a.mp2", false, true, 44100}, {"a.ac3", false, true, 44100}, {"a.eac3", false, true, 44100}, {"a.dts", false, true, 44100},
	} {
		data := fixture(t, tc.name)
		a, err := look(data)
		require.NoError(t, err, tc.name)
		assert.Equal(t, tc.proven, a.Proven, tc.name)
		assert.Empty(t, a.Notes, tc.name)
		assert.False(t, a.Open, tc.name)
		if tc.promise {
			assert.InDelta(t, signal, float64(a.Frames)/float64(tc.rate), 0.075, "%s promises %d frames", tc.name, a.Frames)
		} else {
			assert.Equal(t, int64(-1), a.Frames, tc.name)
		}
		for n := range len(data) {
			b, err := look(data[:n])
			if tc.proven {
				if n >= 12 && err == nil {
					assert.False(t, b.Proven, "%s: %d bytes of %d", tc.name, n, len(data))
				}
				continue
			}
			if err == nil && n > 64 {
				assert.False(t, b.Proven, "%s: %d bytes", tc.name, n)
				assert.LessOrEqual(t, b.Frames, a.Frames, "%s: %d bytes", tc.name, n)
			}
		}
		// A second file after the first is found if the end of the first one is known;
		// frames continue without one.
		_, err = look(append(bytes.Clone(data), data...))
		if tc.name == "a.rm" {
			continue
		}
		if tc.proven || tc.name == "mp3.flv" {
			assert.ErrorIs(t, err, ErrSecond, tc.name)
		} else {
			assert.NoError(t, err, tc.name)
		}
		if tc.proven {
			a, err = look(append(bytes.Clone(data), "\xEFsomething else"...))
			require.NoError(t, err, tc.name)
			assert.Equal(t, []string{"15 bytes after the end of the audio are left out"}, a.Notes, tc.name)
			tag := append([]byte("TAG"), make([]byte, 125)...)
			a, err = look(append(append(bytes.Clone(data), make([]byte, 3000)...), tag...))
			require.NoError(t, err, tc.name)
			assert.Empty(t, a.Notes, tc.name)
		}
	}
}

// Any damage gives an error or an account, never a panic or an endless loop.
func TestAnyDamage(t *testing.T) {
	files, err := filepath.Glob("testdata/*.*")
	require.NoError(t, err)
	for _, path := range files {
		data := fixture(t, filepath.Base(path))
		for at := range min(len(data), 3000) {
			if testing.Short() && at%5 != 0 {
				continue
			}
			for _, v := range []byte{0, 0x7F, 0xFF} {
				bad := bytes.Clone(data)
				bad[at] = v
				a, err := look(bad)
				if err == nil {
					assert.GreaterOrEqual(t, a.Frames, int64(-1), "%s: byte %d is %02Xh", path, at, v)
				}
			}
		}
	}
}

// Frames that aren't adjacent are damage, and zeros at the end a cut.
func TestFramesInARow(t *testing.T) {
	for _, name := range []string{"a.aac", "a.mp2", "a.ac3", "a.eac3", "a.dts"} {
		data := fixture(t, name)
		_, err := look(append(bytes.Clone(data), make([]byte, 5000)...))
		assert.ErrorIs(t, err, ErrTruncated, name)
		a, err := look(append(bytes.Clone(data), make([]byte, 100)...))
		assert.NoError(t, err, name)
		assert.Positive(t, a.Frames, name)
		assert.Empty(t, a.Notes, name)
		a, err = look(append(bytes.Clone(data), make([]byte, 700)...))
		assert.NoError(t, err, name)
		assert.Equal(t, []string{"its last 700 bytes are zeros"}, a.Notes, name)
		half := len(data) / 2
		_, err = look(append(bytes.Clone(data[:half]), data[half+5:]...))
		assert.Error(t, err, name)
		_, err = look(append(bytes.Clone(data), "ID3\x04\x00\x00\x00\x00\x00\x02ab"...))
		assert.NoError(t, err, name)
	}
}

// A stream of frames is known by three in a row, wherever it begins.
func TestStream(t *testing.T) {
	for name, want := range map[string]string{
		"a.aac": "AAC", "a.mp2": "MPEG Layer II", "a.ac3": "AC-3", "a.eac3": "AC-3", "a.dts": "DTS", "a.tta": "", "mp3.flv": "",
		"a.thd": "TrueHD", "a.mlp": "MLP",
	} {
		data := fixture(t, name)
		assert.Equal(t, want, Stream(bytes.NewReader(data), 0, int64(len(data))), name)
		data = append([]byte("\xFF\xF1junk"), data...)
		size := int64(len(data))
		assert.Equal(t, want, Stream(bytes.NewReader(data), 6, size), name)
		for at := range int64(6) {
			assert.Empty(t, Stream(bytes.NewReader(data), at, size), "%s: byte %d", name, at)
		}
		assert.Empty(t, Stream(bytes.NewReader(data[:20]), 6, 20), name)
	}
}

// zeroTail is a file whose bytes past data are zeros.
type zeroTail struct{ data []byte }

func (z zeroTail) ReadAt(p []byte, at int64) (int, error) {
	clear(p)
	if at < int64(len(z.data)) {
		copy(p, z.data[at:])
	}
	return len(p), nil
}

// Attachments that ffmpeg can't load are the reason that is reported.
func TestLargeAttachments(t *testing.T) {
	data := fixture(t, "flac.mka")
	before, _, _ := bytes.Cut(data, []byte("\x18\x53\x80\x67"))
	p := append(bytes.Clone(before), "\x18\x53\x80\x67\x08\x10\x00\x00\x00\x19\x41\xA4\x69\x08\x0F\xFF\xFF\xF0\x61\xA7\x08\x0F\xFF\xFF\x00"...)
	_, err := Look(zeroTail{p}, 0, 1<<20, never)
	assert.ErrorIs(t, err, ErrTruncated)
	_, err = Look(zeroTail{p}, 0, 1<<40, never)
	require.ErrorIs(t, err, ErrLarge)
	assert.ErrorContains(t, err, "has 268 MB")
}

// A damaged header in the movie of an AVI file loses what follows it up to the next.
func TestAVIChunks(t *testing.T) {
	data := fixture(t, "a.avi")
	movie := bytes.Index(data, []byte("movi"))
	at := movie + bytes.LastIndex(data[movie:bytes.Index(data, []byte("idx1"))], []byte("00wb"))
	for _, change := range []string{"\x00\x00\x00\x00", "00wb\xFF\xFF"} {
		bad := bytes.Clone(data)
		copy(bad[at:], change)
		_, err := look(bad)
		assert.ErrorIs(t, err, ErrDamaged, "%q", change)
	}
	flv := append(fixture(t, "mp3.flv"), append([]byte("TAG"), make([]byte, 125)...)...)
	_, err := look(flv)
	assert.NoError(t, err, "Flash video and a tag")
}

// What follows the audio of a Wave64 file, and a size that leaves out some of it.
func TestW64Tail(t *testing.T) {
	data := fixture(t, "pcm.w64")
	at := bytes.Index(data, []byte("data"))
	size := binary.LittleEndian.Uint64(data[at+16:])
	chunk := func(name string) []byte {
		p := append([]byte(name), data[at+4:at+16]...)
		return append(binary.LittleEndian.AppendUint64(p, 32), "content."...)
	}
	for _, less := range []uint64{1, 4, size / 2} {
		bad := bytes.Clone(data)
		binary.LittleEndian.PutUint64(bad[at+16:], size-less)
		a, err := look(bad)
		require.NoError(t, err)
		assert.NotEmpty(t, a.Notes, "%d bytes less", less)
	}
	longer := func(p []byte) []byte {
		out := append(bytes.Clone(data), p...)
		binary.LittleEndian.PutUint64(out[16:], uint64(len(out)))
		return out
	}
	a, err := look(longer(chunk("bext")))
	require.NoError(t, err)
	assert.Empty(t, a.Notes)
	_, err = look(longer(chunk("data")))
	assert.ErrorIs(t, err, ErrSecond)
}

// The checksums of containers that have one.
func TestChecksums(t *testing.T) {
	tta := fixture(t, "a.tta")
	for _, at := range []int{8, 20, 23} {
		bad := bytes.Clone(tta)
		bad[at] ^= 1
		_, err := look(bad)
		assert.ErrorIs(t, err, ErrDamaged, "byte %d", at)
	}
	mpc := fixture(t, "sv8.mpc")
	at := bytes.Index(mpc, []byte("SH"))
	for _, off := range []int{3, 8, 12} {
		bad := bytes.Clone(mpc)
		bad[at+off] ^= 1
		_, err := look(bad)
		assert.ErrorIs(t, err, ErrDamaged, "byte %d of the stream header", off)
	}
	a, err := look(fixture(t, "flac.mka"))
	require.NoError(t, err)
	assert.Equal(t, 16, a.Bits, "the stream info has an MD5")
	assert.Equal(t, int64(3308), a.Frames)
}

// ape makes a Monkey's Audio file from the format's documentation, because no free encoder exists.
func ape(frames string) []byte {
	le := binary.LittleEndian
	head := le.AppendUint16(nil, 2000)
	head = le.AppendUint16(head, 0)
	for _, v := range []uint32{73728, 1000, 3} {
		head = le.AppendUint32(head, v)
	}
	head = append(head, "\x10\x00\x02\x00\x44\xAC\x00\x00"...)
	seek := []byte("seektabl")
	sum := md5.New()
	sum.Write([]byte("wavheader" + frames))
	sum.Write(head)
	sum.Write(seek)
	p := []byte("MAC ")
	p = le.AppendUint16(p, 3990)
	p = le.AppendUint16(p, 0)
	for _, v := range []int{52, len(head), len(seek), len("wavheader"), len(frames), 0, 0} {
		p = le.AppendUint32(p, uint32(v))
	}
	p = append(append(p, sum.Sum(nil)...), head...)
	return append(append(p, seek...), "wavheader"+frames...)
}

func TestAPE(t *testing.T) {
	data := ape("frames of audio")
	a, err := look(data)
	require.NoError(t, err)
	assert.Equal(t, int64(2*73728+1000), a.Frames)
	assert.True(t, a.Proven)
	_, err = look(data[:len(data)-1])
	assert.ErrorIs(t, err, ErrTruncated)
	bad := bytes.Clone(data)
	bad[len(bad)-1] ^= 1
	_, err = look(bad)
	assert.ErrorIs(t, err, ErrDamaged)
}

// An unknown container promises nothing.
func TestUnknown(t *testing.T) {
	a, err := look([]byte("something that nobody knows, of some length and more than that"))
	require.NoError(t, err)
	assert.Equal(t, Account{Frames: -1}, a)
}

func TestStop(t *testing.T) {
	data := fixture(t, "a.mp2")
	_, err := Look(bytes.NewReader(data), 0, int64(len(data)), func() error { return os.ErrDeadlineExceeded })
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
}

// counter counts the readings of a file.
type counter struct {
	*bytes.Reader
	calls int
}

func (c *counter) ReadAt(p []byte, at int64) (int, error) {
	c.calls++
	return c.Reader.ReadAt(p, at)
}

// Millions of empty elements take few readings.
func TestManyElements(t *testing.T) {
	data := fixture(t, "flac.mka")
	cluster := bytes.Index(data, []byte{0x1F, 0x43, 0xB6, 0x75})
	void := bytes.Repeat([]byte{0xEC, 0x80}, 1<<17)
	data = bytes.Join([][]byte{openSegment(data[:cluster]), void, data[cluster:]}, nil)
	r := &counter{Reader: bytes.NewReader(data)}
	_, err := Look(r, 0, int64(len(data)), never)
	require.NoError(t, err)
	assert.Less(t, r.calls, 500)
}

// openSegment makes the size of the segment unknown.
func openSegment(p []byte) []byte {
	at := bytes.Index(p, []byte{0x18, 0x53, 0x80, 0x67}) + 4
	p = bytes.Clone(p)
	copy(p[at:], "\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF")
	return p
}

// Tables that ffmpeg would keep in memory are refused if they are larger than any real one.
func TestHugeTables(t *testing.T) {
	data := fixture(t, "flac.mka")
	cluster := bytes.Index(data, []byte{0x1F, 0x43, 0xB6, 0x75})
	for _, id := range []string{"\x12\x54\xC3\x67", "\x1C\x53\xBB\x6B", "\x10\x43\xA7\x70", "\x11\x4D\x9B\x74"} {
		size := func(n uint32) []byte { return binary.BigEndian.AppendUint32([]byte(id+"\x01\x00\x00\x00"), n) }
		_, err := lookSparse(t, append(openSegment(data[:cluster]), size(maxTables/2)...), maxTables/2, data[cluster:])
		require.NoError(t, err)
		two := append(append(openSegment(data[:cluster]), size(1)...), 0)
		_, err = lookSparse(t, append(two, size(maxTables)...), maxTables, data[cluster:])
		require.ErrorIs(t, err, ErrDamaged)
		assert.ErrorContains(t, err, "take more than 16 MB")
	}
	movie := fixture(t, "aac.m4a")
	binary.BigEndian.PutUint32(movie[bytes.Index(movie, []byte("moov"))-4:], maxMovie+8)
	_, err := lookSparse(t, movie, maxMovie, nil)
	require.ErrorIs(t, err, ErrDamaged)
	assert.ErrorContains(t, err, "takes more than 64 MB")
}

// lookSparse looks at a file with a hole in it.
func lookSparse(t *testing.T, before []byte, hole int64, after []byte) (Account, error) {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "x"))
	require.NoError(t, err)
	defer f.Close()
	_, err = f.Write(before)
	require.NoError(t, err)
	size := int64(len(before)) + hole + int64(len(after))
	require.NoError(t, f.Truncate(size))
	_, err = f.WriteAt(after, size-int64(len(after)))
	require.NoError(t, err)
	return Look(f, 0, size, never)
}
