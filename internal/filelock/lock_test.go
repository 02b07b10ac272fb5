package filelock_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/filelock"
)

// If two have the same file open, one gets the lock, and the other gets it afterwards.
func TestTake(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	a, err := os.Create(path)
	require.NoError(t, err)
	defer a.Close()
	b, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	defer b.Close()
	unlock, free, err := filelock.Take(a, path)
	require.NoError(t, err)
	require.True(t, free)
	_, free, err = filelock.Take(b, path)
	require.NoError(t, err)
	require.False(t, free)
	require.NoError(t, unlock())
	unlock, free, err = filelock.Take(b, path)
	require.NoError(t, err)
	require.True(t, free)
	require.NoError(t, unlock())
}
