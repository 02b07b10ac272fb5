package decode

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
)

func TestRaw(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, data, 0o666))
		return path
	}
	f, err := OpenRaw(write("a.bin", make([]byte, 2352)))
	require.NoError(t, err)
	assert.Equal(t, Raw, f.Kind())
	assert.True(t, f.Direct())
	d, err := reading.Check(context.Background(), f, nil)
	require.NoError(t, err)
	assert.EqualValues(t, 588, d.Frames)
	assert.Equal(t, pcm.CDDA, f.Format())

	_, err = OpenRaw(write("odd.bin", make([]byte, 2351)))
	assert.ErrorContains(t, err, "odd.bin")
	_, err = OpenRaw(filepath.Join(dir, "none.bin"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = OpenRaw(dir)
	assert.ErrorIs(t, err, audio.ErrNotAudio)

	for name, want := range map[string]bool{"signal.wav": true, "signal.aiff": true, "signal.flac": true, "signal.mp3": false} {
		assert.Equal(t, want, Headed(filepath.Join("testdata", name)), name)
	}
	assert.False(t, Headed(filepath.Join(dir, "a.bin")))
	assert.False(t, Headed(filepath.Join(dir, "none.bin")))
}
