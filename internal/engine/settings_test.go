package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// A flush is sent again only after an answer that leaves its outcome open, and the drive's
// report isn't lost.
func TestAnswersToAFlush(t *testing.T) {
	flush := scsitest.Opcode(command.OpSynchronizeCache)
	for name, row := range map[string]struct {
		rule scsitest.Rule
		sent int
		want error
	}{
		"good":                 {scsitest.Rule{Match: scsitest.Opcode(0xFE)}, 1, nil},
		"a write error":        {scsitest.Rule{Match: flush, Fault: says(3, 0x0C, 0)}, 2, scsi.KeyMediumError},
		"write errors":         {scsitest.Rule{Match: flush, Sticky: true, Fault: says(3, 0x0C, 0)}, 2, scsi.KeyMediumError},
		"refused with IMMED":   {scsitest.Rule{Match: flush, Fault: says(5, 0x24, 0)}, 2, nil},
		"refused in each form": {scsitest.Rule{Match: flush, Sticky: true, Fault: says(5, 0x24, 0)}, 2, scsi.KeyIllegalRequest},
		"aborted once":         {scsitest.Rule{Match: flush, Fault: says(0xB, 0x44, 0)}, 2, nil},
		"an attention":         {scsitest.Rule{Match: flush, Fault: says(6, 0x2E, 0)}, 2, nil},
		"no answer":            {scsitest.Rule{Sticky: true, Fault: scsitest.TransportFault(scsi.SentUnknown, nil)}, 4, scsitest.ErrFault},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			s := b.prepared(t, nil)
			b.tap.Reset()
			b.faults.Add(row.rule)
			err := s.Job().Flush()
			require.Equal(t, row.sent, b.sent(command.OpSynchronizeCache))
			if row.want == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, row.want)
			}
			require.Equal(t, row.want == scsitest.ErrFault, s.Job().Silent())
			b.faults.Clear()
			require.NoError(t, s.Job().Flush())
			require.False(t, s.Job().Silent())
			_, err = s.Release(t.Context())
			require.NoError(t, err)
		})
	}
}

// If a drive isn't known to support a test write, page 05h doesn't request one.
func TestNoTestWriteBeforeItIsKnown(t *testing.T) {
	b := newBench(t, "no-test-write", sim.CDR80)
	r, err := engine.Burn(t.Context(), b.drive, album(), &burn.Options{TestWrite: true}, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrNoFeature)
	require.Equal(t, burn.VerdictFailed, r.Verdict)
	for _, e := range b.tap.Exchanges() {
		if e.CDB[0] == command.OpModeSelect10 {
			require.Zero(t, e.Out[8+2]&0x10)
		}
	}
}

// Refused write parameters rule out a disc only if it could be written at all: a finalized
// disc is reported as finalized.
func TestRefusedParametersBeforeABurn(t *testing.T) {
	refused := scsitest.Rule{Match: scsitest.Opcode(command.OpModeSelect10), Sticky: true, Fault: says(5, 0x26, 0)}
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(refused)
	_, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrModeParams)
	require.ErrorIs(t, err, scsi.KeyIllegalRequest)
	require.Equal(t, where{phase: burn.PhasePlan}, placeOf(t, err))
	b.faults.Clear()
	b.burn(t, nil)
	b.faults.Add(refused)
	_, err = engine.Burn(t.Context(), b.drive, album(), &burn.Options{Append: true}, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrFinalized)
	require.NotErrorIs(t, err, burn.ErrModeParams)
}

// The first event of a track estimates with the speed that the drive set. An error after
// setting it is reported, unless the drive only fails to report its speed.
func TestSpeedThatWasTaken(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	var first burn.Progress
	s := b.prepared(t, &burn.Options{Speed: mmc.SpeedX(8), OnEvent: func(e burn.Event) {
		if p, is := e.(burn.Progress); is && p.Action == burn.ActionWriting && first.SectorCount == 0 {
			first = p
		}
	}})
	for _, row := range []struct {
		fault scsitest.Fault
		want  error
	}{{says(5, 0x24, 0), nil}, {says(4, 0x44, 0), scsi.KeyHardwareError}} {
		set := false
		b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
			set = set || req.CDB[0] == command.OpSetCDSpeed
			return set && req.CDB[0] == command.OpModeSense10
		}, Sticky: true, Fault: row.fault})
		_, _, err := s.Job().SetSpeed(t.Context(), mmc.SpeedX(16), false)
		if row.want == nil {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, row.want)
		}
		b.faults.Clear()
	}
	_, _, err := s.Job().SetSpeed(t.Context(), mmc.SpeedX(8), false)
	require.NoError(t, err)
	_, err = s.Add(t.Context(), music("long.wav", 1, 3000))
	require.NoError(t, err)
	require.Equal(t, 5*time.Second, first.Remaining, "3000 sectors at 8x")
	r, err := s.Release(t.Context())
	require.NoError(t, err)
	require.InDelta(t, 3000/r.Writing.Seconds()/75, r.SpeedMean, 0.01)
}

