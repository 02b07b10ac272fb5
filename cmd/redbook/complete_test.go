package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every completion offered to a shell is accepted by the program.
func TestCompletions(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("one.disc", nil, 0o666))
	require.NoError(t, os.WriteFile("[one].disc", nil, 0o666))
	require.NoError(t, os.WriteFile("one.wav", nil, 0o666))
	for line, want := range map[string][]string{
		"burn --mode ":           {"auto", "tao", "sao"},
		"burn --verify ":         {"none", "quick", "full"},
		"verify --verify ":       {"quick", "full"},
		"burn --reserve=":        {"auto", "always", "never"},
		"sim control a.sock ":    {"eject", "insert", "button", "power", "fault"},
		"completion ":            {"bash", "zsh", "fish", "powershell"},
		"info --device sim:on":   {"sim:one.disc"},
		"help sim ":              {"control", "export", "import", "new", "personalities", "serve"},
		"burn --personality lia": {"liar"},
		"info --device sim:[o":   {"sim:[one].disc"},
		"sim export ":            {"disc"},
		"sim import ":            {"cue", "toc"},
		"sim import a.toc ":      {"disc"},
	} {
		code, stdout, stderr := runHere(append([]string{"__complete"}, strings.Split(line, " ")...)...)
		require.Equal(t, exitDone, code, stderr)
		offered := map[string]bool{}
		for l := range strings.Lines(stdout) {
			word, _, _ := strings.Cut(strings.TrimSpace(l), "\t")
			offered[word] = true
		}
		for _, word := range want {
			assert.True(t, offered[word], "%q does not offer %q: %s", line, word, stdout)
		}
	}
}

// Every flag with a word, a name or a file as its value has completions; the others take
// numbers or free text.
func TestEveryFlagIsCompleted(t *testing.T) {
	free := map[string]bool{
		"trace": true, "log": true, "journal": true, "copies": true, "port-file": true, "control": true, // any file
		"isrc": true, "mcn": true, "copy-permitted": true, "preemphasis": true, "fifo": true, "pause": true, "loudness": true, "offset": true,
		"listen": true, "iqn": true, "fault": true,
	}
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if kind := f.Value.Type(); kind == "bool" || kind == "count" || free[f.Name] {
				return
			}
			_, values := cmd.GetFlagCompletionFunc(f.Name)
			assert.True(t, values || len(f.Annotations) > 0, "%s --%s", cmd.CommandPath(), f.Name)
		})
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(&app{env: func(string) string { return "" }}))
}

// Names with spaces and signs complete in fish and zsh, and are never run as commands. The
// script for fish is cobra's with corrections, which must still apply.
func TestShellsCompleteOddNames(t *testing.T) {
	code, script, _ := runHere("completion", "fish")
	require.Equal(t, exitDone, code)
	for _, fix := range []string{"__complete $quoted $lastArg", "string unescape -- (commandline -ct)", "commandline -t | string unescape"} {
		require.Contains(t, script, fix)
	}
	fish, err := exec.LookPath("fish")
	if err != nil || testing.Short() {
		t.Skip("fish is not installed, or -short")
	}
	dir := t.TempDir()
	t.Chdir(dir)
	bin := filepath.Join(dir, "bin")
	require.NoError(t, os.Mkdir(bin, 0o777))
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, filepath.Join(bin, "redbook")))
	require.NoError(t, os.WriteFile("redbook.fish", []byte(script), 0o666))
	require.NoError(t, os.Mkdir("a b", 0o777))
	for _, name := range []string{"a b/in side.disc", "[x];touch y.disc"} {
		require.NoError(t, os.WriteFile(name, nil, 0o666))
	}
	for line, want := range map[string]string{
		`redbook info --device sim:`:                       "sim:a b/\nsim:bin/\nsim:[x];touch y.disc",
		`redbook info --device sim:a\ b/`:                  "sim:a b/in side.disc",
		`redbook info --device 'sim:a b/`:                  "sim:a b/in side.disc",
		`redbook burn 'x;touch pwned' 'two words' --mode `: "auto\ntao\nsao",
	} {
		cmd := exec.Command(fish, "--no-config", "-c", `source redbook.fish; complete -C $argv[1]`, line)
		cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		assert.Contains(t, string(out), want, line)
	}
	assert.NoFileExists(t, "pwned")
}

// Bash and groff accept the generated scripts and manual: with -short, one page of it.
func TestForeignProgramsReadOurs(t *testing.T) {
	dir := t.TempDir()
	code, script, _ := runHere("completion", "bash")
	require.Equal(t, exitDone, code)
	path := filepath.Join(dir, "redbook.bash")
	require.NoError(t, os.WriteFile(path, []byte(script), 0o666))
	if _, err := exec.LookPath("bash"); err == nil {
		out, err := exec.Command("bash", "-n", path).CombinedOutput()
		assert.NoError(t, err, string(out))
	}
	code, list, _ := runHere("man", filepath.Join(dir, "man"))
	require.Equal(t, exitDone, code)
	pages := strings.Fields(list)
	require.Greater(t, len(pages), 15)
	if _, err := exec.LookPath("groff"); err != nil {
		t.Skip("groff isn't installed")
	}
	if testing.Short() {
		pages = pages[:1]
	}
	for _, page := range pages {
		var warnings strings.Builder
		groff := exec.Command("groff", "-man", "-Tutf8", "-ww", "-P-cbou", page)
		groff.Stderr = &warnings
		out, err := groff.Output()
		require.NoError(t, err)
		assert.Empty(t, warnings.String(), page)
		for _, heading := range []string{"NAME", "SYNOPSIS", "DESCRIPTION"} {
			assert.Contains(t, string(out), heading, page)
		}
	}
}

// The manual has every exit code, in the words of its table.
func TestExitTexts(t *testing.T) {
	text, err := os.ReadFile("exit.go")
	require.NoError(t, err)
	assert.Len(t, exitTexts, strings.Count(string(text), "\n\texit"))
}
