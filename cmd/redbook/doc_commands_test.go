package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// elsewhere are commands of the pages that don't run here as written, with the script that
// tests them. A star matches the rest of the line.
var elsewhere = map[string]string{
	"redbook copy":               "copies", // a user changes the disc
	"redbook resume":             "resume", // after an interruption
	"redbook sim serve*":         "serve",  // runs until Ctrl-C
	"redbook drives":             "drives", // its exit code depends on the machine
	"redbook sim personalities*": "try",    // the archive comes from redbook try
	"redbook burn --device sim:test.disc --personality*": "try", // the same
}

// Every command in README and in the pages for users runs as written.
func TestDocumentedCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("runs dozens of programs")
	}
	pages, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	used := map[string]bool{}
	for _, page := range append(pages, "../../README.md") {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, block := range fenced(string(text)) {
			if commands := commandsOf(block); len(commands) > 0 {
				t.Run(filepath.Base(page)+"/"+commands[0], func(t *testing.T) { runBlock(t, commands, used) })
			}
		}
	}
	for name, script := range elsewhere {
		assert.FileExists(t, filepath.Join("testdata/script", script+".txtar"))
		assert.True(t, used[name], "no page has %q", name)
	}
	assert.Greater(t, len(used), len(elsewhere)+25)
}

// fenced returns the texts between fences without a language or for the shell.
func fenced(page string) (list []string) {
	parts := strings.Split("\n"+strings.ReplaceAll(page, "\r\n", "\n"), "\n```")
	for i := 1; i < len(parts); i += 2 {
		language, text, _ := strings.Cut(parts[i], "\n")
		if language == "" || language == "sh" {
			list = append(list, text)
		}
	}
	return list
}

// comment is a comment after a command: two spaces, or a number sign, and words.
var comment = regexp.MustCompile(`\s+#.*|\s{2,}.*`)

// commandsOf returns the lines of a block that run redbook, without comments.
func commandsOf(block string) (list []string) {
	for line := range strings.Lines(block) {
		line = strings.TrimPrefix(strings.TrimPrefix(line, "./"), "go run ./cmd/")
		if line = comment.ReplaceAllString(strings.TrimSpace(line), ""); strings.HasPrefix(line, "redbook ") {
			list = append(list, line)
		}
	}
	return list
}

// kindOf returns the name of a command in elsewhere, or the command itself.
func kindOf(command string) string {
	for name := range elsewhere {
		if start, ok := strings.CutSuffix(name, "*"); name == command || ok && strings.HasPrefix(command, start) {
			return name
		}
	}
	return command
}

// runBlock runs the commands of a block in order, in a folder with music.
func runBlock(t *testing.T, commands []string, used map[string]bool) {
	dir := t.TempDir()
	music(t, dir, strings.Join(commands, "\n"))
	d := documented{t, dir}
	for _, c := range commands {
		kind := kindOf(c)
		used[kind] = true
		if elsewhere[kind] == "" {
			d.run(c)
		}
	}
}

// music makes the files named in the commands of a block.
func music(t *testing.T, dir, commands string) {
	t.Helper()
	sound := func(name string) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, writeTestWAV(path, 4*44100, false))
	}
	for _, name := range []string{"1.wav", "2.wav", "side-a/1.wav", "side-b/1.wav", "examples/album/1.wav"} {
		sound(name)
	}
	for from, to := range map[string]string{"signal.flac": "1.flac", "signal.mp3": "bonus.mp3"} {
		data, err := os.ReadFile(filepath.Join("../../internal/decode/testdata", from))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, to), data, 0o666))
	}
	if strings.Contains(commands, "album/") {
		var sheet strings.Builder
		sheet.WriteString("PERFORMER P\nTITLE A\n")
		for _, n := range "1234567" {
			sound("album/0" + string(n) + ".wav")
			fmt.Fprintf(&sheet, "FILE 0%c.wav WAVE\nTRACK 0%c AUDIO\nTITLE T\nINDEX 01 00:00:00\n", n, n)
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, "album/album.cue"), []byte(sheet.String()), 0o666))
	}
	for _, side := range []string{"side-a", "side-b"} {
		sound(side + ".wav")
		sheet := "TITLE A\nPERFORMER P\nFILE " + side + ".wav WAVE\nTRACK 01 AUDIO\nTITLE T\nINDEX 01 00:00:00\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, side+".cue"), []byte(sheet), 0o666))
	}
	var titles strings.Builder
	titles.WriteString("Input Sheet Version = 0.7T\nAlbum Title = A\n")
	for _, n := range "1234567" {
		fmt.Fprintf(&titles, "Track 0%c Title = T\n", n)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "titles.txt"), []byte(titles.String()), 0o666))
}

