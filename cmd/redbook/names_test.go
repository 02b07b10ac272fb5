package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/cmd/redbook/internal/line"
)

// hostileNames are names that a file may have on Linux. Each holds the word "song".
var hostileNames = []string{
	"a\nsong.wav", "b\x1b[2J\x1b]0;x\asong.wav", "c\u202egnp.song.wav", "d\u0085\u009b31msong.wav", "e \u2066song\u2069 '\"$(x).wav",
	"f\u2028song.wav", "g\tsong.wav", "h 音楽 song.wav", "i\u200fsong\ufeff.wav",
}

// run runs the program in this process.
func runHere(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	a := &app{in: strings.NewReader(""), out: &out, err: &errs, env: func(string) string { return "" }, screen: screen{width: func() int { return 80 }}}
	code = a.run(args)
	return code, out.String(), errs.String()
}

// No name controls the terminal, in a plan, a report, an error or JSON; and JSON has the
// name unchanged.
func TestHostileNames(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for _, name := range hostileNames {
		path := filepath.Join(dir, name)
		if err := writeTestWAV(path, 4*44100, true); err != nil {
			t.Skipf("this file system has no such names: %v", err)
		}
		files = append(files, path)
	}
	disc := "sim:" + filepath.Join(dir, "a.disc")
	harmless := func(text string) {
		t.Helper()
		for _, r := range text {
			if r != '\n' && r != '\t' {
				assert.False(t, line.Hostile(r), "%+q in %+q", r, text)
			}
		}
	}
	code, stdout, stderr := runHere(append([]string{"burn", "--device", disc, "--yes", "--verify", "none"}, files...)...)
	require.Equal(t, exitDone, code, stderr)
	harmless(stdout + stderr)
	assert.Equal(t, 2+len(files)+1, strings.Count(stdout, "\n"), stdout)

	require.NoError(t, os.Remove(filepath.Join(dir, "a.disc")))
	code, stdout, stderr = runHere(append([]string{"burn", "--device", disc, "--yes", "--json", "--verify", "none"}, files...)...)
	require.Equal(t, exitDone, code, stderr)
	harmless(stdout + stderr)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	var report struct {
		Report struct{ Tracks []struct{ Name string } }
	}
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &report))
	for i, track := range report.Report.Tracks {
		assert.Equal(t, files[i], track.Name)
	}

	for _, name := range hostileNames {
		code, stdout, stderr = runHere("burn", "--device", disc, "--yes", filepath.Join(dir, "gone "+name))
		assert.Equal(t, exitBadInput, code)
		harmless(stdout + stderr)
		code, stdout, stderr = runHere("burn", "--json", "--device", "sim:"+dir+"/no/"+name, "--yes", files[0])
		assert.Equal(t, exitNoDrive, code)
		harmless(stdout + stderr)
		code, stdout, stderr = runHere(name)
		assert.Equal(t, exitUsage, code)
		harmless(stdout + stderr)
	}
}
