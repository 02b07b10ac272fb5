package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/internal/wav"
	"github.com/redbook-audio/redbook/pcm"
)

// The album that is kept in the repository is what the program makes.
func TestRegeneratingGivesTheSameBytes(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, run(dir))
	kept, err := filepath.Glob(filepath.Join("..", "*.wav"))
	require.NoError(t, err)
	require.Len(t, kept, len(album))
	total := 0
	for i, path := range kept {
		require.Equal(t, album[i].file, filepath.Base(path))
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		have, err := os.ReadFile(filepath.Join(dir, filepath.Base(path)))
		require.NoError(t, err)
		require.True(t, string(want) == string(have), "%s differs", path)
		total += len(want)
	}
	require.LessOrEqual(t, total, 3_000_000, "small enough to keep")
}

// Each piece is music: long enough for a track, in the format of a disc, loud
// enough to be heard, never limited, and silent at its end.
func TestPiecesAreMusic(t *testing.T) {
	for _, p := range album {
		data := p.render()
		loudest, last := 0, 0
		for i := 0; i < len(data); i += 2 {
			v := int(int16(uint16(data[i]) | uint16(data[i+1])<<8))
			loudest = max(loudest, v, -v)
			if i >= len(data)-40 {
				last = max(last, v, -v)
			}
		}
		require.Greater(t, loudest, 8000, p.file)
		require.Less(t, loudest, 32767, p.file)
		require.Less(t, last, 100, p.file)

		f, err := wav.Open(filepath.Join("..", p.file))
		require.NoError(t, err)
		require.Equal(t, pcm.CDDA, f.Format())
		require.Equal(t, int64(p.frames), f.Frames())
		require.GreaterOrEqual(t, pcm.Sectors(f), int64(300))
		_, err = reading.Check(context.Background(), f, nil)
		require.NoError(t, err)
	}
}

func TestSineAndPitch(t *testing.T) {
	require.Equal(t, int64(0), sine(0))
	require.InDelta(t, 32768, sine(0x4000), 40)
	require.InDelta(t, -32768, sine(0xC000), 40)
	require.InDelta(t, 23170, sine(0x2000), 60) // 45 degrees
	require.Equal(t, int64(440000), frequency(0))
	require.Equal(t, int64(220000), frequency(-12))
	require.Equal(t, int64(880000), frequency(12))
	require.InDelta(t, 261626, frequency(-9), 1) // middle C
}

func TestRunSaysWhatFailed(t *testing.T) {
	require.ErrorIs(t, run(filepath.Join(t.TempDir(), "missing")), os.ErrNotExist)
}
