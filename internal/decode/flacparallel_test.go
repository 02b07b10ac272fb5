package decode

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
)

// outcome is the result of a reading: samples, or an error as text.
func outcome(path string) (data []byte, text string) {
	f, err := Open(path)
	if err != nil {
		return nil, err.Error()
	}
	r, err := pcm.Open(f)
	if err != nil {
		return nil, err.Error()
	}
	defer r.Close()
	if data, err = io.ReadAll(r); err != nil {
		text = err.Error()
	}
	return data, text
}

// bothWays opens a file with one processor and with several.
func bothWays(t *testing.T, path, name string) {
	t.Helper()
	before := runtime.GOMAXPROCS(1)
	want, wantErr := outcome(path)
	runtime.GOMAXPROCS(4)
	have, haveErr := outcome(path)
	runtime.GOMAXPROCS(before)
	assert.Equal(t, wantErr, haveErr, name)
	assert.True(t, bytes.Equal(want, have), name)
}

// Frames decoded in parallel give the same as one after the other: samples, errors, and the
// position of the errors, whatever is damaged.
func TestFLACSideBySide(t *testing.T) {
	small := fixture(t, "signal.flac")
	random := rand.New(rand.NewPCG(1, 2))
	step := 1
	if testing.Short() {
		step = 5
	}
	for i := 0; i < 200; i += step {
		data := bytes.Clone(small)
		data[random.IntN(len(data))] ^= 1 << random.IntN(8)
		bothWays(t, write(t, "x.flac", data), "bit flipped")
		bothWays(t, write(t, "x.flac", small[:i*len(small)/200]), "cut")
	}
	if dir := corpus(t, "flac"); dir != "" {
		files, err := filepath.Glob(filepath.Join(dir, "*.flac"))
		require.NoError(t, err)
		for _, path := range files {
			bothWays(t, path, filepath.Base(path))
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			data[len(data)*2/3] ^= 0x10
			bothWays(t, write(t, "x.flac", data), "damaged "+filepath.Base(path))
		}
	}
}

// A reading that ends early blocks no later one.
func TestFLACSideBySideEndsEarly(t *testing.T) {
	before := runtime.GOMAXPROCS(4)
	defer runtime.GOMAXPROCS(before)
	dir := corpus(t, "flac")
	if dir == "" {
		return
	}
	f := open(t, filepath.Join(dir, "subset-01-blocksize-4096.flac"))
	for range 50 {
		r, err := f.Open()
		require.NoError(t, err)
		_, err = io.ReadFull(r, make([]byte, 100_000))
		require.NoError(t, err)
		require.NoError(t, r.Close())
	}
	assert.Empty(t, flacTokens)
	d, err := reading.Check(context.Background(), f, nil)
	require.NoError(t, err)
	assert.Equal(t, f.Frames(), d.Frames)
}

// A long file on one core and on all of them: compare with `flac -d`.
func BenchmarkFLAC(b *testing.B) {
	path := filepath.Join("..", "..", "shared", "corpus", "flac", "subset-01-blocksize-4096.flac")
	f, err := Open(path)
	if err != nil {
		b.Skip(err)
	}
	for name, n := range map[string]int{"one core": 1, "all cores": runtime.GOMAXPROCS(0)} {
		b.Run(name, func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
			b.SetBytes(f.Frames() * int64(f.Format().FrameBytes()))
			for b.Loop() {
				if _, err := reading.Check(context.Background(), f, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
