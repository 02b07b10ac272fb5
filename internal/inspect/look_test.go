package inspect_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/internal/verdicts"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// On every kind of drive, and in every state of a disc, a look finds what is really on
// the disc. Drives with outdated tables may contradict themselves, but no fact may be
// false.
func TestLookOnEveryPersonality(t *testing.T) {
	for _, p := range sim.Personalities() {
		t.Run(p.Name, func(t *testing.T) {
			if v := verdicts.Of(p.Name).Plain; v != verdicts.Success && v != verdicts.VerifyFailed {
				t.Skip("a burn on this drive leaves no disc")
			}
			b := newBench(t, p.Name, sim.NewDisc(sim.CDR80))
			checkTruth(t, b, "blank")
			b.record(t, open, source(1, 310), source(2, 320))
			checkTruth(t, b, "open session")
			b.record(t, multi)
			checkTruth(t, b, "closed session")
			b.record(t, final, source(3, 305))
			checkTruth(t, b, "finalized")
		})
	}
}

// checkTruth compares a look with what the simulator knows.
func checkTruth(t *testing.T, b *bench, when string) {
	t.Helper()
	d := b.look(t)
	about := fmt.Sprintf("%s: %+v", when, d)
	truth, tracks := b.disc.Summary(), b.disc.Tracks()
	stale := b.Personality().StaleTOC

	assert.Equal(t, mmc.MediaCDR, d.Media.Value, about)
	want := mmc.DiscIncomplete
	switch {
	case truth.Blank:
		want = mmc.DiscEmpty
	case truth.Finalized:
		want = mmc.DiscFinalized
	}
	if d.Status.Known() || !stale {
		assert.Equal(t, want, d.Status.Value, about)
	}
	if d.Sessions.Known() && !b.Personality().StaleInfo {
		assert.Equal(t, truth.Sessions, d.Sessions.Value, about)
	}
	if d.LeadOuts.Known() && !stale {
		assert.NoError(t, d.LeadOuts.Err, about)
		assert.Len(t, d.LeadOuts.Value, truth.Sessions, about)
		for _, s := range b.disc.Sessions() {
			at, ok := inspect.LeadOut(&d, s.Number)
			assert.True(t, ok, about)
			assert.Equal(t, s.LeadOut, at, about)
		}
	}
	require.Len(t, d.Tracks, len(tracks), about)
	for i, want := range tracks {
		got := d.Tracks[i]
		assert.Equal(t, want.Number, got.Number, about)
		assert.Equal(t, want.Start, got.Start, about)
		assert.GreaterOrEqual(t, got.Sectors, want.Size, about)
		assert.LessOrEqual(t, got.Sectors, want.Size+placing.RunOutSectors, about)
		assert.Equal(t, disc.TrackComplete, got.State, about)
		assert.Equal(t, want.Session, got.Session, about)
		assert.True(t, got.InTOC || stale || want.Session > truth.Sessions, about)
	}
	if truth.Finalized {
		assert.False(t, d.Next.Known(), about)
	} else {
		require.True(t, d.Next.Known(), about)
		assert.Equal(t, len(tracks)+1, d.Next.Value.Track, about)
		assert.False(t, d.Next.Value.Unfinished, about)
		assert.EqualValues(t, 359844, toc.Sectors(d.Next.Value.NWA)+d.Next.Value.Free, about)
	}
	assert.Equal(t, toc.Sectors(359844), d.Capacity.Value, about)
}

// Tracks that have not ended are reported as such, and recording continues in them.
func TestLookAtUnfinishedTracks(t *testing.T) {
	for _, name := range []string{"modern", "ffh-after-reservation", "start-with-pregap", "pioneer"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, name, sim.NewDisc(sim.CDRW80))
			can, err := unit.CanTAO(t.Context(), b.drive)
			require.NoError(t, err)
			page := command.WriteParameters{BUFE: can.BUF, WriteType: command.WriteTAO, DataBlockType: command.BlockRaw}
			b.record(t, open, source(1, 310))
			require.NoError(t, new(unit.ParametersPage).Set(t.Context(), b.drive, page))
			write := func(at toc.LBA) {
				require.NoError(t, command.Write10{LBA: at, Blocks: 27, Data: noise(2, 27*588)}.Do(t.Context(), b.Drive))
			}

			// Being written: the drive must not get a chance to flush.
			write(462)
			d := b.look(t)
			require.Len(t, d.Tracks, 2)
			assert.Equal(t, disc.TrackIncomplete, d.Tracks[1].State)
			assert.EqualValues(t, 462, d.Tracks[1].Start)
			assert.EqualValues(t, 27, d.Tracks[1].Sectors)
			assert.Equal(t, disc.Next{Track: 2, NWA: 489, Free: d.Next.Value.Free, Unfinished: true}, d.Next.Value)

			// The power fails: the track is damaged, even if the drive doesn't report it.
			for at := toc.LBA(489); at < 462+150*27; at += 27 {
				write(at)
				require.NoError(t, b.Sleep(t.Context(), time.Second))
			}
			b.PowerCycle()
			require.Len(t, b.disc.Tracks(), 2)
			d = b.look(t)
			require.Len(t, d.Tracks, 2)
			assert.Equal(t, disc.TrackComplete, d.Tracks[0].State)
			if b.Personality().NoDamageBit {
				assert.NotEqual(t, disc.TrackReserved, d.Tracks[1].State)
			} else {
				assert.Equal(t, disc.TrackDamaged, d.Tracks[1].State)
			}
		})
	}
}

