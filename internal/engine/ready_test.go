package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/sessionatonce"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// A drive that is reset while the first WRITE is being prepared is prepared again, up to three
// times in all. After that, no WRITE is sent.
func TestDriveThatIsResetAgainAndAgain(t *testing.T) {
	for resets, want := range map[int]error{2: nil, 3: burn.ErrDriveLost} {
		b := newBench(t, "modern", sim.CDR80)
		left, locked := 0, false
		b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
			locked = locked || req.CDB[0] == command.OpPreventAllowMediumRemoval
			hit := locked && left > 0 && req.CDB[0] == command.OpReadTrackInformation
			if hit {
				left, locked = left-1, false
			}
			return hit
		}, Sticky: true, Fault: says(6, 0x29, 0)})
		sets := 0
		r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{Speed: mmc.SpeedX(8), OnEvent: at(burn.PhaseStart, 1, func() {
			left, locked = resets, false
			sets = b.sent(command.OpSetCDSpeed)
		})}, trackatonce.Method())
		if want == nil {
			require.NoError(t, err)
			require.Equal(t, burn.VerdictSuccess, r.Verdict)
			continue
		}
		require.ErrorIs(t, err, want)
		require.ErrorContains(t, err, "again and again")
		require.Equal(t, where{phase: burn.PhaseStart, track: 1}, placeOf(t, err))
		require.Zero(t, b.sent(command.OpWrite10))
		require.Equal(t, sets+2, b.sent(command.OpSetCDSpeed), "speed and lock are set again each time")
		require.Equal(t, burn.TrackNotBegun, r.Tracks[0].Status)
		require.Equal(t, 1, r.Tracks[0].Number)
	}
}

// If another disc is found while a track is being prepared, the error is about that disc,
// whatever else failed. The track keeps its number.
func TestAnotherDiscWhileATrackIsPrepared(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{OnEvent: at(burn.PhaseStart, 1, func() {
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpModeSelect10), Fault: says(6, 0x28, 0)})
		b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpModeSelect10), Sticky: true, Fault: says(4, 0x44, 0)})
	})}, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrDiscChanged)
	require.NotErrorIs(t, err, scsi.KeyHardwareError)
	require.Equal(t, where{phase: burn.PhaseStart, track: 1}, placeOf(t, err))
	require.Equal(t, 1, r.Tracks[0].Number)
	require.Zero(t, b.sent(command.OpWrite10))
}

// After a burn that failed at its first WRITE, the disc isn't stopped or reloaded, since
// nothing can be found. Only an unfinished stream can be hidden by a drive.
func TestNothingIsReloadedForABlankDisc(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpWrite10), Fault: says(3, 0x0C, 0)})
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.True(t, b.disc.Summary().Blank)
	require.Zero(t, b.sent(command.OpStartStopUnit))
	require.Equal(t, "failed: 0 of 2 tracks, 0:00, disc blank", r.String())
	require.Zero(t, r.LeadOut)
}

// The report of a finished disc contains its lead-out, the plan contains the speed that will
// be set, and the FIFO has its size.
func TestFiguresOfAReport(t *testing.T) {
	for _, method := range []engine.Method{trackatonce.Method(), sessionatonce.Method(nil, false)} {
		b := newBench(t, "modern", sim.CDR80)
		var plan burn.Plan
		r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{Speed: mmc.SpeedX(20), OnEvent: func(e burn.Event) {
			if p, is := e.(burn.Planned); is {
				plan = p.Plan
			}
		}}, method)
		require.NoError(t, err)
		last := b.disc.Tracks()[1]
		require.InDelta(t, int(last.Start)+int(last.Size), int(r.LeadOut), 2, "run-out aside")
		require.Equal(t, plan.Speed, r.SpeedSet)
		require.Equal(t, mmc.SpeedX(20), r.SpeedAsked)
		require.Less(t, plan.Speed.SectorsPerSecond(), 20*75)
		require.Equal(t, plan.Mode, r.Mode)
		require.Equal(t, 256*27*toc.SectorSize, r.FIFO.Size)
		require.Equal(t, 27, r.FIFO.Chunk)
		require.Equal(t, int64(700*toc.SectorSize), r.FIFO.Bytes)
		require.InDelta(t, 700/r.Writing.Seconds()/75, r.SpeedMean, 0.01)
	}
}

// Progress contains the track being written, its start and its length.
func TestProgressNamesTheTrack(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	seen := map[int]burn.Progress{}
	b.burn(t, &burn.Options{Verify: disc.VerifyQuick, OnEvent: func(e burn.Event) {
		if p, is := e.(burn.Progress); is && p.Phase == burn.PhaseWrite {
			seen[p.Track] = p
		}
	}})
	require.Len(t, seen, 2)
	require.Equal(t, []int{0, 300, 2}, []int{int(seen[1].StartLBA), int(seen[1].SectorCount), seen[1].Tracks})
	require.Equal(t, []int{452, 400}, []int{int(seen[2].StartLBA), int(seen[2].SectorCount)})
}

