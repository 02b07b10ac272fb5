//go:build linux

package vm_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/sim"
)

// badDays: clear errors, true reports, no hang.
func badDays(t *testing.T, g *guest, songs []song) {
	t.Run("drive vanishes", func(t *testing.T) { t.Parallel(); vanishRow(t, g) })
	t.Run("command times out", func(t *testing.T) { t.Parallel(); timeoutRow(t, g, songs) })
	t.Run("kernel resets the drive", func(t *testing.T) { t.Parallel(); resetRow(t, g) })
	t.Run("disc pulled out", func(t *testing.T) { t.Parallel(); pulledRow(t, g) })
}

// vanishRow kills the target in the middle of a burn, as if the cable had been pulled.
func vanishRow(t *testing.T, g *guest) {
	songs := long(t, g, "vanish")
	s := g.serve(t, newDisc(t, sim.CDR80), "--realtime").attach(t)
	j := g.start(t, script{text: "redbook burn --json --yes --speed 8 --device " + s.device + " " + files(songs)})
	waitWritten(t, j, 1000)
	require.NoError(t, s.cmd.Process.Kill())
	gone := time.Now()
	r := j.wait(t)
	// The initiator waits 5 s for the drive to return, as attach specifies.
	assert.Less(t, time.Since(gone), 30*time.Second)
	assert.Equal(t, 7, r.Exit, r.both())
	assert.Contains(t, r.err, "WRITE(10)")
	t.Log(lastLines(r.err, 6))
	report := reportOf(t, r)
	assert.Equal(t, burn.VerdictFailed, report.Verdict)
	require.Len(t, report.Tracks, 1)

	// A sector reported as written is on the disc.
	<-s.ended
	d := truth(t, s.disc)
	tracks := d.Tracks()
	require.Len(t, tracks, 1)
	assert.GreaterOrEqual(t, tracks[0].Recorded, report.Tracks[0].Sectors-27, "one WRITE may have been lost")
	got := onDisc(t, d, tracks[0])
	same(t, songs[0].samples[:len(got)], got, "the audio that reached the disc")
}

// timeoutRow loses a command: the kernel's timer expires and its error handling begins.
// MODE SELECT has 40 s, here before track 2. Setting a value twice is harmless, so it is
// sent again, and the burn continues.
func timeoutRow(t *testing.T, g *guest, songs []song) {
	s := g.serve(t, newDisc(t, sim.CDR80), "--fault", "mode-select:5:timeout").attach(t)
	start := time.Now()
	j := g.start(t, script{text: "redbook burn --json --yes --device " + s.device + " " + files(songs)})
	r := j.wait(t)
	t.Logf("%.0f s: %s", time.Since(start).Seconds(), lastLines(r.err, 6))
	assert.Greater(t, time.Since(start), 40*time.Second, "the command was lost")
	assert.Less(t, time.Since(start), 110*time.Second)
	assert.Equal(t, 0, r.Exit, r.both())
	report := reportOf(t, r)
	assert.Equal(t, burn.VerdictSuccess, report.Verdict)
	s.stop(t)
	holds(t, truth(t, s.disc), songs)
}

// resetRow resets the drive from the kernel's side in the middle of a burn: by sg_reset, or
// by error handling for another device of the same host.
func resetRow(t *testing.T, g *guest) {
	songs := long(t, g, "reset")
	s := g.serve(t, newDisc(t, sim.CDR80), "--realtime").attach(t)
	j := g.start(t, script{text: "redbook burn --json --yes --speed 8 --device " + s.device + " " + files(songs)})
	waitWritten(t, j, 1000)
	g.sudo(t, "sg_reset -v --device "+s.device)
	r := j.wait(t)
	t.Logf("exit %d: %s", r.Exit, lastLines(r.err, 8))
	report := reportOf(t, r)
	s.stop(t)
	d := truth(t, s.disc)
	tracks := d.Tracks()
	require.Len(t, tracks, 1)
	got := onDisc(t, d, tracks[0])
	if r.Exit == 0 {
		holds(t, d, songs)
		return
	}
	assert.Equal(t, 7, r.Exit)
	assert.Equal(t, burn.VerdictFailed, report.Verdict)
	same(t, songs[0].samples[:len(got)], got, "the audio that reached the disc")
	// Also if the kernel's poll consumed the unit attention (6/29): the lost write parameters show
	// it.
	assert.Contains(t, strings.ToLower(r.err), "reset")
}

// pulledRow removes the disc by force in the middle of a burn.
func pulledRow(t *testing.T, g *guest) {
	songs := long(t, g, "pulled")
	s := g.serve(t, newDisc(t, sim.CDR80), "--realtime").attach(t)
	j := g.start(t, script{text: "redbook burn --json --yes --speed 8 --device " + s.device + " " + files(songs)})
	waitWritten(t, j, 1000)
	s.control(t, "eject")
	r := j.wait(t)
	t.Logf("exit %d: %s", r.Exit, lastLines(r.err, 8))
	assert.Equal(t, 7, r.Exit)
	assert.Equal(t, burn.VerdictFailed, reportOf(t, r).Verdict)
	assert.Regexp(t, "medium not present|no disc", strings.ToLower(r.err))
	s.stop(t)
	d := truth(t, s.disc)
	require.Len(t, d.Tracks(), 1)
	got := onDisc(t, d, d.Tracks()[0])
	same(t, songs[0].samples[:len(got)], got, "the audio that reached the disc")
}

// backendRow runs TestInGuest in the guest, against two drives of its own. The second one
// has no sr node: Open would use it instead of its sg node.
func backendRow(t *testing.T, g *guest) {
	self, err := os.Executable()
	require.NoError(t, err)
	copyFile(t, self, filepath.Join(g.shared, "inguest"))
	s, alone := g.serve(t, newDisc(t, sim.CDR80)).attach(t), g.serve(t, newDisc(t, sim.CDR80)).attach(t)
	at := strings.Fields(g.sudo(t, `d=$(readlink -f /sys/block/`+filepath.Base(alone.device)+`/device)
echo /dev/$(ls $d/scsi_generic) ${d##*/}
echo ${d##*/} >/sys/bus/scsi/drivers/sr/unbind`).out)
	require.Len(t, at, 2)
	alone.device = "" // the node no longer exists
	r := g.try(t, fmt.Sprintf(`cp /vm/inguest /tmp/inguest && cd /tmp &&
%s=%s %s=%s /tmp/inguest -test.v -test.run '^TestInGuest$'`, deviceVariable, s.device, genericVariable, at[0]))
	require.Zero(t, r.Exit, r.both())
	t.Log(lastLines(r.out, 20))
	assert.Contains(t, r.out, "PASS: TestInGuest/signals")

	// Each of its commands has a different allocation length. A command that the kernel
	// sent again after a signal would occur twice.
	for _, drive := range []*target{s, alone} {
		seen := map[int]int{}
		for _, c := range traced(t, drive) {
			if c.cdb[0] == 0x12 && c.cdb[4] >= signalFirst {
				seen[int(c.cdb[4])]++
			}
		}
		for n := signalFirst; n < signalFirst+signalCount; n++ {
			assert.Equal(t, 1, seen[n], "INQUIRY of %d bytes", n)
		}
	}
	g.sudo(t, "(echo 1 >/sys/bus/scsi/devices/"+at[1]+"/delete) >/dev/null 2>&1 </dev/null &")
	alone.stop(t)
	s.stop(t)
}

func lastLines(text string, n int) string { return strings.TrimSpace(tail(text, n)) }
