package engine_test

import (
	"context"
	"testing"
	"time"

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
	"github.com/redbook-audio/redbook/toc"
)

// A drive may show the old tracks for some seconds after BLANK. They are no reason to stop or
// eject the disc.
func TestBlankIsShownLate(t *testing.T) {
	b := newBench(t, "modern", sim.CDRW80)
	b.burn(t, nil)
	old := b.information(t)
	b.tap.Reset()
	var since time.Time
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if req.CDB[0] != command.OpReadDiscInformation || b.sent(command.OpBlank) == 0 {
			return false
		}
		if since.IsZero() {
			since = b.Now()
		}
		return b.Now().Sub(since) < 5*time.Second
	}, Sticky: true, Fault: scsitest.DataFault(old)})
	phases := map[burn.Phase]bool{}
	r, err := engine.Blank(t.Context(), b.drive, &burn.BlankOptions{OnEvent: func(e burn.Event) {
		if p, is := e.(burn.Progress); is {
			phases[p.Phase] = true
		}
	}})
	require.NoError(t, err)
	require.Empty(t, r.Notes)
	require.True(t, phases[burn.PhaseBlank])
	require.Zero(t, b.sent(command.OpStartStopUnit))
}

// Closing a disc first finishes a track that was interrupted by a power failure, and reports
// it.
func TestCloseFinishesATornTrack(t *testing.T) {
	for _, name := range []string{"modern", "pioneer"} {
		b := newBench(t, name, sim.CDR80)
		b.faults.Add(scsitest.Rule{Match: func(*scsi.Request) bool { return b.sent(command.OpWrite10) > 80 }, Sticky: true,
			Fault: scsitest.TransportFault(scsi.SentUnknown, errPowerLost)})
		long := []burn.Track{album()[0], music("long.wav", 2, 3000)}
		_, err := engine.Burn(t.Context(), b.drive, long, nil, trackatonce.Method())
		require.ErrorIs(t, err, errPowerLost)
		b.faults.Clear()
		b.tap.Reset()
		b.PowerCycle()
		r, err := engine.CloseDisc(t.Context(), b.drive, nil, trackatonce.Method())
		require.NoError(t, err, name)
		require.Equal(t, burn.VerdictSuccess, r.Verdict)
		require.True(t, b.disc.Summary().Finalized)
		finished := 0
		for _, n := range r.Notes {
			if n.Kind == notekind.TrackFinished || n.Kind == notekind.TrackRepaired {
				require.Equal(t, 2, n.Track)
				finished++
			}
		}
		require.Equal(t, 1, finished)
		require.Len(t, r.OnDisc, 2)
	}
}

// A torn track that can't be finished keeps the session open, and is the reason in the error.
func TestTornTrackThatStays(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: func(*scsi.Request) bool { return b.sent(command.OpWrite10) > 80 }, Sticky: true,
		Fault: scsitest.TransportFault(scsi.SentUnknown, errPowerLost)})
	_, err := engine.Burn(t.Context(), b.drive, []burn.Track{album()[0], music("long.wav", 2, 3000)}, nil, trackatonce.Method())
	require.ErrorIs(t, err, errPowerLost)
	b.faults.Clear()
	b.tap.Reset()
	b.PowerCycle()
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpCloseTrackSession), Sticky: true, Fault: says(3, 0x72, 0x01)})
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpRepairTrack), Sticky: true, Fault: says(4, 0x44, 0)})
	r, err := engine.CloseDisc(t.Context(), b.drive, nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrTrackOpen)
	require.ErrorIs(t, err, scsi.KeyMediumError)
	require.ErrorIs(t, err, scsi.KeyHardwareError, "of REPAIR TRACK")
	require.Equal(t, where{phase: burn.PhaseFlush, track: 2}, placeOf(t, err))
	require.False(t, *r.Closed)
	for _, e := range b.tap.Exchanges() {
		require.False(t, e.CDB[0] == command.OpCloseTrackSession && e.CDB[2]&7 == 2, "CLOSE SESSION isn't sent")
	}
}

// SessionClosed is sent only if the drive shows the session as closed.
func TestNoSessionClosedWithoutProof(t *testing.T) {
	for name, match := range map[string]func(req *scsi.Request, closed bool) bool{
		"nothing closed": func(req *scsi.Request, _ bool) bool { return req.CDB[0] == command.OpCloseTrackSession },
		"nothing is told": func(req *scsi.Request, closed bool) bool {
			return closed && req.CDB[0] == command.OpReadDiscInformation
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			closed := false
			b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
				hit := match(req, closed)
				closed = closed || req.CDB[0] == command.OpCloseTrackSession
				return hit
			}, Sticky: true, Fault: says(4, 0x3E, 0x02)})
			told := 0
			r, err := engine.Burn(t.Context(), b.drive, album()[:1], &burn.Options{OnEvent: func(e burn.Event) {
				if _, is := e.(burn.SessionClosed); is {
					told++
				}
			}}, trackatonce.Method())
			require.Error(t, err)
			require.NotEqual(t, burn.VerdictSuccess, r.Verdict)
			require.Zero(t, told)
			require.False(t, r.Closed != nil && *r.Closed)
		})
	}
}

