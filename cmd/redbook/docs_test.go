package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/redbook-audio/redbook/sim"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// docs/sim.md lists every personality with its verdicts. To bring it up to date:
// REDBOOK_UPDATE=1 go test -run TestPersonalityTable ./cmd/redbook
func TestPersonalityTable(t *testing.T) {
	const path = "../../docs/sim.md"
	const begin, end = "in cmd/redbook -->\n", "<!-- end of personalities"
	page, err := os.ReadFile(path)
	require.NoError(t, err)
	page = bytes.ReplaceAll(page, []byte("\r\n"), []byte("\n"))
	before, rest, ok := strings.Cut(string(page), begin)
	require.True(t, ok)
	_, after, ok := strings.Cut(rest, end)
	require.True(t, ok)
	want := before + begin + personalityTable() + end + after
	if os.Getenv("REDBOOK_UPDATE") != "" {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
		return
	}
	if want != string(page) { // the pages are long: say only what to do
		t.Errorf("the table in %s isn't current: REDBOOK_UPDATE=1 go test -run TestPersonalityTable ./cmd/redbook", path)
	}
}

func personalityTable() string {
	var b strings.Builder
	b.WriteString("| name | what it is | a burn ends | with `--reserve always` | on CD-RW |\n|---|---|---|---|---|\n")
	for _, p := range sim.Personalities() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", p.Name, p.Summary,
			p.VerdictOn(false, false), p.VerdictOn(false, true), p.VerdictOn(true, true))
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
			assert.Contains(t, page, name)
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			assert.Contains(t, page, "--"+f.Name, cmd.CommandPath())
		})
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(&app{env: func(string) string { return "" }}))
	for _, code := range []int{exitDone, exitFailed, exitUsage, exitNoDrive, exitNoDisc, exitBadInput,
		exitDoesntFit, exitWriteFailed, exitVerify, exitUnconfirmed, exitCancelled} {
		assert.Contains(t, page, fmt.Sprintf("\n| %d | ", code))
	}
}
