//go:build linux

package vm_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/sim"
)

// cliRows are features of redbook beyond those of every burner.
func cliRows(t *testing.T, g *guest, songs []song) {
	t.Run("looking", func(t *testing.T) { t.Parallel(); lookingRow(t, g) })
	t.Run("open session", func(t *testing.T) { t.Parallel(); openSessionRow(t, g, songs) })
	t.Run("cancel", func(t *testing.T) { t.Parallel(); cancelRow(t, g) })
	t.Run("disturbed", func(t *testing.T) { t.Parallel(); disturbedRow(t, g) })
	t.Run("tray", func(t *testing.T) { t.Parallel(); trayRow(t, g, songs) })
	t.Run("eject", func(t *testing.T) { t.Parallel(); ejectRow(t, g) })
	t.Run("generic node", func(t *testing.T) { t.Parallel(); genericRow(t, g) })
	t.Run("desktop", func(t *testing.T) { t.Parallel(); desktopRow(t, g, songs) })
}

// lookingRow lists drives and looks at a blank disc, and at a drive that this user may not
// open.
func lookingRow(t *testing.T, g *guest) {
	s := g.serve(t, newDisc(t, sim.CDR80)).attach(t)
	type drive struct{ Path, ID, Vendor, Model, Revision, Medium string }
	var list struct{ Drives []drive }
	require.NoError(t, json.Unmarshal([]byte(g.run(t, "redbook drives --json").out), &list))
	at := slices.IndexFunc(list.Drives, func(d drive) bool { return d.Path == s.device })
	require.GreaterOrEqual(t, at, 0, "%v", list)
	d := list.Drives[at]
	assert.Equal(t, []string{"REDBOOK", "SIMULATED CD-RW", "1.00"}, []string{d.Vendor, d.Model, d.Revision})
	assert.Contains(t, d.Medium, "blank", "as udev saw it")
	assert.Contains(t, d.ID, "/dev/disk/by-", "a name that survives renumbering")

	var info struct {
		Device string
		Disc   struct{ Media, Status string }
		Free   int `json:"free_sectors"`
	}
	require.NoError(t, json.Unmarshal([]byte(g.run(t, "redbook info --json --device "+s.device).out), &info))
	assert.Equal(t, s.device, info.Device)
	assert.Equal(t, "CD-R", info.Disc.Media)
	assert.Equal(t, "blank", info.Disc.Status)
	assert.Equal(t, 359844, info.Free) // G6

	// Names that stay the same when another drive is connected.
	byPath := strings.TrimSpace(g.run(t, "udevadm info -q symlink -n "+s.device+" | tr ' ' '\\n' | grep by-path").out)
	assert.Contains(t, g.run(t, "redbook info --device /dev/"+byPath).out, "CD-R, blank")

	r := g.start(t, script{text: "redbook info --device " + s.device, stranger: true}).wait(t)
	assert.Equal(t, 3, r.Exit)
	assert.Contains(t, r.err, "cdrom", "the cure")
}

// openSessionRow adds tracks to a session that stays open, and closes it.
func openSessionRow(t *testing.T, g *guest, songs []song) {
	s := g.serve(t, newDisc(t, sim.CDR80)).attach(t)
	burn := "redbook burn --yes --device " + s.device
	g.run(t, burn+" --no-close "+songs[0].file)
	r := g.try(t, burn+" "+songs[1].file)
	assert.Equal(t, 4, r.Exit, "not without --append: %s", r.both())
	g.run(t, burn+" --append --no-close "+files(songs[1:]))
	g.run(t, "redbook close --device "+s.device)
	g.run(t, "redbook verify --device "+s.device+" "+files(songs))
	s.stop(t)
	d := truth(t, s.disc)
	holds(t, d, songs)
	assert.True(t, d.Summary().Finalized)
	assert.Equal(t, 1, d.Summary().Sessions)
}

// long is one long track, on a drive with real time.
func long(t *testing.T, g *guest, name string) []song {
	return g.album(t, name, 60*44100)
}

