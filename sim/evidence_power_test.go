package sim_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/race"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// album is the burn that is interrupted: two tracks and the close, at the slowest speed,
// to keep laser and host far apart.
type album struct{ w *wire }

var errInterrupted = errors.New("interrupted")

var albumTracks = []int{500, 700}

// commands yields the commands of the burn one by one; a WRITE comes with its sectors.
func (a album) commands(do func(cdb string, data []byte) error) error {
	list := func(edit func(p []byte)) []byte { return append(make([]byte, 8), tao05(edit)...) }
	if err := do("BB 00 FF FF 02 C2 00 00 00 00 00 00", nil); err != nil {
		return err
	}
	start := toc.LBA(0)
	for _, n := range albumTracks {
		if err := do("55 10 00 00 00 00 00 00 3C 00", list(nil)); err != nil {
			return err
		}
		for i := 0; i < n; i += 27 {
			part := min(n-i, 27)
			p := make([]byte, part*toc.SectorSize)
			stamp(p, start+toc.LBA(i))
			if err := do(write10(start+toc.LBA(i), part), p); err != nil {
				return err
			}
		}
		if err := do("35 00 00 00 00 00 00 00 00 00", nil); err != nil {
			return err
		}
		start += toc.LBA(n + 152)
	}
	return do("5B 00 02 00 00 00 00 00 00 00", nil)
}

// cut checks that a disc is a beginning of the album and heals it: all audio on it is
// what was sent, and after CLOSE TRACK (or REPAIR TRACK) the session closes. It returns a
// word for the state that it found.
func (a album) cut(heal string) string {
	w := a.w
	w.Helper()
	w.ready()
	disc := w.d.Disc()
	found := "nothing"
	start := toc.LBA(0)
	tracks := disc.Tracks()
	for i, track := range tracks {
		require.Equal(w, i+1, track.Number)
		require.Equal(w, start, track.Start)
		require.LessOrEqual(w, int(track.Recorded), albumTracks[i])
		p, want := make([]byte, track.Recorded.Bytes()), make([]byte, track.Recorded.Bytes())
		require.NoError(w, disc.ReadSectors(start, p))
		stamp(want, start)
		require.True(w, string(want) == string(p), "track %d holds something else", i+1)
		start += toc.LBA(albumTracks[i] + 152)
		found = fmt.Sprintf("%s %d", track.State, track.Number)
		if track.State == "complete" {
			require.EqualValues(w, albumTracks[i], track.Size)
			require.False(w, track.Damaged)
			continue
		}
		require.True(w, track.Damaged)
		behind := track.Start + toc.LBA(track.Recorded)
		require.ErrorIs(w, disc.ReadSectors(behind, make([]byte, toc.SectorSize)), sim.ErrUnrecorded, "sectors that the laser didn't reach are lost")
		a.heal(track, heal)
	}
	if disc.Summary().Finalized {
		return "closed"
	}
	if len(tracks) > 0 {
		w.closeSession(0)
		require.True(w, disc.Summary().Finalized)
		w.wantSectors(0, int(tracks[0].Recorded))
	}
	return found
}

// heal ends a damaged track. Before, the session doesn't close (5/72/03), the track can't
// be written, and READ TRACK INFORMATION FFh reports the damage.
func (a album) heal(track sim.Track, cdb string) {
	w := a.w
	w.Helper()
	info := w.info(0xFF)
	assert.Equal(w, track.Number, info.number)
	assert.True(w, info.damage)
	assert.False(w, info.nwaValid)
	w.tao()
	assert.Equal(w, "5/72/03", w.none("5B 00 02 00 00 00 00 00 00 00"))
	assert.Equal(w, "5/21/02", w.write(track.Start+toc.LBA(track.Recorded), 1))
	w.ok(cdb)
	w.ready()
	info = w.info(track.Number)
	assert.False(w, info.damage)
	assert.EqualValues(w, max(track.Recorded, 300), info.size)
}

