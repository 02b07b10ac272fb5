package engine_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// A WRITE was accepted although the drive answered 2/04/07, and its next writable address
// wasn't available at first. The WRITE is sent again and refused because of its address. It is
// neither recorded twice nor a failure: the address shows that the drive has it.
func TestRepeatOfAWriteThatWasAccepted(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: 5, After: true, Fault: says(2, 0x04, 0x07)})
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		return req.CDB[0] == command.OpReadTrackInformation && b.sent(command.OpWrite10) == 6
	}, Fault: says(2, 0x04, 0x07)})
	r := b.burn(t, nil)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	require.Equal(t, []burn.NoteKind{notekind.WriteTaken}, kinds(r.Tracks[0].Notes))
	require.Equal(t, toc.LBA(5*27), toc.LBA(r.Tracks[0].Notes[0].Want))
	require.ErrorIs(t, r.Tracks[0].Notes[0].Cause.Err, asc.InvalidAddressForWrite)
	require.Equal(t, toc.Sectors(300), b.disc.Tracks()[0].Size)
	require.Equal(t, []burn.NoteKind{notekind.VerifyAnyway}, kinds(r.Notes))
}

// A flush that failed is sent once more, because the content of the drive's buffer would be
// lost.
func TestFlushIsSentOnceMore(t *testing.T) {
	for _, sense := range [][2]byte{{0x0C, 0x00}, {0x02, 0xFF}} {
		b := newBench(t, "modern", sim.CDR80)
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpSynchronizeCache), Fault: says(3, sense[0], sense[1])})
		r := b.burn(t, &burn.Options{Verify: disc.VerifyFull})
		require.Equal(t, burn.VerdictSuccess, r.Verdict)
		require.Equal(t, 3, b.sent(command.OpSynchronizeCache), "two tracks, and one repetition")
		require.Equal(t, []burn.NoteKind{notekind.EndError}, kinds(r.Tracks[0].Notes))
		require.ErrorIs(t, r.Tracks[0].Notes[0].Cause.Err, scsi.KeyMediumError)
		require.Empty(t, r.Tracks[1].Notes)
		require.Equal(t, toc.Sectors(300), b.disc.Tracks()[0].Size)
	}
}

// A track that is too long gets no row, since another one may fit. A track that wasn't tried
// for another reason gets one.
func TestRowsOfTracksThatWereNotTried(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	s := b.prepared(t, nil)
	row, err := s.Add(t.Context(), burn.Track{Source: pcm.Silence("long.wav", 81*60*44100)})
	require.ErrorIs(t, err, burn.ErrNoSpace)
	fit, ok := errors.AsType[*burn.FitError](err)
	require.True(t, ok)
	require.False(t, fit.Append, "the disc is blank")
	require.Equal(t, 1, fit.Track)
	require.Empty(t, row.Name)
	_, err = s.Add(t.Context(), album()[0])
	require.NoError(t, err)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadTrackInformation), Sticky: true, Fault: says(4, 0x44, 0)})
	row, err = s.Add(t.Context(), album()[1])
	require.ErrorIs(t, err, scsi.KeyHardwareError)
	require.Equal(t, "two.wav", row.Name)
	require.Equal(t, burn.TrackNotBegun, row.Status)
	b.faults.Clear()
	r, err := s.Release(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"one.wav", "two.wav"}, []string{r.Tracks[0].Name, r.Tracks[1].Name})
	require.Equal(t, burn.VerdictFailed, r.Verdict, "a track is missing")
}