// A single track is read back, too. The work of reading back counts in Progress.Done when
// tracks are added one by one.
func TestReadBackOfTracksOneByOne(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	written, confirmed := 0.0, 0.0
	s := b.prepared(t, &burn.Options{Verify: disc.VerifyFull, OnEvent: func(e burn.Event) {
		p, _ := e.(burn.Progress)
		switch p.Phase {
		case burn.PhaseFlush:
			written = p.Done
		case burn.PhaseConfirm:
			confirmed = p.Done
		}
	}})
	_, err := s.Add(t.Context(), album()[1])
	require.NoError(t, err)
	require.InDelta(t, 1, written, 1e-9, "all of the track")
	r, err := s.Release(t.Context())
	require.NoError(t, err)
	require.Equal(t, disc.VerifyFull, r.Verified.Done)
	require.Equal(t, toc.Sectors(400), r.Verified.Sectors)
	require.InDelta(t, 11250.0/(11250+200+75), confirmed, 1e-4)
}

// If the drive reports a failed WRITE while it closes the session, that is an error of closing
// and is reported once. The disc stays as it is.
func TestFailedWriteReportedWhileClosing(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.readsNoAudio()
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		return req.CDB[0] == command.OpTestUnitReady && b.sent(command.OpCloseTrackSession) > 0
	}, Fault: saysOfBefore(3, 0x0C, 0)})
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		return req.CDB[0] == command.OpPreventAllowMediumRemoval && req.CDB[4] == 0
	}, Fault: saysOfBefore(3, 0x0C, 0)})
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrWriteFailed)
	require.Equal(t, where{phase: burn.PhaseClose}, placeOf(t, err))
	require.Equal(t, 1, strings.Count(err.Error(), "3/0C/00"), "%v", err)
	require.Equal(t, burn.VerdictFailed, r.Verdict)
	require.True(t, *r.Closed)
}

// The requirements of a track are checked before its source is read.
func TestTrackIsCheckedBeforeItsSourceIsRead(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	checked := 0
	s := b.prepared(t, &burn.Options{OnEvent: func(e burn.Event) {
		if _, is := e.(burn.Checking); is {
			checked++
		}
	}})
	_, err := s.Add(t.Context(), album()[0])
	require.NoError(t, err)
	checked = 0
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadTrackInformation), Sticky: true, Fault: says(4, 0x44, 0)})
	_, err = s.Add(t.Context(), album()[1])
	require.ErrorIs(t, err, scsi.KeyHardwareError)
	require.Zero(t, checked)
	b.faults.Clear()
	_, err = s.Release(t.Context())
	require.NoError(t, err)
}

// Once writing has started, the estimate of the remaining time is off by at most a third, in
// either recording mode.
func TestTimeLeftOfABurn(t *testing.T) {
	for name, method := range map[string]engine.Method{"tao": trackatonce.Method(), "sao": sessionatonce.Method(nil, false)} {
		b := newBench(t, "modern", sim.CDR80)
		type moment struct {
			at   time.Time
			left time.Duration
			in   burn.Phase
		}
		var seen []moment
		tracks := []burn.Track{music("a.wav", 1, 6000), music("b.wav", 2, 6000), music("c.wav", 3, 6000)}
		_, err := engine.Burn(t.Context(), b.drive, tracks, &burn.Options{Speed: mmc.SpeedX(16), Verify: disc.VerifyQuick, OnEvent: func(e burn.Event) {
			if p, is := e.(burn.Progress); is && (p.Phase == burn.PhaseWrite || p.Phase == burn.PhaseFlush || p.Phase == burn.PhaseClose) {
				seen = append(seen, moment{b.Now(), p.Left, p.Phase})
			}
		}}, method)
		require.NoError(t, err)
		end := b.Now()
		for _, m := range seen {
			want := end.Sub(m.at).Seconds()
			require.InDelta(t, want, m.left.Seconds(), want/3+5, "%s %s, with %.0f s to go", name, m.in, want)
		}
	}
}

// After a test write the drive gets page 05h without the test bit. If the drive refuses it,
// the disc is inspected nevertheless. If the command fails, it is unknown what the drive would
// write next.
func TestPageAfterATestWrite(t *testing.T) {
	for _, row := range []struct {
		answer scsitest.Fault
		want   error
	}{{says(5, 0x26, 0), nil}, {says(4, 0x44, 0), scsi.KeyHardwareError}} {
		b := newBench(t, "modern", sim.CDR80)
		r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{TestWrite: true, OnEvent: at(burn.PhaseConfirm, 0, func() {
			b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpModeSelect10), Sticky: true, Fault: row.answer})
		})}, trackatonce.Method())
		if row.want == nil {
			require.NoError(t, err)
			require.Equal(t, burn.VerdictTestWrite, r.Verdict)
			continue
		}
		require.ErrorIs(t, err, row.want)
		require.ErrorIs(t, err, burn.ErrUnconfirmed)
		require.Equal(t, where{phase: burn.PhaseConfirm}, placeOf(t, err))
		require.Equal(t, burn.VerdictUnconfirmed, r.Verdict)
	}
}
