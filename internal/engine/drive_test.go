package engine_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/sessionatonce"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// at calls f once, at the first event of a phase of the given track (0: any).
func at(phase burn.Phase, track int, f func()) func(burn.Event) {
	done := false
	return func(e burn.Event) {
		if p, is := e.(burn.Progress); is && !done && p.Phase == phase && (track == 0 || p.Track == track) {
			done = true
			f()
		}
	}
}

// TEST UNIT READY is only a hint: a drive that always fails it but reports its disc is ready.
// One that fails both is not.
func TestReadyByItsDiscInformation(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpTestUnitReady), Sticky: true, Fault: says(4, 0x44, 0)})
	r := b.burn(t, nil)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)

	b = newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpTestUnitReady, command.OpReadDiscInformation), Sticky: true, Fault: says(4, 0x44, 0)})
	_, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, scsi.KeyHardwareError)
	require.Equal(t, where{phase: burn.PhasePrepare}, placeOf(t, err))
	require.Zero(t, b.sent(command.OpWrite10))
}

// Drives that don't support track FFh are asked for the next track by its number.
func TestNextTrackByItsNumber(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		return req.CDB[0] == command.OpReadTrackInformation && req.CDB[5] == 0xFF
	}, Sticky: true, Fault: says(5, 0x24, 0)})
	r := b.burn(t, nil)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
	require.Len(t, b.disc.Tracks(), 2)
	require.Equal(t, b.disc.Tracks()[1].Start, r.Tracks[1].Start)
}

// If a failed WRITE is reported before the next track starts, the burn ends there.
func TestFailedWriteReportedBetweenTracks(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.readsNoAudio()
	o := &burn.Options{OnEvent: at(burn.PhaseStart, 2, func() {
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpPreventAllowMediumRemoval), Fault: saysOfBefore(3, 0x0C, 0)})
	})}
	r, err := engine.Burn(t.Context(), b.drive, album(), o, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.ErrorIs(t, err, asc.WriteError)
	require.Equal(t, burn.TrackUnshown, r.Tracks[0].Status, "it can't be read back")
	require.Equal(t, burn.TrackNotBegun, r.Tracks[1].Status)
	require.Len(t, b.disc.Tracks(), 1)
	require.False(t, *r.Closed)
}

// After a reset between two tracks, lock and speed are set again and the report contains the
// reason. Without a reset, neither happens.
func TestResetBetweenTracks(t *testing.T) {
	for _, reset := range []bool{false, true} {
		b := newBench(t, "modern", sim.CDR80)
		o := &burn.Options{Speed: mmc.SpeedX(16), OnEvent: at(burn.PhaseStart, 2, func() {
			if reset {
				b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpTestUnitReady), Fault: says(6, 0x29, 0)})
			}
			b.tap.Reset()
		})}
		r := b.burn(t, o)
		if reset {
			require.Equal(t, []burn.NoteKind{notekind.Reset}, kinds(r.Notes))
			require.Equal(t, 1, b.sent(command.OpSetCDSpeed))
		} else {
			require.Empty(t, r.Notes)
			require.Zero(t, b.sent(command.OpSetCDSpeed))
		}
		require.GreaterOrEqual(t, b.sent(command.OpPreventAllowMediumRemoval), 2, "locked again, and unlocked at the end")
	}
}

// CLOSE SESSION isn't sent to a drive that no longer answers. The report states that the disc
// could not be inspected.
func TestDriveLostBeforeClosing(t *testing.T) {
	for _, sent := range []scsi.Sent{scsi.SentUnknown, scsi.SentNo} {
		b := newBench(t, "modern", sim.CDR80)
		o := &burn.Options{OnEvent: at(burn.PhaseClose, 0, func() {
			b.faults.Add(scsitest.Rule{Sticky: true, Fault: scsitest.TransportFault(sent, nil)})
		})}
		r, err := engine.Burn(t.Context(), b.drive, album(), o, trackatonce.Method())
		require.ErrorIs(t, err, burn.ErrDriveLost)
		require.Equal(t, where{phase: burn.PhaseClose}, placeOf(t, err))
		require.Zero(t, b.sent(command.OpCloseTrackSession))
		require.ErrorIs(t, r.LookError.Err, scsitest.ErrFault)
		require.False(t, r.After.Status.Known())
		require.Empty(t, r.OnDisc)
		require.Contains(t, fmt.Sprint(r), "state of the disc unknown")
	}
}

// A drive that made no progress for 200 seconds is given less time than one that works.
func TestStuckDriveIsNotWaitedForAnHour(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	stuck := scsitest.Opcode(command.OpWrite10, command.OpSynchronizeCache, command.OpTestUnitReady, command.OpReadDiscInformation, command.OpReadTrackInformation)
	began := b.Now()
	_, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{OnEvent: at(burn.PhaseWrite, 1, func() {
		b.faults.Add(scsitest.Rule{Match: stuck, Sticky: true, Fault: says(2, 0x04, 0x08)})
	})}, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrBusy)
	took := b.Now().Sub(began)
	require.Greater(t, took, 200*time.Second)
	require.Less(t, took, 20*time.Minute)
}

// A failed WRITE of an earlier program that is reported during preparation doesn't affect the
// burn.
func TestFailedWriteOfAnEarlierProgram(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpPreventAllowMediumRemoval), Fault: saysOfBefore(3, 0x0C, 0)})
	require.Equal(t, burn.VerdictSuccess, b.burn(t, nil).Verdict)
	b = newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpPreventAllowMediumRemoval), Fault: saysOfBefore(3, 0x0C, 0)})
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, sessionatonce.Method(nil, false))
	require.NoError(t, err)
	require.Equal(t, burn.VerdictSuccess, r.Verdict)
}

