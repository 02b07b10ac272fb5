//go:build unix

package main

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/album"
)

// A named pipe among the files is refused, and the message says how to read it.
func TestPipeAsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a pipe")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	_, err := album.Open(t.Context(), []string{path}, nil)
	_, next := verdict(inputError(t.Context(), err, "burned"))
	assert.Equal(t, "Nothing was burned. redbook reads a pipe, as one track, from the standard input (WAV, or headerless with --raw): --stdin --yes < '"+path+"'", next)
	_, next = verdict(inputError(t.Context(), err, "compared"))
	assert.NotContains(t, next, "--yes")
}
