package regular

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	_, _, err := Open(dir)
	assert.ErrorIs(t, err, ErrFolder)
	_, _, err = Open(filepath.Join(dir, "none"))
	assert.ErrorIs(t, err, fs.ErrNotExist)
	if _, err := os.Stat("/dev/null"); err == nil {
		_, _, err = Open("/dev/null")
		assert.ErrorIs(t, err, ErrSpecial)
	}
}

func TestRead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a")
	require.NoError(t, os.WriteFile(name, []byte("four"), 0o666))
	text, err := Read(name, 4)
	require.NoError(t, err)
	assert.Equal(t, "four", string(text))
	_, err = Read(name, 3)
	assert.ErrorIs(t, err, ErrLong)
	_, err = Read(filepath.Dir(name), 4)
	assert.ErrorIs(t, err, ErrFolder)
	assert.ErrorContains(t, err, filepath.Dir(name))
}

func TestDifference(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a")
	look := func() fs.FileInfo {
		f, info, err := Open(name)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		return info
	}
	write := func(text string) { require.NoError(t, os.WriteFile(name, []byte(text), 0o666)) }
	write("one")
	was := look()
	assert.Empty(t, Difference(was, look()))
	require.NoError(t, os.Chtimes(name, time.Time{}, was.ModTime().Add(time.Second)))
	assert.Contains(t, Difference(was, look()), "it was written to at ")
	write("three")
	assert.Equal(t, "it had 3 bytes and has 5 now", Difference(was, look()))
	require.NoError(t, os.Rename(name, name+".old"))
	write("one")
	require.NoError(t, os.Chtimes(name, time.Time{}, was.ModTime()))
	assert.Equal(t, "another file is there now", Difference(was, look()))
}