// Power fails at moments all over the burn, most of them inside a command that waits for
// the laser, on the real clock under synctest.
func TestPowerLossAtEveryMoment(t *testing.T) {
	step := 330 * time.Millisecond
	if race.Enabled || testing.Short() {
		step = 1100 * time.Millisecond
	}
	seen := map[string]int{}
	for at := step; seen["closed"] < 2; at += step {
		require.Less(t, at, 3*time.Minute, "the burn never ends")
		synctest.Test(t, func(t *testing.T) {
			w := plug(t, sim.Config{Disc: sim.NewDisc(sim.CDR80), Clock: "real"})
			cut := time.AfterFunc(at, w.d.PowerCycle)
			defer cut.Stop()
			err := album{w}.commands(func(cdb string, data []byte) error { return w.try(cdb, data) })
			if err != nil {
				require.ErrorIs(t, err, errInterrupted)
			} else {
				time.Sleep(at) // the power fails after the end
			}
			heal := "5B 00 01 00 00 FF 00 00 00 00" // CLOSE TRACK FFh
			if at/step%2 == 0 {
				heal = "58 00 00 00 00 FF 00 00 00 00" // REPAIR TRACK
			}
			seen[album{w}.cut(heal)]++
		})
	}
	for _, what := range []string{"nothing", "open 1", "complete 1", "open 2", "complete 2", "closed"} {
		assert.Positive(t, seen[what], "%s: %v", what, seen)
	}
}

// try sends a command of a burn. Any answer but GOOD after a loss of power is
// errInterrupted.
func (w *wire) try(cdb string, data []byte) error {
	b, err := hex.DecodeString(strings.ReplaceAll(cdb, " ", ""))
	require.NoError(w, err)
	dir := scsi.NoData
	if data != nil {
		dir = scsi.DataOut
	}
	res, err := w.d.Do(context.Background(), request(b, dir, data))
	if err != nil {
		require.ErrorContains(w, err, "the drive lost power")
		var lost *scsi.TransportError
		require.ErrorAs(w, err, &lost)
		require.Equal(w, scsi.SentUnknown, lost.Sent, "its progress is unknown")
		return fmt.Errorf("%w: %w", errInterrupted, err)
	}
	if res.Status != scsi.Good {
		require.Equal(w, "6/29/00", triple(res.Sense), "between two commands: power-on")
		return errInterrupted
	}
	return nil
}

// The program that holds a disc file may be killed after any command. The next one that
// opens the file finds everything that was answered GOOD, and can continue from there.
func TestProgramThatIsKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("kills many burns")
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "album.disc")
	disc, err := sim.CreateDisc(path, sim.CDR80)
	require.NoError(t, err)
	w := plug(t, sim.Config{Disc: disc})
	n := 0
	seen := map[string]int{}
	err = album{w}.commands(func(cdb string, data []byte) error {
		err := w.try(cdb, data)
		n++
		left := filepath.Join(folder, fmt.Sprintf("left%d.disc", n))
		copyFile(t, path, left)
		opened, openErr := sim.OpenDisc(left)
		require.NoError(t, openErr)
		other := plug(t, sim.Config{Disc: opened})
		seen[album{other}.cut("5B 00 01 00 00 FF 00 00 00 00")]++
		require.Same(t, opened, other.d.Eject())
		require.NoError(t, opened.Close())
		require.NoError(t, os.Remove(left))
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"nothing": 2, "open 1": 19, "complete 1": 2, "open 2": 26, "complete 2": 1, "closed": 1}, seen)
	w.d.Eject()
	require.NoError(t, disc.Close())
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	require.NoError(t, err)
	defer func() { require.NoError(t, in.Close()) }()
	out, err := os.Create(to)
	require.NoError(t, err)
	_, err = io.Copy(out, in)
	require.NoError(t, err)
	require.NoError(t, out.Close())
}

