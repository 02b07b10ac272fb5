package engine_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// A drive reports a medium change (6/28) for the disc that it has just written. A sector that was
// written badly doesn't make that another disc: its session is closed, and the verification
// reports the sector.
func TestBadSectorDoesNotMakeItAnotherDisc(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.spoilWrite(452 + 200) // in the second that is read of the last track
	told := false
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if told || req.CDB[0] != command.OpTestUnitReady || b.sent(command.OpSynchronizeCache) < 2 {
			return false
		}
		told = true
		return true
	}, Fault: says(6, 0x28, 0)})
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.True(t, told)
	require.NotErrorIs(t, err, burn.ErrDiscChanged)
	require.ErrorIs(t, err, burn.ErrVerify)
	require.Equal(t, burn.TrackDiffers, r.Tracks[1].Status)
	require.True(t, *r.Closed)
	require.Len(t, r.OnDisc, 2)
}

// A deferred error may come with the last commands of all, those that open the tray: the audio is
// read back before the disc is out.
func TestDeferredErrorBeforeTheTrayOpens(t *testing.T) {
	for _, op := range []byte{command.OpTestUnitReady, command.OpStartStopUnit} {
		for _, spoiled := range []bool{false, true} {
			b := newBench(t, "modern", sim.CDR80)
			if spoiled {
				b.spoilWrite(60)
			}
			told := false
			b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
				if told || req.CDB[0] != op || b.sent(command.OpPreventAllowMediumRemoval) < 4 {
					return false
				}
				told = true
				return true
			}, Fault: saysOfBefore(3, 0x0C, 0)})
			r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{Eject: true}, trackatonce.Method())
			require.True(t, told)
			require.Contains(t, notesOf(r), notekind.NotEjected)
			if spoiled {
				require.ErrorIs(t, err, burn.ErrWriteFailed)
				require.Equal(t, burn.VerdictFailed, r.Verdict)
				require.Equal(t, burn.TrackDiffers, r.Tracks[0].Status)
				continue
			}
			require.NoError(t, err)
			require.Equal(t, burn.VerdictSuccess, r.Verdict)
			require.Contains(t, notesOf(r), notekind.WriteDenied)
		}
	}
}

// A deferred error that a drive reports to the program that resumes a burn may be about the last track
// that the interrupted one wrote: the whole album is read back.
func TestOlderDeferredErrorWhenResuming(t *testing.T) {
	for _, spoiled := range []bool{false, true} {
		b, tracks, was := interrupted(t, 2)
		if spoiled {
			tracks[1].Source = flipped{tracks[1].Source, 60 * toc.SectorSize}
		}
		b.deferredAt(command.OpReadDiscInformation, 1)
		r, err := engine.Resume(t.Context(), b.drive, tracks, &burn.Options{Verify: disc.VerifyQuick}, was, trackatonce.Method())
		require.Contains(t, notesOf(r), notekind.OldDeferred)
		require.Contains(t, notesOf(r), notekind.VerifyAnyway)
		if spoiled {
			require.ErrorIs(t, err, burn.ErrVerify)
			require.Equal(t, burn.TrackDiffers, r.Tracks[1].Status)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, disc.VerifyFull, r.Verified.Done)
	}
}

// The row of a track is good only if an unsettled deferred error can't be about it, or if it was
// read back after the error.
func TestRowsOfAnUnsettledDeferredError(t *testing.T) {
	for _, m := range moments {
		if m.op == command.OpReadCD {
			continue
		}
		b := newBench(t, "modern", sim.CDR80)
		b.readsNoAudio()
		b.deferredAt(m.op, m.nth)
		r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
		require.ErrorIs(t, err, burn.ErrWriteFailed, m.name)
		for _, row := range r.Tracks {
			require.NotEqual(t, burn.TrackOK, row.Status, m.name)
		}
	}

	b := newBench(t, "modern", sim.CDR80)
	b.deferredAt(command.OpWrite10, 16) // the fourth of the second track
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.Equal(t, burn.TrackOK, r.Tracks[0].Status, "read back, and equal")
	require.Equal(t, burn.TrackFailed, r.Tracks[1].Status)
}

// The audio of a track that was canceled counts too: nothing is denied if it is wrong.
func TestDeferredErrorAfterACanceledTrack(t *testing.T) {
	for _, spoiled := range []bool{false, true} {
		b := newBench(t, "modern", sim.CDR80)
		if spoiled {
			b.spoilWrite(60)
		}
		w := tao.NewWriter(nil)
		require.NoError(t, w.SetRecorder(t.Context(), b.drive))
		require.NoError(t, w.Prepare(t.Context()))
		ctx, cancel := context.WithCancel(t.Context())
		b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
			if b.sent(command.OpWrite10) == 5 {
				cancel()
			}
			return false
		}})
		_, err := w.AddAudioTrack(ctx, album()[0].Source)
		require.ErrorIs(t, err, burn.ErrCanceled)
		b.faults.Clear()
		b.deferredAt(command.OpSynchronizeCache, 1)
		_, err = w.AddAudioTrack(t.Context(), album()[1].Source)
		r, _ := w.Release(t.Context())
		if spoiled {
			require.ErrorIs(t, err, burn.ErrWriteFailed)
			require.NotContains(t, notesOf(r), notekind.WriteDenied)
			continue
		}
		require.NoError(t, err)
		require.Contains(t, notesOf(r), notekind.WriteDenied)
	}
}

// A refusal that comes while the drive spins up isn't one of the command that started it: the
// disc is read again.
func TestRefusalDuringSpinUp(t *testing.T) {
	b := newBench(t, "stale-toc", sim.CDR80)
	told := false
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if told || req.CDB[0] != command.OpTestUnitReady || b.sent(command.OpStartStopUnit) < 2 {
			return false
		}
		told = true
		return true
	}, Fault: says(5, 0x24, 0)})
	r := b.burn(t, nil)
	require.True(t, told)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	require.Equal(t, []burn.NoteKind{notekind.StillOld}, kinds(r.Notes))
}
