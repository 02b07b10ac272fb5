package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/redbook-audio/redbook/cmd/redbook/internal/line"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/host"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shelf is a folder with two short files, and the program with hooks.
type shelf struct {
	t    *testing.T
	dir  string
	wavs []string
	app  *app
	out  bytes.Buffer
	errs bytes.Buffer
}

func newShelf(t *testing.T) *shelf {
	s := &shelf{t: t, dir: t.TempDir()}
	for _, name := range []string{"one.wav", "two.wav"} {
		s.wavs = append(s.wavs, filepath.Join(s.dir, name))
		require.NoError(t, writeTestWAV(s.wavs[len(s.wavs)-1], 5*44100, false))
	}
	s.app = &app{
		in: bytes.NewReader(nil), env: func(string) string { return "" },
		screen: screen{width: func() int { return 80 }}, hooks: hooks{json: checkJSON},
	}
	s.app.out, s.app.err = &s.out, &s.errs
	return s
}

func (s *shelf) path(name string) string { return filepath.Join(s.dir, name) }

func (s *shelf) burn(args ...string) int {
	return s.app.run(append(append([]string{"burn", "--yes"}, args...), s.wavs...))
}

// events are the lines of --json, by kind and drive.
func (s *shelf) events(kind string) map[string]map[string]any {
	list := map[string]map[string]any{}
	for l := range strings.Lines(s.out.String()) {
		var e map[string]any
		require.NoError(s.t, json.Unmarshal([]byte(l), &e), l)
		if e["event"] == kind {
			device, _ := e["device"].(string)
			assert.NotContains(s.t, list, device, "two of one drive")
			list[device] = e
		}
	}
	return list
}

// One drive fails in the middle of a track. The other one finishes, and each has its own
// report, log and trace.
func TestOneOfSeveralFails(t *testing.T) {
	s := newShelf(t)
	var mu sync.Mutex
	opened := 0
	s.app.hooks.transport = func(tr scsi.Transport) scsi.Transport {
		mu.Lock()
		defer mu.Unlock()
		if opened++; opened == 1 {
			return &locks{Transport: tr, failAt: 8}
		}
		return tr
	}
	a, b, c := "sim:"+s.path("a.disc"), "sim:"+s.path("b.disc"), "sim:"
	code := s.burn("--json", "--device", a, "--device", b, "--device", c,
		"--report", s.path("r.json"), "--log", s.path("l.txt"), "--trace", s.path("t.jsonl"))
	assert.Equal(t, exitWriteFailed, code, s.errs.String())
	reports := s.events("report")
	require.Len(t, reports, 3)
	assert.EqualValues(t, exitWriteFailed, reports[a]["exit"])
	assert.EqualValues(t, exitDone, reports[b]["exit"])
	assert.EqualValues(t, exitNoDisc, reports[c]["exit"])
	failures := s.events("error")
	require.Len(t, failures, 3, "two drives, and all of it")
	assert.Equal(t, "2 of 3 discs failed", failures[""]["message"])
	assert.Contains(t, s.errs.String(), "redbook: "+a+": ")
	for _, name := range []string{"r.json", "r-2.json", "l.txt", "l-2.txt", "t.jsonl", "t-2.jsonl"} {
		assert.FileExists(t, s.path(name))
	}
	code, _, stderr := run(t, append([]string{"verify", "--device", b}, s.wavs...)...)
	assert.Equal(t, exitDone, code, stderr)
}

// Ctrl-C cancels all drives, with a message for each.
func TestSeveralCanceled(t *testing.T) {
	s := newShelf(t)
	var once sync.Once
	s.app.hooks.transport = func(tr scsi.Transport) scsi.Transport {
		return &atWrite{tr, func() { once.Do(func() { s.app.stop.cancel() }) }}
	}
	a, b := "sim:"+s.path("a.disc"), "sim:"+s.path("b.disc")
	assert.Equal(t, exitCanceled, s.burn("--json", "--device", a, "--device", b), s.errs.String())
	reports := s.events("report")
	assert.EqualValues(t, exitCanceled, reports[a]["exit"])
	assert.EqualValues(t, exitCanceled, reports[b]["exit"])
	assert.Contains(t, s.errs.String(), "redbook: "+a+": ")
	assert.Contains(t, s.errs.String(), "redbook: "+b+": ")
}

