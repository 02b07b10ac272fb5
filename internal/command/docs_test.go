package command_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// docs/internals/commands.md has a row for every operation code that this package and mmc define, and
// no others.
func TestCommandsPageIsComplete(t *testing.T) {
	page, err := os.ReadFile("../../docs/internals/commands.md")
	require.NoError(t, err)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	files = append(files, "../../mmc/inquiry.go")
	defined := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(?m)^\s*(?:const )?([Oo]p[A-Z]\w+)\s*=\s*0x([0-9A-Fa-f]{2})\b`).FindAllStringSubmatch(string(text), -1) {
			code, err := strconv.ParseUint(m[2], 16, 8)
			require.NoError(t, err)
			defined[fmt.Sprintf("%02X", code)] = m[1]
		}
	}
	require.Greater(t, len(defined), 20, "the pattern must match the constants")
	rows := map[string]bool{}
	// A row begins with the code, and its example CDB with the same byte.
	for _, m := range regexp.MustCompile("(?m)^\\| `([0-9A-F]{2})` \\|.*\\| `([0-9A-F]{2})[^`]*` \\| [^|]*s?[^|]*\\|").FindAllStringSubmatch(string(page), -1) {
		rows[m[1]] = true
		assert.Equal(t, m[1], m[2], "the example of %s", m[1])
		assert.Contains(t, defined, m[1], "not a command")
	}
	for code, name := range defined {
		assert.True(t, rows[code], "docs/internals/commands.md lacks %s (%s)", name, code)
	}
}
