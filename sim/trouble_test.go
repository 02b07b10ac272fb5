package sim_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// Power is lost in the middle of a track: sectors that the laser hadn't reached are gone,
// and the track is damaged. It can be ended, after which the session closes.
func TestPowerLossWithOpenTrack(t *testing.T) {
	for _, repair := range []string{"5B 00 01 00 00 FF 00 00 00 00", "5B 00 01 00 00 01 00 00 00 00", "58 00 00 00 00 01 00 00 00 00"} {
		h := newHost(t, "", sim.CDR80)
		h.selectPage(page05(1, 0))
		data := music(1, 2700)
		require.Equal(t, "ok", h.write(0, data))
		h.d.PowerCycle()
		h.refuses("6/29/00", "00 00 00 00 00 00")
		h.refuses("2/04/01", "00 00 00 00 00 00")
		h.ready()
		info := h.track(0xFF)
		assert.True(t, info.damage)
		assert.False(t, info.nwaValid)
		recorded := int(h.d.Disc().Tracks()[0].Recorded)
		assert.Positive(t, recorded)
		assert.Less(t, recorded, 2700, "the buffer was lost")
		requireSame(t, data[:recorded*blockCD], truth(t, h.d.Disc(), 0, recorded))
		assert.ErrorIs(t, h.d.Disc().ReadSectors(2699, make([]byte, blockCD)), sim.ErrUnrecorded)

		h.selectPage(page05(1, 0))
		assert.Equal(t, "5/21/02", h.write(recorded, music(2, 1)))
		h.refuses("5/72/03", "5B 00 02 00 00 00 00 00 00 00")
		h.must(repair)
		h.ready()
		assert.Equal(t, recorded, h.track(1).size)
		h.closeSession()
		requireSame(t, data[:recorded*blockCD], h.readCD(0, recorded))
	}
}

// A laser that hadn't started has recorded nothing.
func TestPowerLossBeforeTheLaser(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	h.selectPage(page05(1, 0))
	require.Equal(t, "ok", h.write(0, music(1, 27)))
	h.d.PowerCycle()
	h.ready()
	assert.True(t, h.d.Disc().Summary().Blank)
	assert.Equal(t, 0, h.nwa())
}

// A close that was cut off has no effect and can be repeated.
func TestPowerLossWhileClosing(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	h.selectPage(page05(1, 0))
	h.burnTrack(music(1, 300))
	h.must("5B 01 02 00 00 00 00 00 00 00")
	h.d.PowerCycle()
	h.ready()
	h.refuses("5/24/00", "43 00 00 00 00 00 00 00 0C 00")
	h.selectPage(page05(1, 0))
	h.closeSession()
	assert.True(t, h.d.Disc().Summary().Finalized)
}

// An operation that has ended by the drive's clock has ended, even if no command asked.
func TestEjectAfterTheEndOfAClose(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	h.selectPage(page05(1, 0))
	h.burnTrack(music(1, 300))
	h.must("5B 01 02 00 00 00 00 00 00 00")
	require.NoError(t, h.d.Sleep(context.Background(), 10*time.Minute))
	assert.True(t, h.d.Eject().Summary().Finalized)
}

// A host that disappears in the middle of a track leaves it damaged.
func TestCloseOfTheDriveWhileWriting(t *testing.T) {
	disc := sim.NewDisc(sim.CDR80)
	h := newHostOf(t, sim.Personality{}, disc)
	h.selectPage(page05(1, 0))
	require.Equal(t, "ok", h.write(0, music(1, 500)))
	require.NoError(t, h.d.Close())
	h = newHostOf(t, sim.Personality{}, disc)
	h.selectPage(page05(1, 0))
	assert.Equal(t, "5/21/02", h.write(500, music(2, 1)))
	h.must("5B 00 01 00 00 FF 00 00 00 00")
	requireSame(t, music(1, 500), truth(t, disc, 0, 500))
}

// The tray that is opened by force in the middle of a track.
func TestForcedEjectWhileWriting(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	h.selectPage(page05(1, 0))
	require.Equal(t, "ok", h.write(0, music(1, 2700)))
	disc := h.d.Eject()
	h.refuses("2/3A/02", "00 00 00 00 00 00")
	assert.Nil(t, h.d.Disc())
	tracks := disc.Tracks()
	require.Len(t, tracks, 1)
	assert.True(t, tracks[0].Damaged)
	require.NoError(t, h.d.Insert(disc))
	h.ready()
	h.must("5B 00 01 00 00 FF 00 00 00 00")
	assert.Equal(t, "complete", disc.Tracks()[0].State)
}

