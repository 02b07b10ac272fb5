//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// killsAsked is how many burns TestKilledProgram kills: a few in go test, 200 in make
// interrupt.
func killsAsked() int {
	if n, err := strconv.Atoi(os.Getenv("REDBOOK_KILLS")); err == nil {
		return n
	}
	if testing.Short() {
		return 2
	}
	return 6
}

// victim is a burn that is killed.
type victim struct {
	t     *testing.T
	dir   string
	files []string
	flags []string
	name  string
}

// ways are the burns to kill, in turn.
var ways = [][]string{
	nil,
	{"--reserve", "always"},
	{"--personality", "pioneer"},
	{"--personality", "open-unreadable", "--verify", "none"},
	{"--speed", "16x", "--fifo", "200k"},
	{"--personality", "old"},
}

// run runs the program and returns its exit code and output.
func (v *victim) run(args ...string) (code int, out, errs string) {
	v.t.Helper()
	cmd := exec.Command("redbook", args...)
	cmd.Dir, cmd.Env = v.dir, v.env()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exited, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exited.ExitCode()
	} else {
		require.NoError(v.t, err, v.name)
	}
	return code, stdout.String(), stderr.String()
}

func (v *victim) env() []string {
	return append(os.Environ(), "XDG_STATE_HOME="+filepath.Join(v.dir, "state"), "REDBOOK_DEVICE=")
}

