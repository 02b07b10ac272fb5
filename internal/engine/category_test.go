package engine

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// Every error that a drive reports has a category: that of the disc if the disc is the cause,
// otherwise that of the drive, and that of a failed write once the laser may have started.
func TestEveryDriveErrorHasACategory(t *testing.T) {
	for _, row := range []struct {
		err         error
		before, now error
	}{
		{sense(3, 0x11, 0x05), burn.ErrUnsuitableDisc, burn.ErrWriteFailed},
		{sense(8, 0x00, 0x00), burn.ErrUnsuitableDisc, burn.ErrWriteFailed},
		{sense(7, 0x00, 0x00), burn.ErrUnsuitableDisc, burn.ErrWriteFailed},
		{sense(7, 0x27, 0x00), burn.ErrUnsuitableDisc, burn.ErrWriteFailed},
		{sense(2, 0x3A, 0x00), burn.ErrUnsuitableDisc, burn.ErrWriteFailed},
		{sense(2, 0x30, 0x00), burn.ErrUnsuitableDisc, burn.ErrWriteFailed},
		{sense(4, 0x44, 0x00), burn.ErrNoDrive, burn.ErrWriteFailed},
		{sense(5, 0x24, 0x00), burn.ErrNoDrive, burn.ErrWriteFailed},
		{sense(5, 0x20, 0x00), burn.ErrNoDrive, burn.ErrWriteFailed},
		{sense(0xB, 0x47, 0x00), burn.ErrNoDrive, burn.ErrWriteFailed},
		{sense(6, 0x29, 0x00), burn.ErrNoDrive, burn.ErrWriteFailed},
		{&scsi.StatusError{Status: scsi.Busy}, burn.ErrNoDrive, burn.ErrWriteFailed},
		{&scsi.TransportError{}, burn.ErrNoDrive, burn.ErrWriteFailed},
		{burn.ErrCanceled, burn.ErrCanceled, burn.ErrCanceled},
		{context.Canceled, burn.ErrCanceled, burn.ErrCanceled},
		{context.DeadlineExceeded, burn.ErrCanceled, burn.ErrCanceled},
		{burn.ErrVerify, burn.ErrVerify, burn.ErrVerify},
		{burn.ErrUnconfirmed, burn.ErrUnconfirmed, burn.ErrUnconfirmed},
	} {
		require.Equal(t, row.before, burn.Category(Wrap(burn.PhasePrepare, 0, 0, row.err)), "%v", row.err)
		for _, p := range []burn.Phase{burn.PhaseReserve, burn.PhaseWrite, burn.PhaseFlush, burn.PhaseClose} {
			require.Equal(t, row.now, burn.Category(Wrap(p, 1, 0, row.err)), "%s: %v", p, row.err)
		}
	}
	named := Wrap(burn.PhaseVerify, 1, 0, Name(sense(3, 0x0C, 0x00), burn.ErrUnreadable))
	require.NotErrorIs(t, named, burn.ErrUnexpected, "it has a name already")
	require.Equal(t, burn.ErrUnconfirmed, burn.Category(Wrap(burn.PhaseConfirm, 0, 0, sense(5, 0x24, 0x00))), "the disc may be good")
	require.Equal(t, burn.ErrWriteFailed, burn.Category(Wrap(burn.PhaseConfirm, 0, 0, burn.ErrTrackMissing)))
}

// When closing a session of another program, every track that the table of contents doesn't
// list must be listed afterwards. CDEmu already lists them; then the last track is expected.
func TestTracksThatClosingHasToList(t *testing.T) {
	c := concluded(false, nil, on(2, 400, disc.TrackComplete), on(3, 400, disc.TrackComplete))
	d := c.last
	d.Tracks[0].InTOC = true
	require.Equal(t, []inspect.Expected{{Number: 2, Start: 1000, InTOC: true}, {Number: 3, Start: 2000, InTOC: true}}, openTracks(d))
	for i := range d.Tracks {
		d.Tracks[i].InTOC = true
	}
	require.Equal(t, []inspect.Expected{{Number: 3, Start: 2000, InTOC: true}}, openTracks(d))
	d.Tracks[2].State, d.Tracks[2].InTOC = disc.TrackReserved, false
	require.Empty(t, openTracks(d), "an empty reservation does not count as a track")
	d.LastSession.Origin = disc.Unknown
	d.Tracks = d.Tracks[:2]
	require.Empty(t, openTracks(d), "no reply reports an open session")
}

// The more is read back, the larger its share of Progress.Done.
func TestWorkOfAVerification(t *testing.T) {
	written := []inspect.Written{{Sectors: 3000}, {Sectors: 1000}}
	quick, full := verifyWork(disc.VerifyQuick, written), verifyWork(disc.VerifyFull, written)
	require.Equal(t, toc.Sectors(2*75), quick)
	require.Equal(t, toc.Sectors(2000), full-quick)
}

// A name that an error already contains isn't added, and an empty name adds nothing.
func TestNamesInErrors(t *testing.T) {
	cause := errors.New("cause")
	require.NoError(t, Name(nil, burn.ErrTimeout))
	require.Same(t, cause, Name(cause))
	require.Same(t, cause, Name(cause, nil, nil))
	named := Name(cause, nil, burn.ErrTimeout)
	require.ErrorIs(t, named, burn.ErrTimeout)
	require.ErrorIs(t, named, cause)
	require.EqualError(t, named, "cause")
	require.Same(t, named, Name(named, burn.ErrTimeout))
}

func TestClockText(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0:00", 59900 * time.Millisecond: "0:59", 200 * time.Second: "3:20", 3601 * time.Second: "60:01"} {
		require.Equal(t, want, clock(d))
	}
}
