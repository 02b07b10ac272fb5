//go:build unix

package spool

import (
	"context"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/reading"
)

// The files have no name while they are in use: a killed process leaves nothing.
func TestFilesHaveNoName(t *testing.T) {
	dir := t.TempDir()
	s, err := New(context.Background(), mixed(), &Options{
		Dir: dir, Workers: 1, // one may exist between its creation and the removal of its name
		OnProgress: func(Progress) { leftovers(t, dir) },
	})
	require.NoError(t, err)
	leftovers(t, dir)
	_, err = reading.Check(context.Background(), s.Sources()[0], nil)
	require.NoError(t, err)
	require.NoError(t, s.Close())
}

// Linux has a disk that is always full.
func TestDevFull(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Log("only Linux has /dev/full")
		return
	}
	opts := &Options{system: realSystem()}
	opts.system.create = func(string) (file, error) { return os.OpenFile("/dev/full", os.O_RDWR, 0) }
	_, err := New(context.Background(), mixed(), opts)
	assert.ErrorIs(t, err, ErrNoSpace)
	assert.ErrorContains(t, err, "no space left on device")
}
