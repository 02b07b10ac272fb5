// Package examples holds small programs that use the library, and this test, which
// builds and runs every one of them.
package examples

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mixedFolder is a folder as people have it: FLAC and MP3, at different rates.
func mixedFolder(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "album")
	require.NoError(t, os.Mkdir(folder, 0o777))
	for from, to := range map[string]string{
		"signal.flac": "01 one.flac", "s24.flac": "02 two.flac", "signal.mp3": "03 three.mp3",
	} {
		data, err := os.ReadFile(filepath.Join("../internal/decode/testdata", from))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, to), data, 0o666))
	}
	return folder
}

// build builds the programs of folders, or of a file, and returns the folder they are in.
// Without symbols the linker takes half as long.
func build(t *testing.T, sources ...string) string {
	t.Helper()
	folder := t.TempDir() + string(filepath.Separator) // go build wants it to show that it is one
	out, err := exec.Command("go", append([]string{"build", "-ldflags=-s -w", "-o", folder}, sources...)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return folder
}

// program returns the file of a program that build has built.
func program(folder, name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(folder, name)
}

func TestExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("links four programs; go vet has compiled them")
	}
	album, err := filepath.Glob("album/*.wav")
	require.NoError(t, err)
	require.Len(t, album, 3)
	built := build(t, "./burn-album", "./burn-folder", "./disc-info", "./verify-disc")
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"burn-album", []string{"sim:" + filepath.Join(t.TempDir(), "a.disc"), "album", "../internal/decode/testdata/s24.flac"}, "success: 4 of 4 tracks"},
		{"burn-folder", []string{"sim:" + filepath.Join(t.TempDir(), "a.disc"), mixedFolder(t)}, "success\n"},
		{"disc-info", []string{"sim:" + filepath.Join(t.TempDir(), "a.disc")}, "CD-R, blank"},
		{"verify-disc", album, "equal: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := exec.Command(program(built, c.name), c.args...).CombinedOutput()
			require.NoError(t, err, "%s", out)
			assert.Contains(t, string(out), c.want)
		})
	}
}

// The ten lines of the README are a program as they stand there.
func TestReadmeProgram(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(strings.ReplaceAll(string(readme), "\r\n", "\n"), "```go\n")
	lines, _, ok := strings.Cut(rest, "```\n")
	require.True(t, ok)
	assert.Equal(t, 11, strings.Count(lines, "\n"))
	source := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(source, fmt.Appendf(nil, readmeProgram, lines), 0o666))
	run := exec.Command(program(build(t, source), "main"))
	run.Dir = filepath.Dir(mixedFolder(t))
	out, err := run.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Equal(t, "success\n", string(out))
	assert.FileExists(t, filepath.Join(run.Dir, "first.disc"))
}

const readmeProgram = `package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/redbook-audio/redbook"
)

func run(ctx context.Context) error {
%s}

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}
`
