package wav

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
)

// corpus finds the folder of WAV files written by other programs: REDBOOK_CORPUS, or
// corpus in a folder "shared" next to the project.
func corpus() string {
	root := os.Getenv("REDBOOK_CORPUS")
	if root == "" {
		dir, err := os.Getwd()
		if err != nil {
			return ""
		}
		for ; filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				break
			}
		}
		root = filepath.Join(filepath.Dir(dir), "shared", "corpus")
	}
	if _, err := os.Stat(filepath.Join(root, "wav")); err != nil {
		return ""
	}
	return filepath.Join(root, "wav")
}

// Files of real programs (go-audio/wav, fixtures): their formats, and that the samples
// are the bytes at the offset found with a hex viewer.
func TestCorpus(t *testing.T) {
	dir := corpus()
	if dir == "" {
		t.Skip("set REDBOOK_CORPUS to the folder of the corpus to run it")
	}
	for _, tc := range []struct {
		name   string
		f      pcm.Format
		frames int64
		start  int
	}{
		{"32bit.wav", pcm.Format{SampleRate: 44100, Channels: 1, Encoding: pcm.S32}, 88200, 44},
		{"dirty-kick-24b441k.wav", pcm.Format{SampleRate: 44100, Channels: 2, Encoding: pcm.S24}, 21340, 0x1000},
		{"kick-16b441k.wav", pcm.CDDA, 7782, 44},
		{"listChunkInHeader.wav", pcm.Format{SampleRate: 44100, Channels: 2, Encoding: pcm.S24}, 15318, 12288},
	} {
		path := filepath.Join(dir, tc.name)
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		f, err := Open(path)
		require.NoError(t, err)
		assert.Equal(t, tc.f, f.Format())
		assert.Equal(t, tc.frames, f.Frames())
		size := int(tc.frames) * tc.f.FrameBytes()
		require.Equal(t, "data", string(raw[tc.start-8:tc.start-4]))
		require.Equal(t, uint32(size), binary.LittleEndian.Uint32(raw[tc.start-4:]))
		r, err := f.Open()
		require.NoError(t, err)
		got, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, r.Close())
		assert.True(t, bytes.Equal(raw[tc.start:tc.start+size], got), tc.name)

		disc, err := convert.ToCDDA(f)
		require.NoError(t, err)
		d, err := reading.Check(context.Background(), disc, nil)
		require.NoError(t, err)
		assert.Equal(t, tc.frames, d.Frames)
	}
}
