package cputime

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary act as a program that works, or fails.
func TestMain(m *testing.M) {
	switch os.Getenv("CPUTIME_TEST") {
	case "work":
		p := make([]byte, 10)
		n, _ := os.Stdin.Read(p)
		for start := time.Now(); n == 3 && time.Since(start) < 30*time.Millisecond; {
		}
		return
	case "fail":
		os.Stderr.WriteString("it hurts\n")
		os.Exit(3)
	}
	os.Exit(m.Run())
}

func TestRun(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "in")
	require.NoError(t, os.WriteFile(file, []byte("abc"), 0o666))
	t.Setenv("CPUTIME_TEST", "work")
	d, err := Run(file, self)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, d, time.Millisecond)
	_, err = Run("", self)
	require.NoError(t, err)
	t.Setenv("CPUTIME_TEST", "fail")
	_, err = Run("", self)
	assert.ErrorContains(t, err, "it hurts")
	_, err = Run(file+"x", self)
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestBest(t *testing.T) {
	assert.Equal(t, time.Second, Best(0, time.Second))
	assert.Equal(t, time.Second, Best(2*time.Second, time.Second))
}
