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

// typeZsh runs an interactive zsh, types each line of stdin with a tab, and prints what the
// line has become.
const typeZsh = `zmodload zsh/zpty
zpty z "PATH=$PWD/bin:$PATH TERM=dumb zsh -f -i"
zpty -w -n z 'PROMPT=; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u -D; source redbook.zsh
show() { print -r -- "<<$BUFFER>>"; BUFFER= }; zle -N show; bindkey "^G" show; bindkey "^I" complete-word; setopt no_beep; echo REA""DY
'
local seen= text=
until [[ $seen == *READY* ]]; do zpty -r z text || exit; seen+=$text; done
while IFS= read -r text; do
	zpty -w -n z "$text"$'\t\a'
	zpty -r -m z seen '*<<*>>*'
	print -r -- "${${seen##*<<}%%>>*}"
done
zpty -d z
`

// Names with spaces, quotes and signs complete in zsh, and nothing that was typed runs.
func TestZshCompletesOddNames(t *testing.T) {
	zsh, err := exec.LookPath("zsh")
	if err != nil || testing.Short() {
		t.Skip("zsh is not installed, or -short")
	}
	installed(t, "zsh")
	require.NoError(t, os.Mkdir("a b", 0o777))
	for _, name := range []string{"a b/in side.disc", "[x];touch y.disc", "it's.disc", `back\slash.disc`, "two  gaps.disc", "x=y:z.disc", "a b/s[1].cue"} {
		require.NoError(t, os.WriteFile(name, nil, 0o666))
	}
	lines := [][2]string{
		{`redbook info --device sim:a`, `redbook info --device sim:a\ b/`},
		{`redbook info --device sim:a\ b/`, `redbook info --device sim:a\ b/in\ side.disc`},
		{`redbook info --device 'sim:a b/`, `redbook info --device 'sim:a b/in side.disc`},
		{`redbook info --device "sim:a b/`, `redbook info --device "sim:a b/in side.disc`},
		{`redbook info --device=sim:a\ b/`, `redbook info --device=sim:a\ b/in\ side.disc`},
		{`redbook info --device sim:\[`, `redbook info --device sim:\[x\]\;touch\ y.disc`},
		{`redbook info --device sim:it`, `redbook info --device sim:it\'s.disc`},
		{`redbook info --device sim:back`, `redbook info --device sim:back\\slash.disc`},
		{`redbook info --device 'sim:two  `, `redbook info --device 'sim:two  gaps.disc`},
		{`redbook info --device=sim:x=`, `redbook info --device=sim:x=y:z.disc`},
		{`redbook sim import a\ b/`, `redbook sim import a\ b/s\[1\].cue `},
		{`redbook read --output=bi`, `redbook read --output=bin/`},
		{`redbook burn 'x;touch pwned' $(touch pwned) --mode s`, `redbook burn 'x;touch pwned' $(touch pwned) --mode sao `},
		{`redbook help no-disc`, `redbook help no-disc `},
	}
	cmd := exec.Command(zsh, "-f", "-c", typeZsh)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "ZDOTDIR=")
	var input, want strings.Builder
	for _, l := range lines {
		input.WriteString(l[0] + "\n")
		want.WriteString(l[1] + "\n")
	}
	cmd.Stdin = strings.NewReader(input.String())
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Equal(t, want.String(), strings.ReplaceAll(string(out), "\r", ""))
	assert.NoFileExists(t, "pwned")
}

// Bash doesn't run what was typed either.
func TestBashRunsNothingTyped(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil || testing.Short() {
		t.Skip("bash is not installed, or -short")
	}
	installed(t, "bash")
	bin, err := filepath.Abs("bin")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("one two.disc", nil, 0o666))
	for line, want := range map[string]string{
		`info --device sim:`: "sim:one two.disc", `burn $(touch${IFS}pwned) --mode s`: "", "burn `touch${IFS}pwned` --mode s": "",
	} {
		cmd := exec.Command(bash, "--norc", "-c", `source redbook.bash; set -f; words=(redbook $1) prev=; cword=$((${#words[@]}-1)) cur=${words[-1]}
			__redbook_get_completion_results; printf %s "$out"`, "bash", line)
		cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		if want == "" {
			assert.Empty(t, string(out), line)
		}
		assert.Contains(t, string(out), want, line)
	}
	assert.NoFileExists(t, "pwned")
}

// installed makes a folder with the program as bin/redbook and a shell's completion script, and
// changes to it.
func installed(t *testing.T, shell string) {
	code, script, _ := runHere("completion", shell)
	require.Equal(t, exitDone, code)
	t.Chdir(t.TempDir())
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Mkdir("bin", 0o777))
	require.NoError(t, os.Symlink(self, filepath.Join("bin", "redbook")))
	require.NoError(t, os.WriteFile("redbook."+shell, []byte(script), 0o666))
}

// Names with spaces and signs complete in fish, and are never run as commands. The script is
// cobra's with corrections, which must still apply.
func TestFishCompletesOddNames(t *testing.T) {
	code, script, _ := runHere("completion", "fish")
	require.Equal(t, exitDone, code)
	for _, fix := range []string{"__complete $quoted $lastArg", "string unescape -- (commandline -ct)", "commandline -t | string unescape"} {
		require.Contains(t, script, fix)
	}
	fish, err := exec.LookPath("fish")
	if err != nil || testing.Short() {
		t.Skip("fish is not installed, or -short")
	}
	installed(t, "fish")
	bin, err := filepath.Abs("bin")
	require.NoError(t, err)
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
