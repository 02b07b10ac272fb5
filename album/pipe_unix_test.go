//go:build unix

package album

import (
	"context"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/redbook-audio/redbook/audio"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Opening a named pipe without a writer would block forever.
func TestPipeIsNotOpened(t *testing.T) {
	for _, name := range []string{"a.wav", "a.cue", "a.m3u", "a"} {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, syscall.Mkfifo(path, 0o600))
		_, err := Open(context.Background(), []string{path}, nil)
		assert.ErrorIs(t, err, audio.ErrNotAudio)
	}
}