// Failing to unlock the tray is an error only if it could be locked.
func TestTrayThatCanNotBeUnlocked(t *testing.T) {
	for name, row := range map[string]struct {
		match func(req *scsi.Request) bool
		want  bool
	}{
		"stays locked": {func(req *scsi.Request) bool { return req.CDB[4] == 0 }, true},
		"has no lock":  {func(*scsi.Request) bool { return true }, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
				return req.CDB[0] == command.OpPreventAllowMediumRemoval && row.match(req)
			}, Sticky: true, Fault: says(5, 0x24, 0)})
			r, err := engine.Burn(t.Context(), b.drive, album()[:1], nil, trackatonce.Method())
			require.Equal(t, burn.VerdictSuccess, r.Verdict)
			if row.want {
				require.ErrorContains(t, err, "the tray stays locked")
			} else {
				require.NoError(t, err)
			}
		})
	}
}

// Before the tray opens, the engine waits for a drive that is still busy. If the drive stays
// busy, its tray stays closed.
func TestEjectWaitsForTheDrive(t *testing.T) {
	for name, row := range map[string]struct {
		busy   time.Duration
		opened bool
	}{"a while": {5 * time.Second, true}, "too long": {time.Minute, false}} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			var since time.Time
			b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
				if req.CDB[0] == command.OpPreventAllowMediumRemoval && req.CDB[4] == 0 {
					since = b.Now()
				}
				return req.CDB[0] == command.OpTestUnitReady && !since.IsZero() && b.Now().Sub(since) < row.busy
			}, Sticky: true, Fault: says(2, 0x04, 0x08)})
			r, err := engine.Burn(t.Context(), b.drive, album()[:1], &burn.Options{Eject: true}, trackatonce.Method())
			require.NoError(t, err)
			eject := 0
			for _, e := range b.tap.Exchanges() {
				if e.CDB[0] == command.OpStartStopUnit && e.CDB[4]&3 == 2 {
					eject++
				}
			}
			require.Equal(t, row.opened, eject > 0)
			require.Equal(t, !row.opened, len(r.Notes) > 0 && r.Notes[len(r.Notes)-1].Kind == notekind.NotEjected)
		})
	}
}

// A drive may deny for a moment that it has a disc, and may take minutes to recognize a bad
// one.
func TestHowLongTheDiscIsWaitedFor(t *testing.T) {
	for name, row := range map[string]struct {
		answer scsitest.Fault
		lasts  time.Duration
		want   error
	}{
		"no disc for a moment": {says(2, 0x3A, 0), 2 * time.Second, nil},
		"no disc":              {says(2, 0x3A, 0), time.Hour, burn.ErrNoMedia},
		"recognizing it":       {says(2, 0x04, 0x01), 4 * time.Minute, nil},
		"for ever":             {says(2, 0x04, 0x01), time.Hour, mmc.ErrNotReady},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "modern", sim.CDR80)
			began := b.Now()
			b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
				return req.CDB[0] != 0x12 && b.Now().Sub(began) < row.lasts
			}, Sticky: true, Fault: row.answer})
			var last time.Time
			gap := time.Duration(0)
			_, err := engine.Burn(t.Context(), b.drive, album()[:1], &burn.Options{OnEvent: func(e burn.Event) {
				if p, is := e.(burn.Progress); is {
					if now := b.Now(); p.Phase == burn.PhasePrepare && !last.IsZero() {
						gap = max(gap, now.Sub(last))
					}
					last = b.Now()
				}
			}}, trackatonce.Method())
			require.LessOrEqual(t, gap, 500*time.Millisecond)
			if row.want == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, row.want)
				require.Less(t, b.Now().Sub(began), 20*time.Minute)
			}
		})
	}
}