// cancelRow interrupts a burn. The audio written so far stays, as a complete track.
func cancelRow(t *testing.T, g *guest) {
	songs := long(t, g, "cancel")
	s := g.serve(t, newDisc(t, sim.CDR80), "--realtime").attach(t)
	// Not by "&": a shell makes background programs ignore SIGINT, and so does redbook then.
	j := g.start(t, script{text: "echo $$ >/tmp/cancel.pid; exec redbook burn --json --yes --speed 8 --device " + s.device + " " + files(songs)})
	waitWritten(t, j, 1000)
	g.run(t, "kill -INT $(cat /tmp/cancel.pid)")
	r := j.wait(t)
	assert.Equal(t, 130, r.Exit, r.err)
	report := reportOf(t, r)
	g.run(t, "redbook close --device "+s.device)
	s.stop(t)

	d := truth(t, s.disc)
	assert.True(t, d.Summary().Finalized)
	tracks := d.Tracks()
	require.Len(t, tracks, 1)
	assert.Equal(t, "complete", tracks[0].State)
	assert.False(t, tracks[0].Damaged)
	got := onDisc(t, d, tracks[0])
	assert.Less(t, len(got), len(songs[0].samples))
	same(t, songs[0].samples[:len(got)], got, "the part that was written")
	require.Len(t, report.Tracks, 1)
	assert.Equal(t, tracks[0].Recorded, report.Tracks[0].Sectors, "the report contains its length")
}

// waitWritten waits until a burn with --json has written this many sectors.
func waitWritten(t *testing.T, j *job, sectors int) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		for line := range strings.Lines(j.sofar().out) {
			var e struct {
				Event, Phase string
				Last         int `json:"last_written_lba"`
			}
			if json.Unmarshal([]byte(line), &e) == nil && e.Phase == "write" && e.Last >= sectors {
				return
			}
		}
		select {
		case <-j.done:
			require.FailNow(t, "the burn ended first", j.sofar().both())
		default:
		}
		require.True(t, time.Now().Before(deadline), "nothing is written: %s", j.sofar().both())
	}
}

// reportOf is the report of a burn with --json.
func reportOf(t *testing.T, r result) burn.Report {
	t.Helper()
	for line := range strings.Lines(r.out) {
		var e struct {
			Event  string
			Report burn.Report
		}
		if json.Unmarshal([]byte(line), &e) == nil && e.Event == "report" {
			return e.Report
		}
	}
	require.FailNow(t, "no report", r.both())
	return burn.Report{}
}

// disturbedRow burns while every program that examines drives examines this one, and a
// second burner tries to use it.
func disturbedRow(t *testing.T, g *guest) {
	songs := long(t, g, "disturbed")
	s := g.serve(t, newDisc(t, sim.CDR80), "--realtime").attach(t)
	j := g.start(t, script{text: "redbook burn --json --yes --speed 4 --verify full --device " + s.device + " " + files(songs)})
	waitWritten(t, j, 500)
	g.sudo(t, "echo 100 >/sys/block/"+filepath.Base(s.device)+"/events_poll_msecs; udevadm trigger "+s.device)
	r := g.try(t, "redbook burn --yes --device "+s.device+" "+files(songs))
	assert.Equal(t, 3, r.Exit, r.both())
	assert.Contains(t, r.err, "redbook", "who has it")
	drives := g.run(t, "redbook drives")
	assert.Regexp(t, s.device+".*redbook", drives.out, "who has it")
	r = g.try(t, "cdrskin dev="+s.device+" -tao -audio "+files(songs))
	assert.NotZero(t, r.Exit, r.both())
	g.sudo(t, "for i in $(seq 5); do /lib/udev/cdrom_id "+s.device+"; blkid -p "+s.device+"; sg_turs "+s.device+"; done >/dev/null 2>&1; true")
	r = j.wait(t)
	assert.Zero(t, r.Exit, r.both())
	assert.Equal(t, burn.VerdictSuccess, reportOf(t, r).Verdict)
	s.stop(t)
	holds(t, truth(t, s.disc), songs)
}

