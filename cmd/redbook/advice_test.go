package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSameLineOn(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"burn", "--device", "sim:a.disc", "x.wav"}, "redbook burn --device sim:b.disc x.wav"},
		{[]string{"burn", "x.wav", "--device=sim:a.disc", "--yes"}, "redbook burn x.wav --device=sim:b.disc --yes"},
		{[]string{"burn", "--yes", "my song.wav"}, "redbook --device sim:b.disc burn --yes 'my song.wav'"},
		{[]string{"burn", "--", "--device"}, "redbook --device sim:b.disc burn -- --device"},
	} {
		a := &adviser{args: c.args}
		assert.Equal(t, c.want, a.sameLineOn("sim:b.disc"))
	}
}

func TestFreeName(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "album.disc")
	assert.Equal(t, filepath.Join(dir, "album-2.disc"), freeName(path))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "album-2.disc"), nil, 0o600))
	assert.Equal(t, filepath.Join(dir, "album-3.disc"), freeName(path))
	assert.Equal(t, filepath.Join(dir, "plain-2"), freeName(filepath.Join(dir, "plain")))
}

func TestQuote(t *testing.T) {
	for word, want := range map[string]string{
		"a.wav": "a.wav", "my song.wav": "'my song.wav'", "": "''", "it's": `'it'\''s'`, "$x": "'$x'", "sim:a.disc": "sim:a.disc",
	} {
		assert.Equal(t, want, quote(word))
	}
}
