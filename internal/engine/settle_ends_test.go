package engine_test

import (
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
)

// A session that stays open on a drive that can't read its audio denies no deferred error.
func TestDeferredErrorInASessionThatStaysUnreadable(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadCD), Sticky: true, Fault: says(5, 0x24, 0)})
	b.deferredAt(command.OpSynchronizeCache, 2)
	r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{NoClose: true}, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.Equal(t, burn.VerdictFailed, r.Verdict)
	require.NotContains(t, notesOf(r), notekind.WriteDenied)
}

// The last track is read back as well, and only the row of the track that differs changes. An
// album of one track has no other.
func TestDeferredErrorAboutTheLastTrack(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.spoilWrite(300 + 152 + 60)
	b.deferredAt(command.OpCloseTrackSession, 1)
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.Equal(t, []burn.TrackStatus{burn.TrackOK, burn.TrackDiffers}, []burn.TrackStatus{r.Tracks[0].Status, r.Tracks[1].Status})

	b = newBench(t, "modern", sim.CDR80)
	b.deferredAt(command.OpCloseTrackSession, 1)
	r, err = engine.Burn(t.Context(), b.drive, album()[1:], nil, trackatonce.Method())
	require.NoError(t, err)
	require.Contains(t, kinds(r.Tracks[0].Notes), notekind.WriteDenied)
}

// If a deferred error with the first WRITE of a track puts the end of the one before it in
// question, its row has the error unless it reads equal.
func TestNoteOfATrackInQuestion(t *testing.T) {
	for name, row := range map[string]struct {
		prepare func(b *bench)
		noted   bool
	}{
		"equal": {func(*bench) {}, false}, "different": {func(b *bench) { b.spoilWrite(120) }, true}, "unreadable": {(*bench).readsNoAudio, true},
	} {
		b := newBench(t, "modern", sim.CDR80)
		row.prepare(b)
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: 12, Fault: saysOfBefore(3, 0x0C, 0)})
		r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
		require.ErrorIs(t, err, burn.ErrWriteFailed, name)
		if row.noted {
			require.Contains(t, kinds(r.Tracks[0].Notes), notekind.TrackError, name)
		} else {
			require.Empty(t, r.Tracks[0].Notes, name)
		}
	}
}

// An erasure that the disc shows is noted once, however early the drive reported the error.
func TestDeferredErrorDuringAnErasureIsNotedOnce(t *testing.T) {
	b := newBench(t, "modern", sim.CDRW80)
	b.burn(t, nil)
	b.tap.Reset()
	b.faults.Add(scsitest.Rule{Match: func(*scsi.Request) bool { return b.sent(command.OpBlank) == 1 }, Fault: saysOfBefore(3, 0x0C, 0)})
	r, err := engine.Blank(t.Context(), b.drive, nil)
	require.NoError(t, err)
	require.Equal(t, 1, b.faults.Fired())
	require.Equal(t, []burn.NoteKind{notekind.BlankError}, kinds(r.Notes))
	require.Equal(t, disc.VerifyNotDone, r.Verified.Result)
}

// A resumption that finds the album at once makes the drive read the disc again neither by a
// stop nor by a reload.
func TestResumeWithoutStopOrReload(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	was := b.abandoned(t, 12+10, nil)
	stops := 0
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if req.CDB[0] == command.OpStartStopUnit && b.sent(command.OpWrite10) == 0 {
			stops++
		}
		return false
	}, Sticky: true})
	_, err := engine.Resume(t.Context(), b.drive, suite(), nil, was, trackatonce.Method())
	require.NoError(t, err)
	require.Zero(t, stops)
}

// A resumption that has written nothing yet compares the audio of an earlier track before it
// writes to a disc with the same tables.
func TestResumeDoesNotWriteOnAnotherCopy(t *testing.T) {
	for _, at := range []byte{command.OpModeSelect10, command.OpWrite10} {
		other := newBench(t, "modern", sim.CDR80)
		other.interrupted(t, []burn.Track{music("copy.wav", 9, 300), music("b.wav", 8, 900)}, 12+10, nil, func() {})
		other.Eject()
		before := len(other.disc.Tracks())
		b := newBench(t, "modern", sim.CDR80)
		was := b.abandoned(t, 12+10, nil)
		swapped := false
		b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
			if req.CDB[0] == at && b.sent(command.OpReadCD) > 0 && !swapped {
				swapped = true
				b.Eject()
				require.NoError(t, b.Insert(other.disc))
			}
			return false
		}, Sticky: true})
		_, err := engine.Resume(t.Context(), b.drive, suite(), nil, was, trackatonce.Method())
		require.True(t, swapped)
		require.ErrorIs(t, err, burn.ErrDiscChanged, "%02X", at)
		require.Len(t, other.disc.Tracks(), before)
		b.Eject()
	}
}