// Drives that can't burn at the same time are refused before any is opened.
func TestSeveralRefused(t *testing.T) {
	dir := t.TempDir()
	disc := filepath.Join(dir, "a.disc")
	require.NoError(t, os.Symlink(dir, filepath.Join(dir, "link")))
	require.NoError(t, os.Symlink("a.disc", filepath.Join(dir, "later.disc")))
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--device", "sim:" + disc, "--device", "sim:" + disc}, "are the same drive"},
		{[]string{"--device", "sim:" + disc, "--device", "sim:" + filepath.Join(dir, "link", "a.disc")}, "are the same drive"},
		{[]string{"--device", "sim:" + filepath.Join(dir, "later.disc"), "--device", "sim:" + disc}, "are the same drive"},
		{[]string{"--device", "/dev/sr0", "--device", "/dev/sg1"}, "are the same drive"},
		{[]string{"--device", "/dev/sr0", "--device", "/dev/disk/by-id/usb-X"}, "are the same drive"},
		{[]string{"--device", "D:", "--device", `\\.\d:`}, "are the same drive"},
		{[]string{"--device", "sim:" + disc, "--device", "sim:" + disc + "2", "--copies", "2"}, "use only one of them"},
		{[]string{"--device", "sim:" + disc, "--device", ""}, "the name of the drive is missing"},
		{[]string{"--device", "sim:" + disc, "--device", "sim:" + disc + "2", "--report", disc + "2"}, "must end in .html"},
		{[]string{"--device", "sim:" + disc, "--device", "sim:" + disc + "2", "--log", disc + "2"}, "that is the simulated disc"},
	} {
		s := newShelf(t)
		s.app.hooks.host = &hostSystem{List: fakeList(host.Info{Path: "/dev/sr0", Generic: "/dev/sg1", Links: []string{"/dev/disk/by-id/usb-X"}})}
		assert.Equal(t, exitUsage, s.burn(c.args...), c.args)
		assert.Contains(t, s.errs.String(), c.says)
		assert.NoFileExists(t, disc)
	}
	code, _, stderr := run(t, "info", "--device", "sim:", "--device", "sim:")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "only burn uses several drives")
}

// A drive that can't be opened, and a case where none can.
func TestSeveralUnopened(t *testing.T) {
	s := newShelf(t)
	missing := "sim:" + s.path("no/a.disc")
	assert.Equal(t, exitNoDrive, s.burn("--device", missing, "--device", "sim:"+s.path("b.disc")), s.errs.String())
	assert.Contains(t, s.out.String(), "success")
	assert.Contains(t, s.errs.String(), "1 of 2 discs failed")
	s = newShelf(t)
	assert.Equal(t, exitNoDrive, s.burn("--json", "--device", missing, "--device", missing+"2"), s.errs.String())
	assert.Len(t, s.events("report"), 2)
	// A bad file is the same for all drives, and reported once.
	s = newShelf(t)
	require.NoError(t, os.WriteFile(s.wavs[1], []byte("no sound"), 0o644))
	assert.Equal(t, exitBadInput, s.burn("--device", "sim:"+s.path("a.disc"), "--device", "sim:"+s.path("b.disc")))
	assert.Equal(t, 1, strings.Count(s.errs.String(), "two.wav"))
	assert.NoFileExists(t, s.path("a.disc"))
}

// Several lines are rewritten in place, and permanent lines are printed above them.
func TestRows(t *testing.T) {
	var b bytes.Buffer
	c := &console{w: &b, screen: screen{live: true, width: func() int { return 40 }}}
	c.fitRow(2, line.Text(1, "second"))
	c.fitRow(1, line.Text(1, "first"))
	c.print("stays")
	c.fitRow(2, line.Text(1, "second again"))
	c.endRows()
	assert.Equal(t, "\r\nsecond"+"\r\x1b[K\x1b[A\x1b[K"+"\rfirst\nsecond"+"\r\x1b[K\x1b[A\x1b[K"+"stays\n"+
		"\rfirst\nsecond again"+"\r\x1b[K\x1b[A\x1b[K", b.String())
}

func fakeList(drives ...host.Info) func(context.Context) ([]host.Info, error) {
	return func(context.Context) ([]host.Info, error) { return drives, nil }
}