// A setting that fails between two tracks ends the burn before the second one.
func TestSettingThatFailsBetweenTracks(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{OnEvent: at(burn.PhaseStart, 2, func() {
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpPreventAllowMediumRemoval), Fault: says(4, 0x44, 0)})
	})}, trackatonce.Method())
	require.ErrorIs(t, err, scsi.KeyHardwareError)
	require.Equal(t, where{phase: burn.PhaseStart, track: 2}, placeOf(t, err))
	require.ErrorIs(t, err, burn.ErrWriteFailed, "the disc isn't as it was")
	require.Equal(t, []burn.NoteKind{notekind.TrackError}, kinds(r.Tracks[1].Notes))
	require.Equal(t, burn.TrackNotBegun, r.Tracks[1].Status)
	require.Len(t, b.disc.Tracks(), 1)
}

// After a failed WRITE of the lead-in or the pregap, no other is sent.
func TestFailedWriteAheadOfAStream(t *testing.T) {
	for _, nth := range []int{1, 2, 5} {
		for _, packs := range [][]byte{nil, make([]byte, 18*4)} {
			b := newBench(t, "modern", sim.CDR80)
			b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Skip: nth - 1, Fault: says(3, 0x0C, 0)})
			r, err := engine.Burn(t.Context(), b.drive, album(), nil, sessionatonce.Method(packs, false))
			require.ErrorIs(t, err, burn.ErrWriteFailed)
			require.Equal(t, nth, b.sent(command.OpWrite10))
			require.Equal(t, burn.VerdictFailed, r.Verdict)
			require.Zero(t, r.Tracks[0].Sent)
			require.False(t, *r.Closed)
		}
	}
}

// Session-at-once writes the whole pregap and every sample on a transport that carries one
// sector at a time, and on one that carries 13.
func TestStreamInSmallWrites(t *testing.T) {
	for _, sectors := range []int{1, 2, 13} {
		b := newBench(t, "modern", sim.CDR80)
		d, err := mmc.Open(t.Context(), narrow{b.Drive, sectors * toc.SectorSize})
		require.NoError(t, err)
		r, err := engine.Burn(t.Context(), d, album(), nil, sessionatonce.Method(nil, false))
		require.NoError(t, err)
		require.Equal(t, burn.VerdictSuccess, r.Verdict)
		require.Equal(t, sectors, r.FIFO.Chunk)
		require.Equal(t, []toc.LBA{0, 300}, []toc.LBA{r.Tracks[0].Start, r.Tracks[1].Start})
		got := make([]byte, 400*toc.SectorSize)
		require.NoError(t, b.disc.ReadSectors(300, got))
		src, err := album()[1].Source.Open()
		require.NoError(t, err)
		want := make([]byte, len(got))
		_, err = src.Read(want)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

// narrow is a drive on an adapter with a small buffer.
type narrow struct {
	*sim.Drive
	limit int
}

func (n narrow) Limits() scsi.Limits { return scsi.Limits{MaxTransfer: n.limit} }

// Before a session is written at once, the disc is compared with the one inspected.
func TestStreamIsNotWrittenOnAnotherDisc(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	o := &burn.Options{OnEvent: at(burn.PhaseStart, 1, func() {
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpTestUnitReady), Fault: says(6, 0x28, 0)})
	})}
	r, err := engine.Burn(t.Context(), b.drive, album(), o, sessionatonce.Method(nil, false))
	require.ErrorIs(t, err, burn.ErrDiscChanged)
	require.Zero(t, b.sent(command.OpWrite10))
	require.True(t, b.disc.Summary().Blank)
	require.Equal(t, burn.TrackNotBegun, r.Tracks[0].Status)
}

// After the sources have been read, the FIFO is empty, and Progress shows it.
func TestNoFIFOAfterTheTracks(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	var closing []burn.Progress
	full := false
	b.burn(t, &burn.Options{OnEvent: func(e burn.Event) {
		if p, is := e.(burn.Progress); is {
			full = full || p.BufferUsed > 0
			require.Equal(t, p.BufferTotal, p.BufferUsed+p.BufferFree)
			if p.Phase == burn.PhaseClose {
				closing = append(closing, p)
			}
		}
	}})
	require.True(t, full)
	require.NotEmpty(t, closing)
	for _, p := range closing {
		require.Zero(t, p.BufferUsed)
		require.Zero(t, p.Track)
	}
}

// A cancel before the first WRITE leaves the disc blank: in either recording mode, a cancel at
// any event up to there prevents every WRITE.
func TestCanceledBeforeTheFirstWrite(t *testing.T) {
	for name, method := range map[string]engine.Method{"tao": trackatonce.Method(), "sao": sessionatonce.Method(nil, false)} {
		canceled := 0
		for nth, wrote := 1, false; !wrote; nth++ {
			b := newBench(t, "modern", sim.CDR80)
			ctx, cancel := context.WithCancel(t.Context())
			events := 0
			r, err := engine.Burn(ctx, b.drive, album(), &burn.Options{OnEvent: func(burn.Event) {
				if events++; events == nth {
					wrote = b.sent(command.OpWrite10) > 0
					cancel()
				}
			}}, method)
			cancel()
			if wrote {
				break
			}
			canceled++
			require.ErrorIs(t, err, burn.ErrCanceled, "%s, event %d", name, nth)
			require.Zero(t, b.sent(command.OpWrite10), "%s, event %d", name, nth)
			require.False(t, name == "tao" && b.sent(command.OpSynchronizeCache) > 0, "event %d", nth)
			require.Empty(t, r.OnDisc, "%s, event %d", name, nth)
			require.True(t, b.disc.Summary().Blank, "%s, event %d", name, nth)
		}
		require.Greater(t, canceled, 3, name)
	}
}
