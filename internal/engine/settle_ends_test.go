package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// A session that stays open on a drive that can't read its audio denies no deferred error.
func TestDeferredErrorInASessionThatStaysUnreadable(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadCD), Sticky: true, Fault: says(5, 0x24, 0)})
	b.deferredAt(command.OpSynchronizeCache, 2)
	r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{NoClose: true}, tao.Method())
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.Equal(t, burn.VerdictFailed, r.Verdict)
	require.NotContains(t, notesOf(r), burn.NoteWriteDenied)
}

// The last track is read back as well, and only the row of the track that differs changes. An
// album of one track has no other.
func TestDeferredErrorAboutTheLastTrack(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.spoilWrite(300 + 152 + 60)
	b.deferredAt(command.OpCloseTrackSession, 1)
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, tao.Method())
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.Equal(t, []burn.TrackStatus{burn.TrackOK, burn.TrackDiffers}, []burn.TrackStatus{r.Tracks[0].Status, r.Tracks[1].Status})

	b = newBench(t, "modern", sim.CDR80)
	b.deferredAt(command.OpCloseTrackSession, 1)
	r, err = engine.Burn(t.Context(), b.drive, album()[1:], nil, tao.Method())
	require.NoError(t, err)
	require.Contains(t, kinds(r.Tracks[0].Notes), burn.NoteWriteDenied)
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
		r, err := engine.Burn(t.Context(), b.drive, album(), nil, tao.Method())
		require.ErrorIs(t, err, burn.ErrWriteFailed, name)
		if row.noted {
			require.Contains(t, kinds(r.Tracks[0].Notes), burn.NoteTrackError, name)
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
	require.Equal(t, []burn.NoteKind{burn.NoteBlankError}, kinds(r.Notes))
	require.Equal(t, disc.VerifyNotDone, r.Verified.Result)
}
