package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestExpandFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"1.wav", "10.wav", "2.wav", "[live].wav", "cover.jpg"} {
		require.NoError(t, os.WriteFile(name, nil, 0o600))
	}
	for _, c := range []struct {
		args, want []string
	}{
		{[]string{"*.wav"}, []string{"1.wav", "2.wav", "10.wav", "[live].wav"}},
		{[]string{"[live].wav"}, []string{"[live].wav"}}, // a file's own name takes precedence over the pattern
		{[]string{"?.wav", "10.wav"}, []string{"1.wav", "2.wav", "10.wav"}},
		{[]string{"2.wav", "1.wav"}, []string{"2.wav", "1.wav"}}, // given names keep their order
		{[]string{"missing.wav"}, []string{"missing.wav"}},       // opening it reports more
	} {
		got, err := expandFiles(c.args)
		require.NoError(t, err)
		assert.Equal(t, c.want, got)
	}
	for _, pattern := range []string{"*.flac", "[a-.wav"} {
		_, err := expandFiles([]string{pattern})
		code, _ := verdict(err)
		assert.Equal(t, exitBadInput, code)
		assert.ErrorContains(t, err, pattern)
	}
}

func TestOrderWarning(t *testing.T) {
	for _, files := range [][]string{
		{"1.wav", "2.wav", "10.wav"},
		{"01.wav", "02.wav", "10.wav"},
		{"b.wav", "a.wav"},
		{"10 intro.wav", "1 song.wav", "2 end.wav"}, // not sorted: the user's choice
		{"a.wav"},
		nil,
	} {
		assert.Empty(t, orderWarning(files), files)
	}
	warning := orderWarning([]string{filepath.Join("x", "1.wav"), filepath.Join("x", "10.wav"), filepath.Join("x", "2.wav")})
	assert.Contains(t, warning, "track 2 is 10.wav, but by number it would be 2.wav")
}

func TestNaturalCompare(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"a2", "a10", -1}, {"a10", "a2", 1}, {"a02", "a2", 0}, {"a", "a1", -1}, {"b1", "a2", 1},
		{"1.2", "1.10", -1}, {"99999999999999999999", "100000000000000000000", -1}, {"", "", 0},
	} {
		got := naturalCompare(c.a, c.b)
		assert.Equal(t, c.want, min(max(got, -1), 1), "%q %q", c.a, c.b)
	}
}