// A reservation isn't a track yet, and a partly filled one isn't ended, even on a drive
// that would continue past it.
func TestLookAtReservations(t *testing.T) {
	for _, name := range []string{"modern", "ffh-after-reservation"} {
		b := newBench(t, name, sim.NewDisc(sim.CDRW80))
		page := command.WriteParameters{BUFE: true, WriteType: command.WriteTAO, DataBlockType: command.BlockRaw}
		require.NoError(t, new(unit.ParametersPage).Set(t.Context(), b.drive, page))
		require.NoError(t, command.ReserveTrack{Size: 400}.Do(t.Context(), b.Drive))
		d := b.look(t)
		require.Len(t, d.Tracks, 1, name)
		assert.Equal(t, disc.TrackReserved, d.Tracks[0].State, name)
		assert.EqualValues(t, 400, d.Tracks[0].Sectors, name)

		require.NoError(t, command.Write10{LBA: 0, Blocks: 27, Data: noise(2, 27*588)}.Do(t.Context(), b.Drive))
		_ = command.SynchronizeCache{}.Do(t.Context(), b.Drive)
		require.NoError(t, unit.WaitIdle(t.Context(), b.drive, unit.WaitOptions{}))
		d = b.look(t)
		require.Len(t, d.Tracks, 1, name)
		assert.Equal(t, disc.TrackIncomplete, d.Tracks[0].State, name)
		assert.EqualValues(t, 27, d.Tracks[0].Sectors, name)
		p, bad := room(400)
		require.NoError(t, inspect.NewReader(b.drive, d, nil).Sectors(t.Context(), 0, p, bad))
	}
}

// Page 05h is sent before the questions that depend on it, and only to a disc that may be
// recordable. A drive that doesn't accept it still gets the questions.
func TestLookWithParameters(t *testing.T) {
	page := &command.WriteParameters{WriteType: command.WriteTAO, DataBlockType: command.BlockRaw, TestWrite: true}
	for name, refused := range map[string]bool{"modern": false, "no-test-write": true} {
		b := newBench(t, name, sim.NewDisc(sim.CDR80))
		before := len(b.tap.opcodes())
		d, err := inspect.Look(t.Context(), b.drive, &inspect.LookOptions{Parameters: page})
		require.NoError(t, err)
		assert.Equal(t, refused, d.Parameters != nil)
		assert.EqualValues(t, 359844, d.Next.Value.Free)
		ops := b.tap.opcodes()[before:]
		assert.Less(t, bytes.IndexByte(ops, 0x55), bytes.IndexByte(ops, command.OpReadTrackInformation))
		assert.Positive(t, bytes.IndexByte(ops, 0x55))
	}
	b := states()["pressed"](t)
	before := len(b.tap.opcodes())
	d, err := inspect.Look(t.Context(), b.drive, &inspect.LookOptions{Parameters: page})
	require.NoError(t, err)
	assert.NoError(t, d.Parameters)
	assert.NotContains(t, b.tap.opcodes()[before:], byte(0x55))
	d = b.look(t)
	assert.NotContains(t, b.tap.opcodes(), byte(0x55), "a look changes nothing by default")
	assert.Equal(t, 3, inspect.Last(d.Tracks))
}

// The caller is notified of waits and unit attentions. After another disc the look starts
// again, three times at most: some drives report a change that didn't happen.
func TestLookReports(t *testing.T) {
	blank, recorded := sim.NewDisc(sim.CDR80), sim.NewDisc(sim.CDRW80)
	b := newBench(t, "modern", recorded)
	b.record(t, final, source(1, 300))
	b.Eject()
	require.NoError(t, b.Insert(recorded))
	waits, attentions, swapped := 0, 0, false
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if req.CDB[0] == command.OpReadTrackInformation && !swapped { // in the middle of the look
			swapped = true
			b.Eject()
			require.NoError(t, b.Insert(blank))
		}
		return false
	}})
	d, err := inspect.Look(t.Context(), b.drive, &inspect.LookOptions{
		OnWait: func() { waits++ }, OnAttention: func(scsi.Sense) { attentions++ },
	})
	require.NoError(t, err)
	assert.True(t, swapped)
	assert.Positive(t, waits)
	assert.GreaterOrEqual(t, attentions, 2)
	assert.Equal(t, mmc.MediaCDR, d.Media.Value, "the disc now in the drive")
	assert.Equal(t, mmc.DiscEmpty, d.Status.Value)
	assert.Empty(t, d.Tracks)
	assert.False(t, d.TOC.Known())

	b.faults.Clear()
	b.faults.Add(scsitest.Rule{
		Match: scsitest.Opcode(command.OpReadDiscInformation), Sticky: true,
		Fault: senseFault(scsi.KeyUnitAttention, asc.MediumMayHaveChanged, false),
	})
	before := len(b.tap.opcodes())
	d, err = inspect.Look(t.Context(), b.drive, nil)
	require.NoError(t, err)
	assert.Equal(t, 3*2*17, bytes.Count(b.tap.opcodes()[before:], []byte{command.OpReadDiscInformation}))
	assert.Equal(t, mmc.MediaCDR, d.Media.Value)
}