// A program that ends while it holds a disc file leaves an open track, which is damaged
// for the next program; but every sector whose WRITE was GOOD is there.
func TestProgramEndsWithOpenTrack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "first.disc")
	disc, err := sim.CreateDisc(path, sim.CDR80)
	require.NoError(t, err)
	h := newHostOf(t, sim.Personality{}, disc)
	h.selectPage(page05(1, 0))
	h.burnTrack(music(1, 300))
	h.selectPage(page05(1, 0))
	require.Equal(t, "ok", h.write(452, music(2, 500)))
	require.NoError(t, disc.Close())

	disc, err = sim.OpenDisc(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, disc.Close()) }()
	tracks := disc.Tracks()
	require.Len(t, tracks, 2)
	assert.False(t, tracks[0].Damaged)
	assert.True(t, tracks[1].Damaged)
	requireSame(t, music(2, 500), truth(t, disc, 452, 500))
	h = newHostOf(t, sim.Personality{}, disc)
	h.must("5B 00 01 00 00 FF 00 00 00 00")
	h.selectPage(page05(1, 0))
	h.closeSession()
	requireSame(t, music(2, 500), h.readCD(452, 500))
	assert.Same(t, disc, h.d.Eject())
}

// On the real clock time passes inside a command without blocking the rest: the drive can
// be switched off during a flush.
func TestPowerLossInsideACommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80), Clock: "real"})
		h := &host{t: t, d: d}
		h.ready()
		h.selectPage(page05(1, 0))
		require.Equal(t, "ok", h.write(0, music(1, 2700)))
		done := make(chan error)
		go func() {
			req := scsi.Request{CDBLen: 10, Name: "SYNCHRONIZE CACHE"}
			req.CDB[0] = 0x35
			_, err := d.Do(context.Background(), &req)
			done <- err
		}()
		time.Sleep(time.Second)
		d.PowerCycle()
		require.ErrorContains(t, <-done, "the drive lost power")
		require.NoError(t, d.Err())
		h.ready()
		assert.True(t, h.track(0xFF).damage)
	})
}

// The same with a disc removed by force; here a status comes back.
func TestEjectInsideACommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80), Clock: "real"})
		h := &host{t: t, d: d}
		h.ready()
		h.selectPage(page05(1, 0))
		require.Equal(t, "ok", h.write(0, music(1, 270)))
		done := make(chan string)
		go func() {
			a, _ := h.do("35 00 00 00 00 00 00 00 00 00", nil, 0)
			done <- a
		}()
		time.Sleep(100 * time.Millisecond)
		d.Eject()
		assert.Equal(t, "2/3A/02", <-done)
		require.NoError(t, d.Err())
	})
}

// Everything at once, for the race detector and the invariants.
func TestEverythingAtOnce(t *testing.T) {
	d := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDRW80), Clock: "accelerated", Factor: 1e6})
	spare := d.Disc()
	var wg sync.WaitGroup
	run := func(n int, what func(i int)) {
		wg.Go(func() {
			for i := range n {
				what(i)
			}
		})
	}
	h := &host{t: t, d: d}
	list, data := page05(1, 0xC0), music(1, 27)
	run(300, func(i int) {
		h.do("55 10 00 00 00 00 00 00 3C 00", list, 0)
		_, b := h.do("52 01 00 00 00 FF 00 00 24 00", nil, 36)
		if len(b) == 36 {
			h.do("2A 00 "+hex32(parseTrack(b).nwa)+" 00 00 1B 00", data, 0)
		}
		h.do([]string{"35 02 00 00 00 00 00 00 00 00", "5B 01 02 00 00 00 00 00 00 00", "A1 11 00 00 00 00 00 00 00 00 00 00"}[i%3], nil, 0)
	})
	run(300, func(int) { h.do("00 00 00 00 00 00", nil, 0); h.do("4A 01 00 00 10 00 00 00 08 00", nil, 8) })
	run(20, func(int) { d.PowerCycle(); h.do("00 00 00 00 00 00", nil, 0) })
	run(20, func(i int) {
		h.do("00 00 00 00 00 00", nil, 0)
		if disc := d.Eject(); disc != nil {
			spare = disc
		}
		if i%2 == 0 {
			_ = d.Insert(spare)
		}
		d.PressEject()
	})
	run(50, func(int) { d.AddFault(sim.Fault{Any: true, Nth: 3}); _ = d.Disc(); _ = d.Err() })
	run(50, func(int) { _ = spareSummary(d) })
	wg.Wait()
	require.NoError(t, d.Err())
}

func spareSummary(d *sim.Drive) sim.DiscSummary {
	if disc := d.Disc(); disc != nil {
		return disc.Summary()
	}
	return sim.DiscSummary{}
}