// trayRow changes discs by software and by hand; kernel and udev notice.
func trayRow(t *testing.T, g *guest, songs []song) {
	blank, full := newDisc(t, sim.CDR74), newDisc(t, sim.CDR80)
	s := g.serve(t, full).attach(t)
	g.run(t, "redbook burn --yes --eject --device "+s.device+" "+files(songs))
	r := g.try(t, "redbook info --device "+s.device)
	assert.Equal(t, 4, r.Exit, r.both())
	g.run(t, "redbook load --device "+s.device)
	assert.Contains(t, g.run(t, "redbook toc --device "+s.device).out, "00:16:05")
	s.control(t, "eject")
	s.control(t, "insert", blank)
	// No program has the drive open: the kernel's polling notices the change.
	assert.Eventually(t, func() bool {
		state := g.run(t, "udevadm info -q property -n "+s.device+" | grep MEDIA_STATE || true").out
		return strings.Contains(state, "blank")
	}, 20*time.Second, 500*time.Millisecond)
	g.run(t, "redbook burn --yes --device "+s.device+" "+songs[0].file)
	s.stop(t)
	holds(t, truth(t, blank), songs[:1])
	holds(t, truth(t, full), songs)
}

// personalityRows pair drives that matter to a kernel or a host with burners, here those of
// some burners.
func personalityRows(t *testing.T, g *guest, songs []song, burners ...burner) {
	for _, row := range []struct {
		personality string
		by          burner
	}{
		{"busy-2-04-08", ours}, {"busy-2-04-08", wodim}, {"busy-2-04-08", cdrskin},
		{"descriptor-sense", ours}, {"descriptor-sense", cdrskin},
		{"no-feature-2d", ours}, {"mmc1", ours}, {"old", wodim}, {"pioneer", cdrskin},
		{"blocks", ours}, {"busy-info", ours}, {"stale-toc", ours}, {"nwa-minus-150", cdrskin},
		{"sync-leaves-open", ours}, {"short-05", wodim}, {"block-descriptor", wodim},
	} {
		if !slices.ContainsFunc(burners, func(b burner) bool { return b.name == row.by.name }) {
			continue
		}
		t.Run(row.personality+" "+row.by.name, func(t *testing.T) {
			t.Parallel()
			s := g.serve(t, newDisc(t, sim.CDR80), "--personality", row.personality).attach(t)
			// On a busy machine wodim takes the bus for too slow for the drive.
			g.run(t, "export CDR_NODMATEST=1; "+row.by.burn(s.device, order{songs: songs[:2]}))
			s.stop(t)
			d := truth(t, s.disc)
			holds(t, d, songs[:2])
			assert.True(t, d.Summary().Finalized)
		})
	}
}

// ourReaders are redbook's own commands on any burned disc.
var ourReaders = []reader{
	{"redbook read", "redbook read --device $dev --output out && for f in out/*.wav; do tail -c +45 $f | sha256sum; done", ourRips},
	{"redbook verify", "redbook verify --device $dev /vm/album/*.wav", contains("Read back (full): equal")},
	{"redbook toc", "redbook toc --json --device $dev", ourTOC},
}

// ourRips: redbook reads a track without the pause after it.
func ourRips(t *testing.T, r result, songs []song) {
	t.Helper()
	for _, s := range songs {
		assert.Contains(t, r.out, sum(s.samples))
	}
}

func ourTOC(t *testing.T, r result, _ []song) {
	t.Helper()
	var doc struct {
		Tracks []struct {
			Start int `json:"start_lba"`
			ISRC  string
		}
		LeadOut int `json:"lead_out_lba"`
		MCN     string
	}
	require.NoError(t, json.NewDecoder(bytes.NewReader([]byte(r.out))).Decode(&doc), r.both())
	require.Len(t, doc.Tracks, 3)
	for i, tr := range doc.Tracks {
		assert.Equal(t, starts[i], tr.Start)
		assert.Equal(t, isrcs[i], tr.ISRC)
	}
	assert.Equal(t, leadOut, doc.LeadOut)
	assert.Equal(t, mcn, doc.MCN)
}

// copyFile copies a file for the guest.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, b, 0o755), fmt.Sprint(to))
}
