// Package examples holds small programs that use the library, and this test, which
// builds and runs every one of them.
package examples

import (
	"os/exec"
	"path/filepath"
	"runtime"
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