// documented runs the commands of one block.
type documented struct {
	t   *testing.T
	dir string
}

// run runs a command in the state that a reader has at that point: with the disc that it
// needs.
func (d documented) run(command string) {
	args := d.words(command)
	has := func(word string) bool { return slices.Contains(args, word) }
	switch verb := args[0]; {
	case verb == "burn" && has("--append"):
		d.fresh()
		d.redbook("burn", "--yes", "--no-close", "side-a/1.wav")
	case verb == "burn" && !has("--device"), verb == "try":
		d.fresh()
	case verb == "blank":
		d.fresh("--cdrw")
		d.redbook("burn", "--yes", "1.wav", "2.wav")
	case verb == "copy":
		d.redbook("burn", "--yes", "--device", "sim:from.disc", "1.wav", "2.wav")
	case slices.Contains([]string{"info", "toc", "read", "verify"}, verb) && !has("--device"):
		d.fresh()
		music(d.t, d.dir, "album/")
		d.redbook("burn", "--yes", "album")
	case slices.Contains([]string{"info", "read", "verify"}, verb) && !has("sim:"):
		if _, err := os.Stat(filepath.Join(d.dir, "first.disc")); err != nil {
			d.redbook("burn", "--yes", "--device", "sim:first.disc", "1.wav", "2.wav")
		}
	}
	if slices.Contains([]string{"burn", "blank", "copy", "try"}, args[0]) && !has("--yes") {
		args = append(args, "--yes")
	}
	if args[0] == "info" && has("sim:") {
		code, out := d.start(args...)
		require.Equal(d.t, exitNoDisc, code, out)
		return
	}
	d.redbook(args...)
	if args[0] == "read" { // the next line of the page reads into the same folder
		require.NoError(d.t, os.RemoveAll(filepath.Join(d.dir, args[slices.Index(args, "--output")+1])))
	}
}

// fresh inserts a blank disc into the drive.
func (d documented) fresh(flags ...string) {
	_ = os.Remove(filepath.Join(d.dir, "own.disc"))
	d.redbook(append([]string{"sim", "new", "own.disc"}, flags...)...)
}

// words splits a command like a shell: patterns become names. Redirected output is
// discarded, and the drives of the pages are simulated ones.
func (d documented) words(command string) (list []string) {
	require.NotRegexp(d.t, `["'\\$|&;]`, command, "unknown to the test")
	command, _, _ = strings.Cut(command, " > ")
	for _, word := range strings.Fields(command)[1:] {
		switch word {
		case "/dev/sr0":
			word = "sim:from.disc"
		case "/dev/sr1":
			word = "sim:to.disc"
		}
		if !strings.Contains(word, "*") {
			list = append(list, word)
			continue
		}
		names, err := filepath.Glob(filepath.Join(d.dir, word))
		require.NoError(d.t, err)
		require.NotEmpty(d.t, names, word)
		for _, name := range names {
			short, err := filepath.Rel(d.dir, name)
			require.NoError(d.t, err)
			list = append(list, short)
		}
	}
	return list
}

// redbook runs the program, which must succeed.
func (d documented) redbook(args ...string) {
	d.t.Helper()
	code, out := d.start(args...)
	require.Zero(d.t, code, "redbook %s\n%s", strings.Join(args, " "), out)
}

// start runs the program to its end.
func (d documented) start(args ...string) (code int, out string) {
	cmd := exec.Command("redbook", args...)
	state := filepath.Join(d.dir, ".state")
	cmd.Dir = d.dir
	cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+state, "LOCALAPPDATA="+state, "XDG_CONFIG_HOME="+state, "REDBOOK_DEVICE=sim:own.disc")
	text, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		require.NoError(d.t, err)
	}
	return cmd.ProcessState.ExitCode(), string(text)
}
