package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/redbook-audio/redbook/internal/verdicts"
	"github.com/redbook-audio/redbook/sim"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// docs/simulator.md lists every personality with its verdicts. To update it:
// REDBOOK_UPDATE=1 go test -run TestPersonalityTable ./cmd/redbook
func TestPersonalityTable(t *testing.T) {
	keepCurrent(t, "../../docs/simulator.md", "personalities", personalityTable())
}

// keepCurrent compares the part of a page between two markers with generated text, or with
// REDBOOK_UPDATE replaces it.
func keepCurrent(t *testing.T, path, marker, text string) {
	t.Helper()
	begin, end := " in cmd/redbook -->\n", "<!-- end of "+marker
	page, err := os.ReadFile(path)
	require.NoError(t, err)
	page = bytes.ReplaceAll(page, []byte("\r\n"), []byte("\n"))
	before, rest, ok := strings.Cut(string(page), "<!-- "+marker+": kept current by "+t.Name()+begin)
	require.True(t, ok)
	_, after, ok := strings.Cut(rest, end)
	require.True(t, ok)
	want := before + "<!-- " + marker + ": kept current by " + t.Name() + begin + text + end + after
	if os.Getenv("REDBOOK_UPDATE") != "" {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
		return
	}
	if want != string(page) { // the pages are long: print only the remedy
		t.Errorf("%s isn't current: REDBOOK_UPDATE=1 go test -run %s ./cmd/redbook", path, t.Name())
	}
}

func personalityTable() string {
	var b strings.Builder
	b.WriteString("| name | what it is | a burn ends | with `--reserve always` | on CD-RW |\n|---|---|---|---|---|\n")
	for _, p := range sim.Personalities() {
		e := verdicts.Of(p.Name)
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", p.Name, p.Summary, e.Plain, e.Reserve, e.Rewritable)
	}
	return b.String()
}

// docs/cli.md names every command and every flag.
func TestManualIsComplete(t *testing.T) {
	text, err := os.ReadFile("../../docs/cli.md")
	require.NoError(t, err)
	page := string(text)
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		if name := strings.TrimPrefix(cmd.CommandPath(), "redbook "); name != "redbook" && name != "sim" {
			assert.True(t, strings.Contains(page, name), name)
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			assert.True(t, strings.Contains(page, "--"+f.Name), "%s --%s", cmd.CommandPath(), f.Name)
		})
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(&app{env: func(string) string { return "" }}))
	for _, code := range []int{exitDone, exitFailed, exitUsage, exitNoDrive, exitNoDisc, exitBadInput,
		exitDoesntFit, exitWriteFailed, exitVerify, exitUnconfirmed, exitCanceled} {
		assert.Contains(t, page, fmt.Sprintf("\n| %d | ", code))
	}
}

// Everything named in README and the pages exists: files, folders, links between pages, and
// the Go version of go.mod.
func TestDocsNameWhatIsThere(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	internals, err := filepath.Glob("../../docs/internals/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, internals)
	pages = append(append(pages, internals...), "../../README.md")
	link := regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
	file := regexp.MustCompile(`examples/[A-Za-z0-9/_.-]*[A-Za-z0-9]`)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			_, err := os.Stat(filepath.Join(filepath.Dir(page), m[1]))
			assert.NoError(t, err, page)
		}
		for _, name := range file.FindAllString(string(text), -1) {
			_, err := os.Stat(filepath.Join("../..", name))
			assert.NoError(t, err, page)
		}
	}
	mod, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(mod)
	require.NotNil(t, version)
	reasons, err := os.ReadFile("../../docs/internals/dependencies.md")
	require.NoError(t, err)
	direct, _, _ := strings.Cut(string(mod), "// indirect")
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(direct, -1) {
		assert.Contains(t, string(reasons), "| "+m[1]+" |", "go.mod")
	}
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	assert.Contains(t, string(readme), fmt.Sprintf("[Go](https://go.dev/dl/) %s or newer", version[1]))
}