// The rows of a verification contain what the disc shows of each track.
func TestRowsOfAVerification(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.burn(t, nil)
	r, err := engine.Verify(t.Context(), b.drive, album(), nil)
	require.NoError(t, err)
	for i, tr := range b.disc.Tracks() {
		row := r.Tracks[i]
		require.Equal(t, []toc.LBA{tr.Start, tr.Start}, []toc.LBA{row.Start, row.ShownAt})
		require.Equal(t, []toc.Sectors{tr.Size, tr.Size}, []toc.Sectors{row.Sectors, row.ShownSize})
		require.Equal(t, []int{tr.Number, i + 1}, []int{row.Number, i + 1})
		require.Equal(t, burn.TrackOK, row.Status)
	}
}

// A verification can be canceled. The disc is then closed, and good as far as known: parts
// that weren't read aren't reported as wrong.
func TestVerificationThatIsCanceled(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := engine.Burn(ctx, b.drive, album(), &burn.Options{Verify: disc.VerifyFull, OnEvent: at(burn.PhaseVerify, 0, cancel)}, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrCanceled)
	require.NotErrorIs(t, err, burn.ErrVerify)
	require.Equal(t, where{phase: burn.PhaseVerify}, placeOf(t, err))
	require.Equal(t, burn.VerdictCanceled, r.Verdict)
	require.True(t, *r.Closed)
	for _, row := range r.Tracks {
		require.Equal(t, burn.TrackOK, row.Status)
	}
}

// A track that is cut short is padded to four seconds. If the padding fails too, both errors
// are reported.
func TestPaddingThatFails(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if req.CDB[0] == command.OpWrite10 && b.sent(command.OpWrite10) == 4 {
			cancel()
		}
		return req.CDB[0] == command.OpWrite10 && b.sent(command.OpWrite10) > 4
	}, Sticky: true, Fault: says(3, 0x0C, 0)})
	r, err := engine.Burn(ctx, b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrCanceled)
	require.ErrorIs(t, err, scsi.KeyMediumError)
	require.Equal(t, toc.Sectors(5*27), r.Tracks[0].Sent)
	require.NotEqual(t, burn.TrackOK, r.Tracks[0].Status)
}

// If the drive reports a failed WRITE in answer to a question after the flush, the failure
// belongs to the track, although the drive shows the track as complete.
func TestFailedWriteReportedAfterTheFlush(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.readsNoAudio()
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		return req.CDB[0] == command.OpReadTrackInformation && b.sent(command.OpSynchronizeCache) == 1
	}, Fault: saysOfBefore(3, 0x0C, 0)})
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, scsi.KeyMediumError)
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.Equal(t, burn.TrackFailed, r.Tracks[0].Status)
	require.Equal(t, burn.VerdictFailed, r.Verdict)
	require.Equal(t, burn.TrackNotBegun, r.Tracks[1].Status)
}

// If a panic of the event handler ended the burn, the error contains the panic.
func TestPanicIsNamed(t *testing.T) {
	for _, phase := range []burn.Phase{burn.PhasePrepare, burn.PhaseStart, burn.PhaseWrite, burn.PhaseVerify} {
		b := newBench(t, "modern", sim.CDR80)
		r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{Verify: disc.VerifyFull, OnEvent: at(phase, 0, func() { panic("boom") })}, trackatonce.Method())
		require.ErrorIs(t, err, burn.ErrCanceled, phase)
		require.ErrorContains(t, err, "Options.OnEvent panicked: boom", phase)
		require.Contains(t, r.Failure, "boom")
		require.Contains(t, kinds(r.Notes), notekind.EventPanic)
	}
}

// Rows have their numbers from the start, and the hash of the data written.
func TestNumbersAndHashesOfRows(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpGetConfiguration), Sticky: true, Fault: says(4, 0x44, 0)})
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, scsi.KeyHardwareError)
	require.Equal(t, []int{1, 2}, []int{r.Tracks[0].Number, r.Tracks[1].Number})
	require.Empty(t, r.Tracks[0].Hash)
	b.faults.Clear()
	var plan burn.Plan
	r = b.burn(t, &burn.Options{OnEvent: func(e burn.Event) {
		if p, is := e.(burn.Planned); is {
			plan = p.Plan
		}
	}})
	for i, row := range r.Tracks {
		require.Len(t, row.Hash, 16)
		require.Equal(t, plan.Tracks[i].Hash, row.Hash)
	}
}
