package layers

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// goCommand runs the go command for Linux without cgo, at the module's root.
func goCommand(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOFLAGS=")
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	require.NoError(t, err, "%s", &complaints)
	return string(out)
}

// TestLinuxIsStatic checks the program for Linux: it needs no library, not even libc, and
// contains no code for macOS.
func TestLinuxIsStatic(t *testing.T) {
	deps := goCommand(t, "list", "-deps", "./cmd/redbook")
	assert.Contains(t, deps, module+"/scsi/host\n")
	assert.NotContains(t, deps, "purego")
	assert.NotContains(t, deps, "iokit")
	if testing.Short() {
		return // linking takes a moment
	}
	program := filepath.Join(t.TempDir(), "redbook")
	goCommand(t, "build", "-ldflags=-s -w", "-o", program, "./cmd/redbook") // no debugging information: half the time
	f, err := elf.Open(program)
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	libraries, err := f.ImportedLibraries()
	if err != nil {
		assert.ErrorContains(t, err, "no symbol section") // no dynamic linking
	}
	assert.Empty(t, libraries)
	for _, p := range f.Progs {
		assert.NotEqual(t, elf.PT_INTERP, p.Type, "it asks for a dynamic linker")
	}
}
