package engine

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// A track is identified by its recorded length. Only then can the following track, which has
// no record, be the next one of the album.
func TestDiscIsRecognizedByTheRecordedLengths(t *testing.T) {
	was := &burn.Interrupted{Mode: burn.ModeTAO, Disc: blankDisc(), Hashes: make([]string, 2)}
	was.Begun = []burn.BegunTrack{begunAs(0, 1, 400, false)}
	require.NoError(t, Recognize(leftOpen(on(1, 400, disc.TrackComplete), on(2, 500, disc.TrackComplete)), was))
	was.Begun[0].Sectors = 900
	require.ErrorIs(t, Recognize(leftOpen(on(1, 400, disc.TrackComplete), on(2, 500, disc.TrackComplete)), was), burn.ErrOtherDisc)
}

// If a drive doesn't report the size of a track that has just ended, it isn't polled.
func TestEndedTrackWithoutASize(t *testing.T) {
	short := nwa(300)
	short.data = short.data[:20]
	short.data[1] = 18
	j, s := onScript(t, nil, map[byte][]reply{command.OpReadTrackInformation: {short}})
	require.NoError(t, mender{&conclusion{Job: j}}.ended(1))
	require.Equal(t, time.Unix(1000, 0), s.now)
	require.Len(t, s.sent, 1)
}

// A continued track is reserved if the drive reports it as reserved. Its end is then that of
// the reservation.
func TestContinuedTrackKeepsItsReservation(t *testing.T) {
	for _, reserved := range []bool{true, false} {
		info := nwa(1100)
		info.data[6] = 0
		if reserved {
			info.data[6] = 0x80
		}
		j, _ := onScript(t, nil, map[byte][]reply{command.OpReadTrackInformation: {info}, command.OpModeSelect10: {good}})
		k := &Task{Audio: 400}
		had := remnant{Remnant: burn.Remnant{Fate: burn.FateContinue, Number: 1, Start: 1000, Sectors: 100}}
		require.NoError(t, (&continuation{Method: stub{}, had: had}).Begin(t.Context(), j, k))
		require.Equal(t, reserved, k.Reserved)
		require.Equal(t, Task{Audio: 400, Number: 1, Start: 1000, Sent: 100, music: 100, Reserved: reserved}, *k)
	}
}

// A track isn't continued if the drive would write elsewhere, to another track, or to one that
// is damaged.
func TestTrackThatIsNotContinued(t *testing.T) {
	for name, change := range map[string]func(b []byte){
		"elsewhere": func(b []byte) { b[15]++ }, "no address": func(b []byte) { b[7] = 0 }, "another track": func(b []byte) { b[2] = 2 },
		"damaged": func(b []byte) { b[5] |= 0x20 }, "the same": func([]byte) {},
	} {
		info := nwa(1100)
		change(info.data)
		j, _ := onScript(t, nil, map[byte][]reply{command.OpReadTrackInformation: {info}, command.OpModeSelect10: {good}})
		k := &Task{Audio: 400}
		had := remnant{Remnant: burn.Remnant{Fate: burn.FateContinue, Number: 1, Start: 1000, Sectors: 100}}
		err := (&continuation{Method: stub{}, had: had}).Begin(t.Context(), j, k)
		if name == "the same" {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, errNoContinuation, name)
		require.Zero(t, k.Sent, name)
	}
}

// A track of the right length is kept if the drive can't read an open session and doesn't pad
// tracks to that length. It counts as unconfirmed if the last look doesn't show it.
func TestTrackThatCannotBeReadIsKeptByItsLength(t *testing.T) {
	j, _ := onScript(t, nil, map[byte][]reply{command.OpReadCD: {refusal}})
	r := resuming(left(burn.FateDoubtful, 1, 400), burnt())
	r.Job = j
	r.Before = leftOpen(on(1, 400, disc.TrackComplete))
	r.last = r.Before
	require.NoError(t, r.examine(t.Context()))
	require.Equal(t, burn.FateKept, r.album[0].Fate)
	require.True(t, r.prove)
	require.Empty(t, r.fragments)
	r.rep.Tracks = []burn.TrackReport{{Status: burn.TrackOK}, {}}
	r.last.Tracks = nil
	r.settleKept()
	require.Equal(t, burn.TrackUnshown, r.rep.Tracks[0].Status)
}

// The work at the end of a resumption is closing the disc and reading it back.
func TestWorkOfClosingAResumedDisc(t *testing.T) {
	c, _ := looked(t, sim.NewDisc(sim.CDR80), &burn.Options{Verify: disc.VerifyFull}, nil)
	c.laser, c.method = laserOn, stub{}
	c.begun(300)
	r := &resumer{conclusion: c, was: &burn.Interrupted{}}
	require.Error(t, r.finish(t.Context(), nil), "the disc is blank")
	c.rep.Tracks[0].Status = burn.TrackOK
	require.Equal(t, toc.Sectors(150+75), c.toVerify())
	require.InDelta(t, float64(closeWork+150+75), c.m.work, 1e-9)
}

// If another disc is in the drive at the end, that is the error of a burn that had none. A
// burn that failed keeps its own error.
func TestErrorOfABurnWhoseDiscIsGone(t *testing.T) {
	elsewhere := errors.New("another disc")
	failed := Wrap(burn.PhaseWrite, 1, 5, burn.ErrNoSpace)
	for want, err := range map[burn.Phase]error{burn.PhaseConfirm: nil, burn.PhaseWrite: failed} {
		j, _ := onScript(t, nil, nil)
		c := &conclusion{Job: j, gone: elsewhere}
		r, got := c.conclude(err)
		e, ok := errors.AsType[*burn.Error](got)
		require.True(t, ok)
		require.Equal(t, want, e.Phase)
		require.Equal(t, err == nil, errors.Is(got, elsewhere))
		require.Equal(t, got.Error(), r.Failure)
	}
}
