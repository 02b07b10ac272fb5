package decode

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/internal/wav"
	"github.com/redbook-audio/redbook/pcm"
)

// corpus finds the folder of foreign files: REDBOOK_CORPUS, or corpus in a folder "shared"
// next to the project. Without it, it logs that and returns "".
func corpus(t *testing.T, folder string) string {
	root := os.Getenv("REDBOOK_CORPUS")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "corpus")
	}
	dir := filepath.Join(root, folder)
	if _, err := os.Stat(dir); err != nil {
		t.Skip("set REDBOOK_CORPUS to the folder of the corpus to run it")
		return ""
	}
	return dir
}

// tools reports whether the reference programs are installed.
func tools(t *testing.T, names ...string) bool {
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed", name)
			return false
		}
	}
	return true
}

// run runs another program. If it fails, perhaps because it lacks a codec, that is not our
// failure: the test is skipped.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Skipf("%s %v: %v: %s", name, args, err, out)
	}
}

// open opens a file that must be valid.
func open(t *testing.T, path string) *File {
	t.Helper()
	f, err := Open(path)
	require.NoError(t, err)
	return f
}

// readAll reads a source to its end, with the checks of pcm.
func readAll(t *testing.T, src pcm.Source) []byte {
	t.Helper()
	r, err := pcm.Open(src)
	require.NoError(t, err)
	data, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	return data
}

// floats returns all samples with full scale 1.
func floats(t *testing.T, src pcm.Source) []float64 {
	t.Helper()
	data := readAll(t, src)
	e := src.Format().Encoding
	out := make([]float64, 0, len(data)/e.Bytes())
	le := binary.LittleEndian
	for p := data; len(p) > 0; p = p[e.Bytes():] {
		var v float64
		switch e {
		case pcm.U8:
			v = float64(int(p[0])-128) / (1 << 7)
		case pcm.S16:
			v = float64(int16(le.Uint16(p))) / (1 << 15)
		case pcm.S24:
			v = float64(int32(uint32(p[0])<<8|uint32(p[1])<<16|uint32(p[2])<<24)) / (1 << 31)
		case pcm.S32:
			v = float64(int32(le.Uint32(p))) / (1 << 31)
		case pcm.F32:
			v = float64(math.Float32frombits(le.Uint32(p)))
		case pcm.F64:
			v = math.Float64frombits(le.Uint64(p))
		}
		out = append(out, v)
	}
	return out
}

// difference compares samples: the largest difference and the root mean square, in
// steps of 16 bits, over the common length.
func difference(a, b []float64) (most, rms float64) {
	n := min(len(a), len(b))
	for i := range n {
		d := math.Abs(a[i]-b[i]) * 32768
		most = max(most, d)
		rms += d * d
	}
	return most, math.Sqrt(rms / float64(max(n, 1)))
}

// same requires two sources to have equal samples, whatever their encodings.
func same(t *testing.T, want, have pcm.Source, text ...any) {
	t.Helper()
	assert.Equal(t, want.Format().SampleRate, have.Format().SampleRate, text...)
	assert.Equal(t, want.Format().Channels, have.Format().Channels, text...)
	require.Equal(t, want.Frames(), have.Frames(), text...)
	most, _ := difference(floats(t, want), floats(t, have))
	assert.Zero(t, most, text...)
}

// near requires a lossy decoder to agree with a reference that rounds to 16 bits.
func near(t *testing.T, want, have pcm.Source, most, rms float64, text ...any) {
	t.Helper()
	assert.Equal(t, want.Format().SampleRate, have.Format().SampleRate, text...)
	assert.Equal(t, want.Format().Channels, have.Format().Channels, text...)
	require.Equal(t, want.Frames(), have.Frames(), text...)
	m, r := difference(floats(t, want), floats(t, have))
	assert.LessOrEqual(t, m, most, text...)
	assert.LessOrEqual(t, r, rms, text...)
}

// wave opens a WAV file with package wav, the basis of the comparisons.
func wave(t *testing.T, path string) pcm.Source {
	t.Helper()
	f, err := wav.Open(path)
	require.NoError(t, err)
	return f
}

// write writes bytes to a new file.
func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, data, 0o666))
	return path
}

// fixture reads a file of testdata.
func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return data
}

// check opens a file and reads it to its end, as is done before a burn.
func check(path string) error {
	f, err := Open(path)
	if err != nil {
		return err
	}
	_, err = reading.Check(context.Background(), f, nil)
	return err
}

// without runs a test as if no other program were installed.
func without(t *testing.T) { t.Setenv("PATH", t.TempDir()) }

// flip changes bits of a copy.
func flip(data []byte, at int, bits byte) []byte {
	data = bytes.Clone(data)
	data[at] ^= bits
	return data
}

// commentTags are the tags of a block of Vorbis comments.
func commentTags(p []byte) Tags {
	t := comments(newSkipper(sectionOf(p)))
	return t.tags()
}