// kill starts a command and kills its process group after a time.
func (v *victim) kill(after time.Duration, args ...string) {
	cmd := exec.Command("redbook", args...)
	cmd.Dir, cmd.Env = v.dir, v.env()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(v.t, cmd.Start())
	timer := time.AfterFunc(after, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	_ = cmd.Wait() // killed, or finished before
	timer.Stop()
}

// truth is the true contents of the disc.
func (v *victim) truth(name string) ([]sim.Track, sim.DiscSummary) {
	d, err := sim.OpenDisc(filepath.Join(v.dir, name))
	require.NoError(v.t, err, v.name)
	defer func() { require.NoError(v.t, d.Close()) }()
	return d.Tracks(), d.Summary()
}

// holds compares a track of the disc with its file.
func (v *victim) holds(d *sim.Disc, at toc.LBA, file string) {
	b, err := os.ReadFile(filepath.Join(v.dir, file))
	require.NoError(v.t, err)
	want := b[44:]
	n := max((len(want)+toc.SectorSize-1)/toc.SectorSize, placing.MinTrack)
	want = append(want[:len(want):len(want)], make([]byte, n*toc.SectorSize-len(want))...)
	got := make([]byte, len(want))
	require.NoError(v.t, d.ReadSectors(at, got), v.name)
	require.True(v.t, bytes.Equal(want, got), "%s: %s at LBA %d", v.name, file, at)
}

// looks compares the output of info with the truth.
func (v *victim) looks() {
	tracks, summary := v.truth("a.disc")
	code, out, errs := v.run("info", "--device", "sim:a.disc", "--json")
	require.Zero(v.t, code, "%s: %s", v.name, errs)
	var doc infoDoc
	require.NoError(v.t, json.Unmarshal([]byte(out), &doc))
	require.Len(v.t, doc.Tracks, len(tracks), v.name)
	for i, have := range tracks {
		require.Equal(v.t, have.Start, doc.Tracks[i].Start, v.name)
		whole := have.State == "complete"
		require.Equal(v.t, whole, !doc.Tracks[i].Open && !doc.Tracks[i].Damaged, "%s: track %d is %s, and info says %+v", v.name, i+1, have.State, doc.Tracks[i])
	}
	want := map[bool]string{true: "blank", false: "open"}[summary.Blank]
	if summary.Finalized {
		want = "finalized"
	}
	require.Equal(v.t, want, doc.Disc.Status, v.name)
}

// closes closes a copy of the disc.
func (v *victim) closes() {
	b, err := os.ReadFile(filepath.Join(v.dir, "a.disc"))
	require.NoError(v.t, err)
	require.NoError(v.t, os.WriteFile(filepath.Join(v.dir, "copy.disc"), b, 0o600))
	_, before := v.truth("copy.disc")
	code, _, errs := v.run("close", "--yes", "--device", "sim:copy.disc")
	if before.Blank || before.Finalized {
		require.Equal(v.t, exitNoDisc, code, "%s: %s", v.name, errs)
		return
	}
	require.Zero(v.t, code, "%s: %s", v.name, errs)
	_, after := v.truth("copy.disc")
	require.True(v.t, after.Finalized, v.name)
}

// killCounts counts the outcomes of the burns.
type killCounts struct{ kills, twice, noDisc, untouched, done, resumed, fragments int }

// finishes finishes the album and compares the disc with the files.
func (v *victim) finishes(c *killCounts) {
	_, before := v.truth("a.disc")
	_, out, _ := v.run("jobs", "--json")
	var list struct{ Jobs []jobDoc }
	require.NoError(v.t, json.Unmarshal([]byte(out), &list), out)
	if len(list.Jobs) == 0 {
		require.True(v.t, before.Blank || before.Finalized, "%s: the tracks on the disc are unknown", v.name)
		if before.Blank {
			c.untouched++
			return
		}
		c.done++
		tracks, _ := v.truth("a.disc")
		v.compare(numbersOf(tracks))
		return
	}
	code, out, errs := v.run("resume", "--yes", "--json", list.Jobs[0].Job)
	require.Zero(v.t, code, "%s: %s\n%s", v.name, errs, out)
	var report burn.Report
	for line := range strings.Lines(out) {
		var e struct {
			Event  string
			Report burn.Report
		}
		if err := json.Unmarshal([]byte(line), &e); err == nil && e.Event == "report" {
			report = e.Report
		}
	}
	require.Len(v.t, report.Tracks, len(v.files), v.name)
	starts := make([]toc.LBA, len(v.files))
	for i, row := range report.Tracks {
		require.Equal(v.t, burn.TrackOK, row.Status, v.name)
		starts[i] = row.Start
	}
	v.compare(starts)
	tracks, after := v.truth("a.disc")
	require.True(v.t, after.Finalized, v.name)
	c.resumed++
	if len(tracks) > len(v.files) {
		c.fragments++
	}
	_, out, _ = v.run("jobs", "--json")
	list.Jobs = nil
	require.NoError(v.t, json.Unmarshal([]byte(out), &list))
	require.Empty(v.t, list.Jobs, v.name)
}

func numbersOf(tracks []sim.Track) (starts []toc.LBA) {
	for _, t := range tracks {
		starts = append(starts, t.Start)
	}
	return starts
}

func (v *victim) compare(starts []toc.LBA) {
	d, err := sim.OpenDisc(filepath.Join(v.dir, "a.disc"))
	require.NoError(v.t, err)
	defer func() { require.NoError(v.t, d.Close()) }()
	require.Len(v.t, starts, len(v.files), v.name)
	for i, at := range starts {
		v.holds(d, at, v.files[i])
	}
}

// The program is killed at a random moment of a burn, from its start to its end. Then info
// is right, close works, and resume completes the album: all tracks equal their files.
func TestKilledProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("kills many burns")
	}
	const seed = 20261129
	r := rand.New(rand.NewPCG(seed, 1))
	files := []string{"01.wav", "02.wav", "03.wav"}
	music := t.TempDir()
	for i, n := range []int64{310*588 - 5, 100 * 588, 900 * 588} {
		require.NoError(t, writeTestWAV(filepath.Join(music, files[i]), n, false))
	}
	var c killCounts
	spans := map[int]time.Duration{}
	for n := range killsAsked() {
		way := n % len(ways)
		v := &victim{t: t, dir: t.TempDir(), files: files, flags: ways[way]}
		for _, f := range files {
			require.NoError(t, os.Link(filepath.Join(music, f), filepath.Join(v.dir, f)))
		}
		if spans[way] == 0 { // how long it takes on this computer
			began := time.Now()
			code, _, errs := v.run(append([]string{"burn", "--yes", "--device", "sim:whole.disc"}, append(v.flags, files...)...)...)
			require.Zero(t, code, errs)
			spans[way] = time.Since(began)
		}
		after := time.Duration(r.Float64() * 1.1 * float64(spans[way]))
		v.name = fmt.Sprintf("burn %d (%s), killed after %v of %v", n, strings.Join(v.flags, " "), after, spans[way])
		v.kill(after, append([]string{"burn", "--yes", "--device", "sim:a.disc"}, append(v.flags, files...)...)...)
		c.kills++
		// The load of the computer changes: kills should hit all of the burn.
		switch _, err := os.Stat(filepath.Join(v.dir, "a.disc")); {
		case err != nil:
			spans[way] += spans[way] / 20
		default:
			if _, s := v.truth("a.disc"); s.Finalized {
				spans[way] -= spans[way] / 10
			}
		}
		if _, err := os.Stat(filepath.Join(v.dir, "a.disc")); errors.Is(err, fs.ErrNotExist) {
			c.noDisc++
			code, _, errs := v.run(append([]string{"burn", "--yes", "--device", "sim:a.disc"}, files...)...)
			require.Zero(t, code, errs)
			continue
		}
		v.looks()
		v.closes()
		if n%3 == 0 { // the resumption is killed too
			after := time.Duration(r.Float64() * float64(spans[way]))
			v.name += fmt.Sprintf(", and the resumption after %v", after)
			v.kill(after, "resume", "--yes", "1")
			c.twice++
			v.looks()
			v.closes()
		}
		v.finishes(&c)
	}
	t.Logf("seed %d: %+v", seed, c)
}
