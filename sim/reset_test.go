package sim_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// A reset ends the track being written at the laser's position and restores the drive's
// default settings; the disc stays recognized.
func TestReset(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	before := h.get("5A 00 05 00 00 00 00 00 FF 00", 255)
	h.selectPage(page05(1, 0))
	h.must("1E 00 00 00 01 00")
	data := music(1, 2700)
	require.Equal(t, "ok", h.write(0, data))
	h.d.Reset()
	h.refuses("6/29/00", "00 00 00 00 00 00")
	h.must("00 00 00 00 00 00") // at once: the disc hasn't stopped turning
	assert.Equal(t, before, h.get("5A 00 05 00 00 00 00 00 FF 00", 255), "page 05h")
	tracks := h.d.Disc().Tracks()
	require.Len(t, tracks, 1)
	assert.True(t, tracks[0].Damaged)
	recorded := int(tracks[0].Recorded)
	assert.Less(t, recorded, 2700, "the buffer was lost")
	h.must("5B 00 01 00 00 FF 00 00 00 00")
	requireSame(t, data[:recorded*blockCD], truth(t, h.d.Disc(), 0, recorded))
	h.must("1B 00 00 00 02 00") // the tray is no longer locked
	assert.True(t, h.d.TrayOpen())
}

// A close interrupted by a reset has no effect.
func TestResetWhileClosing(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	h.selectPage(page05(1, 0))
	h.burnTrack(music(1, 300))
	h.must("5B 01 02 00 00 00 00 00 00 00")
	h.d.Reset()
	h.ready()
	assert.False(t, h.d.Disc().Summary().Finalized)
	h.selectPage(page05(1, 0))
	h.closeSession()
	assert.True(t, h.d.Disc().Summary().Finalized)
}

// A long command is cut off without a status.
func TestResetInsideACommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDRW80), Clock: "real"})
		h := &host{t: t, d: d}
		h.ready()
		done := make(chan error, 1)
		go func() {
			req := scsi.Request{CDBLen: 12, Name: "BLANK"}
			copy(req.CDB[:], cdb("A1 01 00 00 00 00 00 00 00 00 00 00"))
			_, err := d.Do(context.Background(), &req)
			done <- err
		}()
		time.Sleep(time.Second)
		d.Reset()
		assert.ErrorContains(t, <-done, "the drive was reset")
		h.ready()
		assert.NoError(t, d.Err())
	})
}

// Settle waits for the operations begun with IMMED. A copy of the file taken then, while
// the drive still has it, is the disc.
func TestSettle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "first.disc")
	disc, err := sim.CreateDisc(path, sim.CDR80)
	require.NoError(t, err)
	defer func() { require.NoError(t, disc.Close()) }()
	h := newHostOf(t, sim.Personality{}, disc)
	defer h.d.Eject()
	h.selectPage(page05(1, 0))
	require.Equal(t, "ok", h.write(0, music(1, 300)))
	h.must("35 02 00 00 00 00 00 00 00 00")
	require.NoError(t, h.d.Settle(t.Context()))
	summary := summaryOfCopy(t, path)
	assert.Equal(t, 1, summary.Tracks)
	assert.Zero(t, summary.OpenTracks)
	h.must("5B 01 02 00 00 00 00 00 00 00")
	assert.False(t, summaryOfCopy(t, path).Finalized)
	require.NoError(t, h.d.Settle(t.Context()))
	assert.True(t, summaryOfCopy(t, path).Finalized)

	require.NoError(t, sim.New(sim.Config{}).Settle(t.Context()), "there is no disc")
	ctx, cancel := context.WithCancel(t.Context())
	h.must("35 02 00 00 00 00 00 00 00 00")
	cancel()
	require.NoError(t, h.d.Settle(ctx), "nothing runs")
}

func TestSettleIsCanceled(t *testing.T) {
	h := newHost(t, "", sim.CDRW80)
	h.must("A1 11 00 00 00 00 00 00 00 00 00 00")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, h.d.Settle(ctx), context.Canceled)
}

func summaryOfCopy(t *testing.T, path string) sim.DiscSummary {
	t.Helper()
	from, err := os.Open(path)
	require.NoError(t, err)
	defer from.Close()
	name := filepath.Join(t.TempDir(), "copy.disc")
	to, err := os.Create(name)
	require.NoError(t, err)
	_, err = io.Copy(to, from)
	require.NoError(t, err)
	require.NoError(t, to.Close())
	disc, err := sim.OpenDisc(name)
	require.NoError(t, err)
	defer func() { require.NoError(t, disc.Close()) }()
	return disc.Summary()
}

// How a fault looks to a host.
func TestFaultKinds(t *testing.T) {
	h := newHost(t, "", sim.CDR80)
	ctx := context.Background()
	ready := func() (scsi.Result, error) {
		return h.d.Do(ctx, &scsi.Request{CDBLen: 6, Name: "TEST UNIT READY"})
	}
	h.d.AddFault(sim.Fault{Kind: "timeout"})
	_, err := ready()
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	h.d.AddFault(sim.Fault{Kind: "busy"})
	res, err := ready()
	require.NoError(t, err)
	assert.Equal(t, scsi.Busy, res.Status)
	assert.Empty(t, res.Sense)
	h.must("00 00 00 00 00 00")

	// After: the sectors are on the disc, and the host gets no status.
	h.selectPage(page05(1, 0))
	h.d.AddFault(sim.Fault{Opcode: 0x2A, Kind: "timeout", After: true})
	assert.Contains(t, h.write(0, music(1, 27)), "timeout")
	assert.Equal(t, "5/21/02", h.write(0, music(1, 27)))
	assert.Equal(t, "ok", h.write(27, music(2, 27)))
}

// A host with a transfer limit of 8 MiB can send them.
func TestMaxTransfer(t *testing.T) {
	const most = 8 << 20
	d := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80), MaxTransfer: most})
	h := &host{t: t, d: d}
	h.ready()
	assert.Equal(t, most, d.Limits().MaxTransfer)
	assert.Equal(t, 128<<10, sim.New(sim.Config{}).Limits().MaxTransfer)
	const sectors = most / blockCD // more than the drive's buffer
	data := music(1, sectors)
	h.selectPage(page05(1, 0))
	a, _ := h.do("2A 00 00 00 00 00 00 "+hex32(sectors)[4:]+" 00", data, 0)
	require.Equal(t, "ok", a)
	h.sync()
	h.closeSession()
	requireSame(t, data, h.get("BE 04 00 00 00 00 "+hex32(sectors)[2:]+" 10 00 00", len(data)))
}

// On a clock that runs 100 times faster every host is too slow for a drive without
// BURN-free. Only the host's own time counts.
func TestUnderrunOnAnAcceleratedClock(t *testing.T) {
	for _, c := range []struct {
		pause time.Duration
		ends  string
	}{{10 * time.Millisecond, "ok"}, {10 * time.Second, "3/0C/09"}} {
		synctest.Test(t, func(t *testing.T) {
			p, err := sim.PersonalityByName("streaming-underrun")
			require.NoError(t, err)
			d := sim.New(sim.Config{Personality: p, Disc: sim.NewDisc(sim.CDR80), Clock: "accelerated"})
			h := &host{t: t, d: d}
			h.ready()
			h.selectPage(page05(1, 0))
			a := "ok"
			for lba := 0; lba < 5000 && a == "ok"; lba += 27 {
				a = h.write(lba, music(1, 27))
				if lba > 2000 {
					time.Sleep(c.pause)
				}
			}
			assert.Equal(t, c.ends, a, "%v between two WRITEs", c.pause)
			assert.NoError(t, d.Err())
		})
	}
}
