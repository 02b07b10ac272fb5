package host

import (
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The real frameworks, with whatever drives this Mac has; none is opened.
func TestThisMac(t *testing.T) {
	found, err := List(t.Context())
	require.NoError(t, err)
	for _, d := range found {
		assert.Regexp(t, "^ioreg:[0-9a-f]+$", d.Path)
		assert.NotEmpty(t, d.Model)
	}
	_, err = Open(t.Context(), "ioreg:1", nil)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, err = Open(t.Context(), "/dev/disk0", nil) // the startup disk's
	assert.ErrorIs(t, err, ErrNotOptical)
	assert.ErrorIs(t, Unmount(t.Context(), "ioreg:1"), fs.ErrNotExist)
}

func TestMountTable(t *testing.T) {
	mounts, err := mountTable()
	require.NoError(t, err)
	var folders []string
	for _, m := range mounts {
		folders = append(folders, m.folder)
	}
	assert.Contains(t, folders, "/")
}
