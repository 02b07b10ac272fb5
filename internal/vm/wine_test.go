//go:build linux

package vm_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/sim"
)

// TestWine runs the program for Windows, and the tests of its Windows code, under Wine in
// the guest. D: is the simulated drive, through the guest kernel's SG_IO.
func TestWine(t *testing.T) {
	if !wanted(t) {
		return
	}
	w := startWine(t)
	blank := newDisc(t, sim.CDR80)
	s := w.g.serve(t, blank).attach(t)
	require.Equal(t, "/dev/sr0", s.device, "what D: is")
	songs := w.album(t)
	t.Run("backend", func(t *testing.T) { wineBackend(t, w) })
	t.Run("looking", func(t *testing.T) { wineLooking(t, w) })
	t.Run("burn", func(t *testing.T) { wineBurn(t, w, songs) })
	s.stop(t)
	d := truth(t, blank)
	holds(t, d, songs)
	assert.True(t, d.Summary().Finalized)
	t.Run("cancel", func(t *testing.T) { wineCancel(t, w) })
}

// wine is a guest that runs Windows programs.
type wine struct{ g *guest }

// startWine boots a guest and starts the server shared by all Wine programs in it: without
// it, each program would start its own, for 10 s.
func startWine(t *testing.T) *wine {
	t.Helper()
	programs := t.TempDir()
	built := make(chan error, 1)
	go func() { built <- buildWindows(programs) }() // while the guest boots
	prefix := winePrefix(t)
	w := &wine{boot(t, "-m", "1000")}
	require.NoError(t, <-built)
	for _, name := range []string{"redbook.exe", "host.exe", "power.exe"} {
		copyFile(t, filepath.Join(programs, name), filepath.Join(w.g.shared, name))
	}
	// A prefix must belong to its user. The overlay stores the changes.
	w.g.sudo(t, `mkdir /mnt/wine && mount --bind `+prefix+` /mnt/wine && cd /mnt/wine &&
chown 1000 . *.reg && chown -R 1000 dosdevices drive_c/users && chmod 777 drive_c drive_c/windows`)
	w.g.start(t, script{text: "WINEPREFIX=/mnt/wine WINEDEBUG=-all exec /usr/lib/wine/wineserver64 -f -p", limit: 10 * time.Minute})
	started := time.Now()
	r := w.run(t, "redbook.exe version")
	t.Logf("%s after %.1f s", strings.TrimSpace(r.out), time.Since(started).Seconds())
	assert.Contains(t, r.out, "windows/amd64")
	return w
}

// winePrefix has drive C: of Wine in it; wine.sh makes it once.
func winePrefix(t *testing.T) string {
	t.Helper()
	base, err := os.UserCacheDir()
	require.NoError(t, err)
	prefix := filepath.Join(base, "redbook-vm", "wine")
	started := time.Now()
	out, err := exec.Command("bash", "wine.sh", prefix).CombinedOutput()
	require.NoError(t, err, "wine.sh: %s", out)
	dll := filepath.Join(prefix, "drive_c", "windows", "system32", "bcryptprimitives.dll")
	if _, err := os.Stat(dll); err != nil {
		require.NoError(t, os.WriteFile(dll, forwarder("bcryptprimitives.dll", "ProcessPrng", "advapi32.SystemFunction036"), 0o644))
	}
	t.Logf("wine and its prefix: %.1f s", time.Since(started).Seconds())
	return prefix
}

// buildWindows makes the program for Windows, and two test programs.
func buildWindows(dir string) error {
	for _, args := range [][]string{
		{"build", "-o", filepath.Join(dir, "redbook.exe"), "./cmd/redbook"},
		{"test", "-c", "-o", filepath.Join(dir, "host.exe"), "./scsi/host"},
		{"test", "-c", "-o", filepath.Join(dir, "power.exe"), "./power"},
	} {
		cmd := exec.Command("go", args...)
		cmd.Dir = "../.."
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=windows", "GOARCH=amd64")
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("go %s: %w\n%s", args[0], err, text)
		}
	}
	return nil
}

// line returns a shell line that runs a program of the shared folder, as the user.
func line(program string) string {
	return `export WINEPREFIX=/mnt/wine WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml= USER=user HOME=/tmp DISPLAY=
cd /vm && /usr/lib/wine/wine64 ` + program
}

func (w *wine) try(t *testing.T, program string) result {
	t.Helper()
	return w.g.try(t, line(program))
}

// run runs a program that must succeed.
func (w *wine) run(t *testing.T, program string) result {
	t.Helper()
	return w.g.run(t, line(program))
}

