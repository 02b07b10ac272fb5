package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary act as the tool, which runs itself.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && (os.Args[1] == "-decode" || os.Args[1] == "-sectors") {
		main()
		return
	}
	os.Exit(m.Run())
}

var fixture = filepath.Join("..", "..", "internal", "decode", "testdata", "s24.flac")

// The measurement covers all samples, and those of a disc.
func TestRead(t *testing.T) {
	var decoded, disc bytes.Buffer
	require.NoError(t, run(&decoded, fixture, "", 0, 0))
	require.NoError(t, run(&disc, "", fixture, 0, 0))
	assert.Positive(t, decoded.Len())
	assert.Zero(t, disc.Len()%4)
	assert.NotEqual(t, decoded.Bytes(), disc.Bytes())
	assert.Error(t, run(&disc, "no such file", "", 0, 0))
}

// Every row has values if the programs are installed, and gaps otherwise.
func TestTable(t *testing.T) {
	sox(t)
	if testing.Short() {
		t.Skip("starts dozens of programs")
	}
	lines, _ := tableOf(t)
	require.Len(t, lines, 2+len(rows))
	form := regexp.MustCompile(`^\| [^|]+ \| (\d+x|-) \| [^|]* \| [^|]* \| (\d+x|-) \| [^|]* \| [^|]* \|$`)
	for _, line := range lines[2:] {
		assert.Regexp(t, form, line)
	}
}

// A failing program is not our failure: Debian's sox, for one, reads MP3 only with an
// optional package. The row keeps our values, and the program is named.
func TestTableNamesWhoFails(t *testing.T) {
	if runtime.GOOS == "windows" || testing.Short() {
		t.Skip("the stand-ins are shell scripts")
	}
	realSox := sox(t)
	dir := t.TempDir()
	standIn := func(name, script string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script), 0o755))
	}
	standIn("sox", `case "$*" in
*.flac*) echo "sox FAIL formats: no handler for file extension" >&2; exit 2 ;;
*) exec `+realSox+` "$@" ;;
esac
`)
	standIn("flac", `case "$1" in
-sf) cp "`+absolute(t, fixture)+`" "$4" ;;
*) echo "flac: unknown error" >&2; exit 1 ;;
esac
`)
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	lines, skipped := tableOf(t)
	at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "| FLAC 24/96 ") })
	require.GreaterOrEqual(t, at, 0)
	assert.Regexp(t, `^\| FLAC 24/96 \| \d+x \| flac - \| - \| \d+x \| - \| - \|$`, lines[at], "ours are measured, theirs are a gap")
	assert.Contains(t, skipped, "  FLAC 24/96: flac: exit status 1: flac: unknown error\n")
	assert.Contains(t, skipped, "  FLAC 24/96: sox: exit status 2: sox FAIL formats: no handler for file extension\n")
	assert.Equal(t, 1, strings.Count(skipped, "FLAC 24/96: flac:"), "%s", skipped)
}

// Our own failure is an error.
func TestTableFailsWithUs(t *testing.T) {
	sox(t)
	assert.Error(t, table(io.Discard, filepath.Join(t.TempDir(), "no such program"), 1, 1))
}

// sox returns the path of the program that makes the sound; without it the test is skipped.
func sox(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("sox")
	if err != nil {
		t.Skip("sox isn't installed")
	}
	return path
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	require.NoError(t, err)
	return path
}

// tableOf runs the tool on a second of sound, twice, and returns the table's lines and the
// text below.
func tableOf(t *testing.T) (lines []string, skipped string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, table(&out, self, 1, 2))
	text, skipped, _ := strings.Cut(out.String(), "\nNot compared:\n")
	return strings.Split(strings.TrimSpace(text), "\n"), skipped
}

func TestFigures(t *testing.T) {
	assert.Equal(t, "60x", times(60, time.Second))
	assert.Equal(t, "-", times(60, 0))
	assert.Equal(t, "2.00", ratio(2*time.Second, time.Second))
	assert.Equal(t, "-", ratio(0, time.Second))
}
