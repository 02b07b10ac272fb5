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

func TestExamples(t *testing.T) {
	album, err := filepath.Glob("album/*.wav")
	require.NoError(t, err)
	require.Len(t, album, 3)
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"burn-album", []string{"sim:" + filepath.Join(t.TempDir(), "a.disc"), "album", "../audio/testdata/s24.flac"}, "success: 4 of 4 tracks"},
		{"burn-ten-lines", album, "success: 3 of 3 tracks"},
		{"disc-info", nil, "CD-R, blank"},
		{"verify-disc", album, "equal: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			program := filepath.Join(t.TempDir(), c.name)
			if runtime.GOOS == "windows" {
				program += ".exe"
			}
			out, err := exec.Command("go", "build", "-o", program, "./"+c.name).CombinedOutput()
			require.NoError(t, err, "%s", out)
			out, err = exec.Command(program, c.args...).CombinedOutput()
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
	source := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(source, fmt.Appendf(nil, readmeProgram, lines), 0o666))
	run := exec.Command("go", "run", source)
	run.Dir = ".." // its names are relative to the repository
	out, err := run.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Equal(t, "success <nil>\n", string(out))
}

const readmeProgram = `package main

import (
	"context"
	"fmt"
	"log"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/wav"
)

func run(ctx context.Context) error {
%s
	return err
}

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}
`