// album makes songs with non-ASCII names, at paths longer than the 260 characters that
// Windows once allowed.
func (w *wine) album(t *testing.T) []song {
	t.Helper()
	dir := strings.Repeat(strings.Repeat("d", 99)+"/", 3) + "Ænima – 夜"
	songs := w.g.album(t, dir, lengths...)
	for i, name := range []string{"1 Überall.wav", "2 Señor.wav", "10 終.wav"} {
		old := filepath.Join(w.g.shared, dir, filepath.Base(songs[i].file))
		require.NoError(t, os.Rename(old, filepath.Join(filepath.Dir(old), name)))
		songs[i].file = "'" + dir + "/" + name + "'"
	}
	return songs
}

// wineBackend runs the tests of package host on the drive, and those of package power.
func wineBackend(t *testing.T, w *wine) {
	r := w.g.run(t, "export REDBOOK_WINDOWS_DRIVE=D:\n"+line("host.exe -test.v -test.run 'OnWindows|WindowsConformance'"))
	assert.Contains(t, r.out, "--- PASS: TestOnWindows")
	assert.Contains(t, r.out, "--- PASS: TestWindowsConformance")
	assert.NotContains(t, r.out, "nothing was run")
	r = w.run(t, "power.exe -test.v -test.run 'Window|SessionEnds|Guards'")
	assert.Contains(t, r.out, "--- PASS: TestWindowRefuses")
	assert.Contains(t, r.out, "--- PASS: TestSessionEnds")
	assert.NotContains(t, r.out, "has no desktop")
}

// wineLooking lists drives and looks at a blank disc; other names aren't drives.
func wineLooking(t *testing.T, w *wine) {
	assert.Regexp(t, `(?m)^D: +REDBOOK +SIMULATED CD-RW +1\.00 +CD-R, blank`, w.run(t, "redbook.exe drives").out)
	var info struct {
		Device string
		Disc   struct{ Media, Status string }
		Free   int `json:"free_sectors"`
	}
	require.NoError(t, json.Unmarshal([]byte(w.run(t, "redbook.exe info --json").out), &info))
	assert.Equal(t, "D:", info.Device, "the only drive")
	assert.Equal(t, "CD-R", info.Disc.Media)
	assert.Equal(t, "blank", info.Disc.Status)
	assert.Equal(t, 359844, info.Free) // G6
	r := w.try(t, "redbook.exe info --device C:")
	assert.Equal(t, 3, r.Exit)
	assert.Contains(t, r.err, "open C: not an optical drive")
}

// wineBurn burns, closes and reads back. The program expands patterns, and prints text as
// UTF-8.
func wineBurn(t *testing.T, w *wine, songs []song) {
	r := w.run(t, `redbook.exe burn --yes --no-close --device d: `+pattern(songs))
	assert.Contains(t, r.out, "success: 3 of 3 tracks")
	for _, name := range []string{"1 Überall.wav", "2 Señor.wav", "10 終.wav"} {
		assert.Contains(t, r.out, name)
	}
	assert.NotContains(t, r.both(), "\r\x1b", "without a terminal no line is rewritten")
	w.run(t, "redbook.exe close")

	// On a console the progress is rewritten in place, and names are unchanged.
	r = w.g.run(t, "cat >/tmp/verify <<'END'\n"+line("redbook.exe verify --device D: "+files(songs))+
		"\nEND\nTERM=xterm script -qec 'stty cols 100; sh /tmp/verify' /dev/null </dev/null")
	assert.Contains(t, r.out, "Read back (full): equal")
	assert.Contains(t, r.out, "Looking at 10 終.wav")
	assert.Regexp(t, `\x1b\[KReading back  \[[#.]+\]`, r.out)
}

// pattern matches all songs of a folder.
func pattern(songs []song) string {
	name := strings.Trim(songs[0].file, "'")
	return "'" + filepath.Dir(name) + "/*.wav'"
}

// wineCancel interrupts a burn: Wine converts SIGINT to Ctrl-C. The audio written so far
// stays, as a complete track.
func wineCancel(t *testing.T, w *wine) {
	songs := long(t, w.g, "cancel")
	s := w.g.serve(t, newDisc(t, sim.CDR80), "--realtime").attach(t)
	j := w.g.start(t, script{text: line("redbook.exe burn --json --yes --speed 8 --device D: " + strings.TrimPrefix(files(songs), "/vm/"))})
	waitWritten(t, j, 1000)
	w.g.run(t, "kill -INT $(pidof redbook.exe)")
	r := j.wait(t)
	assert.Equal(t, 130, r.Exit, r.err)
	report := reportOf(t, r)
	s.stop(t)

	d := truth(t, s.disc)
	tracks := d.Tracks()
	require.Len(t, tracks, 1)
	assert.Equal(t, "complete", tracks[0].State)
	got := onDisc(t, d, tracks[0])
	assert.Less(t, len(got), len(songs[0].samples))
	same(t, songs[0].samples[:len(got)], got, "the part that was written")
	require.Len(t, report.Tracks, 1)
	assert.Equal(t, tracks[0].Recorded, report.Tracks[0].Sectors)
}