// A tray opened by force during a burn has the effect of a loss of power.
func TestDiscTakenOutWhileWriting(t *testing.T) {
	w := blank(t)
	w.ok("1E 00 00 00 01 00")
	w.tao()
	w.fill(0, 2000)
	disc := w.d.Eject()
	require.NotNil(t, disc)
	assert.Equal(t, "2/3A/02", w.write(2000, 27))
	recorded := disc.Tracks()[0].Recorded
	assert.True(t, disc.Tracks()[0].Damaged)
	assert.Less(t, recorded, toc.Sectors(2000), "what was in the buffer is lost")
	assert.Greater(t, recorded, toc.Sectors(500))

	other := plug(t, sim.Config{Disc: disc})
	other.tao()
	other.ok("5B 00 01 00 00 01 00 00 00 00")
	other.closeSession(0)
	assert.Equal(t, recorded, other.info(1).size)
	other.wantSectors(0, int(recorded))
}

// Without buffer underrun free recording the drive ends the track where the data ran out;
// the next WRITE is 5/21/02 (G14) or 3/0C/09 (G17b).
func TestUnderrunWithoutProtection(t *testing.T) {
	for _, streaming := range []bool{false, true} {
		p := modern(t)
		p.NoBurnFree, p.UnderrunStreaming = true, streaming
		w := plug(t, sim.Config{Personality: p, Disc: sim.NewDisc(sim.CDR80)})
		assert.Equal(t, "5/26/00", w.mode(tao05(nil)), "the drive doesn't have BUFE")
		w.taoWith(func(p []byte) { p[2] &^= 0x40 })
		w.fill(0, 1000)
		w.sleep(time.Minute)
		want := "5/21/02"
		if streaming {
			want = "3/0C/09"
		}
		assert.Equal(t, want, w.write(1000, 27))
		assert.EqualValues(t, 1000, w.info(1).size, "a short track")
		assert.EqualValues(t, 1152, w.invisible().nwa)
		w.fill(1152, 300)
		w.ok("35 00 00 00 00 00 00 00 00 00")
		w.closeWithout(0)
		w.wantSectors(0, 1000)
		w.wantSectors(1152, 300)
	}
}

// closeWithout is closeSession for a drive without BUFE.
func (w *wire) closeWithout(field byte) {
	w.Helper()
	w.taoWith(func(p []byte) { p[2], p[3] = 0x01, field<<6 })
	w.ok("5B 00 02 00 00 00 00 00 00 00")
	w.ready()
}

// With it the laser waits and continues without a gap, however long it takes.
func TestUnderrunWithProtection(t *testing.T) {
	w := blank(t)
	w.tao()
	lba := toc.LBA(0)
	for range 4 {
		w.fill(lba, 700)
		lba += 700
		w.sleep(time.Hour)
		assert.EqualValues(t, lba, w.invisible().nwa)
	}
	w.ok("35 00 00 00 00 00 00 00 00 00")
	w.closeSession(0)
	assert.EqualValues(t, 2800, w.info(1).size)
	w.wantSectors(0, 2800)
}

// A drive that could must still respect the bit of page 05h.
func TestUnderrunWithProtectionSwitchedOff(t *testing.T) {
	w := blank(t)
	w.taoWith(func(p []byte) { p[2] &^= 0x40 })
	w.fill(0, 1000)
	w.sleep(time.Minute)
	assert.Equal(t, "5/21/02", w.write(1000, 27))
}

// A place that can't be written: WRITEs run ahead and are GOOD; a later command reports
// it, deferred and with the LBA (G8: 71h, VALID, LBA 17625).
func TestDeferredWriteError(t *testing.T) {
	p := modern(t)
	p.DeferredErrorAt = 800
	w := plug(t, sim.Config{Personality: p, Disc: sim.NewDisc(sim.CDR80)})
	w.tao()
	answer := good
	lba := toc.LBA(0)
	for ; answer == good && lba < 20000; lba += 27 {
		answer = w.write(lba, 27)
	}
	assert.Equal(t, "deferred 3/0C/00", answer)
	assert.Greater(t, lba, toc.LBA(827), "GOOD runs ahead of the laser")
	track := w.d.Disc().Tracks()[0]
	assert.True(t, track.Damaged)
	assert.EqualValues(t, 800, track.Recorded)
	assert.Equal(t, "5/21/02", w.write(lba, 27), "later WRITEs are refused")
	assert.Equal(t, "5/72/03", w.none("5B 00 02 00 00 00 00 00 00 00"), "G2")
}
