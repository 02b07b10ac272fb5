package decode_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/decode"
	"github.com/redbook-audio/redbook/pcm"
)

// sounds are blocks that make the encoder use each of its methods.
func sounds() map[string][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	stereo := func(n int, f func(i int) (l, r int)) []byte {
		b := make([]byte, 4*n)
		for i := range n {
			left, right := f(i)
			binary.LittleEndian.PutUint16(b[4*i:], uint16(int16(left)))
			binary.LittleEndian.PutUint16(b[4*i+2:], uint16(int16(right)))
		}
		return b
	}
	wave := func(i int) int { return int(20000 * math.Sin(float64(i)/17)) }
	return map[string][]byte{
		"silence":     stereo(10000, func(int) (int, int) { return 0, 0 }),
		"constant":    stereo(4096, func(int) (int, int) { return -32768, 32767 }),
		"noise":       stereo(50000, func(int) (int, int) { return r.IntN(65536) - 32768, r.IntN(65536) - 32768 }),
		"alike":       stereo(50000, func(i int) (int, int) { return wave(i), wave(i) + r.IntN(3) }),
		"one side":    stereo(9000, func(i int) (int, int) { return wave(i), 0 }),
		"opposite":    stereo(9000, func(i int) (int, int) { return wave(i), -wave(i) }),
		"full scale":  stereo(9000, func(i int) (int, int) { return 32767 - 65535*(i%2), -32768 + 65535*(i%2) }),
		"click":       stereo(9000, func(i int) (int, int) { return 32767 * (i / 5000 % 2), -32768 * (i / 4999 % 2) }),
		"one sample":  stereo(1, func(int) (int, int) { return 5, -7 }),
		"four":        stereo(4, func(i int) (int, int) { return i, -i * i }),
		"five":        stereo(5, func(i int) (int, int) { return i, -i * i }),
		"block and 1": stereo(4097, func(i int) (int, int) { return wave(i), wave(i + 40) }),
		"long":        stereo(588*2000, func(i int) (int, int) { return wave(i) / (1 + i%3), wave(i + 9) }),
	}
}

func writeFLAC(t testing.TB, path string, data []byte, tags decode.FLACTags) {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	w, err := decode.NewFLACWriter(f, int64(len(data)/4), tags)
	require.NoError(t, err)
	for len(data) > 0 {
		n := min(len(data), 7000)
		_, err := w.Write(data[:n])
		require.NoError(t, err)
		data = data[n:]
	}
	require.NoError(t, w.Close())
	require.NoError(t, f.Close())
}

// The written audio is decoded bit for bit: by our own decoder, and by others if they are
// installed.
func TestFLACRoundTrip(t *testing.T) {
	dir, all := t.TempDir(), sounds()
	for name, data := range all {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name+".flac")
			writeFLAC(t, path, data, decode.FLACTags{{"TITLE", "Größe"}, {"ARTIST", ""}, {"TRACKNUMBER", "3"}})
			f, err := decode.Open(path)
			require.NoError(t, err)
			assert.Equal(t, pcm.CDDA, f.Format())
			assert.Equal(t, int64(len(data)/4), f.Frames())
			assert.Equal(t, "Größe", f.Tags().Title)
			r, err := f.Open()
			require.NoError(t, err)
			got, err := io.ReadAll(r)
			require.NoError(t, err)
			require.NoError(t, r.Close())
			assert.True(t, bytes.Equal(data, got))

			if flac, err := exec.LookPath("flac"); err == nil && !testing.Short() {
				out, err := exec.Command(flac, "--totally-silent", "--stdout", "--decode", "--force-raw-format", "--endian=little", "--sign=signed", path).Output()
				require.NoError(t, err)
				assert.True(t, bytes.Equal(data, out), "flac")
				out, err = exec.Command(flac, "--test", "--warnings-as-errors", path).CombinedOutput()
				assert.NoError(t, err, "%s", out)
			}
		})
	}
	if !testing.Short() {
		decodedByFFmpeg(t, dir, all)
	}
}

// decodedByFFmpeg decodes all files with one ffmpeg, because starting it takes longer than
// its work.
func decodedByFFmpeg(t *testing.T, dir string, all map[string][]byte) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		return
	}
	args, outputs := []string{"-v", "error", "-xerror"}, []string(nil)
	for name := range all {
		args = append(args, "-i", filepath.Join(dir, name+".flac"))
		outputs = append(outputs, "-map", strconv.Itoa(len(outputs)/5), "-f", "s16le", filepath.Join(dir, name+".raw"))
	}
	said, err := exec.Command(ffmpeg, append(args, outputs...)...).CombinedOutput()
	require.NoError(t, err, "%s", said)
	assert.Empty(t, string(said))
	for name, data := range all {
		out, err := os.ReadFile(filepath.Join(dir, name+".raw"))
		require.NoError(t, err)
		assert.True(t, bytes.Equal(data, out), "ffmpeg: %s", name)
	}
}

// Audio of a length other than announced, or that ends within a sample, is an error.
func TestFLACLength(t *testing.T) {
	for _, n := range []int{0, 4, 12, 6} {
		w, err := decode.NewFLACWriter(discard{}, 2, nil)
		require.NoError(t, err)
		_, err = w.Write(make([]byte, n))
		require.NoError(t, err)
		assert.ErrorIs(t, w.Close(), io.ErrUnexpectedEOF, "%d bytes", n)
	}
	_, err := decode.NewFLACWriter(full{}, 2, nil)
	assert.ErrorIs(t, err, errFull)
	w, err := decode.NewFLACWriter(full{100}, 1<<20, nil)
	require.NoError(t, err)
	n, err := w.Write(make([]byte, 1<<17))
	assert.ErrorIs(t, err, errFull)
	assert.Less(t, n, 1<<17)
	assert.ErrorIs(t, w.Close(), errFull)
}

type discard struct{}

func (discard) WriteAt(p []byte, _ int64) (int, error) { return len(p), nil }

var errFull = errors.New("disk full")

// full is a disk that has no room past an offset.
type full struct{ to int64 }

func (f full) WriteAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) > f.to {
		return 0, errFull
	}
	return len(p), nil
}

func BenchmarkFLACWriter(b *testing.B) {
	data := sounds()["long"]
	w, err := decode.NewFLACWriter(discard{}, 1<<40, nil)
	require.NoError(b, err)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		_, err := w.Write(data)
		require.NoError(b, err)
	}
}
