package engine_test

import (
	"context"
	"encoding/binary"
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
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// prepared prepares a drive for tracks that are added one by one.
func (b *bench) prepared(t *testing.T, o *burn.Options) *engine.Stay {
	t.Helper()
	s, err := engine.Prepare(t.Context(), b.drive, o, trackatonce.Method())
	require.NoError(t, err)
	return s
}

// A question that is never answered is an error, not a reply of zeros.
func TestQuestionsWithoutAnswer(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	s := b.prepared(t, nil)
	_, err := s.Add(t.Context(), album()[0])
	require.NoError(t, err)
	j := s.Job()
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpReadDiscInformation, command.OpReadTrackInformation), Sticky: true, Fault: says(4, 0x44, 0)})
	for name, ask := range map[string]func(context.Context) error{
		"disc":   func(ctx context.Context) error { _, err := j.DiscInformation(ctx); return err },
		"track":  func(ctx context.Context) error { _, err := j.TrackInformation(ctx, 1); return err },
		"at":     func(ctx context.Context) error { _, err := j.TrackAt(ctx, 100); return err },
		"next":   func(ctx context.Context) error { _, err := j.NextTrack(ctx); return err },
		"nwa":    func(context.Context) error { _, err := j.NWA(j.Tasks[0]); return err },
		"room":   func(context.Context) error { _, err := j.Free(); return err },
		"track2": func(ctx context.Context) error { _, err := s.Add(ctx, album()[1]); return err },
	} {
		err := ask(t.Context())
		require.ErrorIs(t, err, scsi.KeyHardwareError, name)
		if name == "track2" {
			require.Equal(t, where{phase: burn.PhaseStart, track: 2}, placeOf(t, err))
		}
	}
	b.faults.Clear()
	_, err = s.Release(t.Context())
	require.NoError(t, err)
}

// If the drive still shows the session as open after the wait, that isn't an error yet, but
// the session doesn't count as closed.
func TestSettledByTheDisc(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	s := b.prepared(t, nil)
	began := b.Now()
	closed, err := s.Job().Settled(5 * time.Second)
	require.NoError(t, err)
	require.False(t, closed)
	require.GreaterOrEqual(t, b.Now().Sub(began), 5*time.Second)
	b.faults.Add(scsitest.Rule{Sticky: true, Fault: scsitest.TransportFault(scsi.SentUnknown, nil)})
	began = b.Now()
	closed, err = s.Job().Settled(engine.CloseSettle)
	require.ErrorIs(t, err, scsitest.ErrFault)
	require.False(t, closed)
	require.Less(t, b.Now().Sub(began), time.Minute, "a drive that is gone isn't waited for")
	b.faults.Clear()
	_, err = s.Release(t.Context())
	require.NoError(t, err)
}

// The speed can be changed between two tracks. The drive receives it, and the report contains
// both the requested and the actual speed.
func TestSpeedBetweenTracks(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	s := b.prepared(t, &burn.Options{Speed: mmc.SpeedX(8)})
	adjusted, now, err := s.Job().SetSpeed(t.Context(), mmc.SpeedX(16), false)
	require.NoError(t, err)
	require.Zero(t, adjusted)
	require.Equal(t, mmc.SpeedX(16), now.Speed())
	has, err := unit.CurrentWriteSpeed(t.Context(), b.drive)
	require.NoError(t, err)
	require.Equal(t, now, has)
	adjusted, now, err = s.Job().SetSpeed(t.Context(), mmc.SpeedX(17), false)
	require.NoError(t, err)
	require.Equal(t, burn.SpeedAdjusted, adjusted)
	require.Equal(t, mmc.SpeedX(16), now.Speed(), "the nearest")
	b.faults.Add(scsitest.Rule{Match: scsitest.Opcode(command.OpSetCDSpeed), Fault: says(4, 0x44, 0)})
	_, _, err = s.Job().SetSpeed(t.Context(), mmc.SpeedX(24), false)
	require.ErrorIs(t, err, scsi.KeyHardwareError)
	_, _, err = s.Job().SetSpeed(t.Context(), mmc.SpeedX(16), false)
	require.NoError(t, err)
	sets := b.sent(command.OpSetCDSpeed)
	_, err = s.Add(t.Context(), album()[0])
	require.NoError(t, err)
	require.Equal(t, sets, b.sent(command.OpSetCDSpeed), "it is as it should be")
	r, err := s.Release(t.Context())
	require.NoError(t, err)
	require.Equal(t, mmc.SpeedX(16), r.SpeedAsked)
	require.Equal(t, mmc.SpeedX(16), r.SpeedSet)
}

// A drive that forgets its speed after a track gets it again; a drive that keeps it doesn't.
func TestSpeedIsKept(t *testing.T) {
	for name, want := range map[string]int{"modern": 1, "forgets-speed": 2} {
		b := newBench(t, name, sim.CDR80)
		b.burn(t, &burn.Options{Speed: mmc.SpeedX(16)})
		require.Equal(t, want, b.sent(command.OpSetCDSpeed), name)
	}
}

// A drive that lists no speeds is asked for the requested speed in its own unit.
func TestSpeedOfADriveThatListsNone(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		return req.CDB[0] == command.OpGetPerformance || req.CDB[0] == command.OpModeSense10 && req.CDB[2]&0x3F == 0x2A
	}, Sticky: true, Fault: says(5, 0x24, 0)})
	b.burn(t, &burn.Options{Speed: mmc.SpeedX(8)})
	asked := 0
	for _, e := range b.tap.Exchanges() {
		if e.CDB[0] == command.OpSetCDSpeed {
			asked = int(binary.BigEndian.Uint16(e.CDB[4:]))
		}
	}
	require.Equal(t, 8*177, asked, "1x is 177: some drives fall a step below at 176 (speed-steps)")
}

// Unlocking a busy tray is repeated a little later. A tray that stays locked is an error.
func TestUnlockingIsRepeated(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	unlock := func(req *scsi.Request) bool {
		return req.CDB[0] == command.OpPreventAllowMediumRemoval && req.CDB[4] == 0
	}
	var at []time.Time
	note := func(req *scsi.Request) bool {
		if unlock(req) {
			at = append(at, b.Now())
		}
		return unlock(req) && len(at) <= 2
	}
	b.faults.Add(scsitest.Rule{Match: note, Sticky: true, Fault: scsitest.StatusFault(scsi.Busy)})
	b.burn(t, nil)
	require.Len(t, at, 3)
	require.Greater(t, at[1].Sub(at[0]), 300*time.Millisecond)
	require.Greater(t, at[2].Sub(at[1]), 300*time.Millisecond)

	b = newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: unlock, Sticky: true, Fault: says(4, 0x44, 0)})
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, trackatonce.Method())
	require.ErrorIs(t, err, scsi.KeyHardwareError)
	require.ErrorContains(t, err, "the tray stays locked")
	require.Equal(t, where{phase: burn.PhaseRelease}, placeOf(t, err))
	require.Equal(t, burn.VerdictSuccess, r.Verdict, "the disc is good")
}

// The report contains the lowest fill of the drive's buffer. A drive that doesn't report the
// fill is asked once.
func TestLowestFillOfTheDrivesBuffer(t *testing.T) {
	long := []burn.Track{{Source: pcm.Silence("long.wav", 300*27*588)}} // 300 WRITEs
	capacity := scsitest.Opcode(command.OpReadBufferCapacity)
	b := newBench(t, "modern", sim.CDR80)
	for _, blank := range []uint32{1000, 3000, 2000} {
		b.faults.Add(scsitest.Rule{Match: capacity, Fault: scsitest.DataFault(bufferReply(4000, blank))})
	}
	b.faults.Add(scsitest.Rule{Match: capacity, Sticky: true, Fault: scsitest.DataFault(bufferReply(4000, 0))})
	r, err := engine.Burn(t.Context(), b.drive, long, nil, trackatonce.Method())
	require.NoError(t, err)
	require.InDelta(t, 0.25, r.DriveMin, 1e-9)
	require.Equal(t, 300/64, b.sent(command.OpReadBufferCapacity))

	b = newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: capacity, Sticky: true, Fault: scsitest.DataFault(bufferReply(0, 0))})
	r, err = engine.Burn(t.Context(), b.drive, long, nil, trackatonce.Method())
	require.NoError(t, err)
	require.Equal(t, -1.0, r.DriveMin, "a buffer of no size has no fill")

	b = newBench(t, "modern", sim.CDR80)
	b.faults.Add(scsitest.Rule{Match: capacity, Sticky: true, Fault: says(5, 0x20, 0)})
	r, err = engine.Burn(t.Context(), b.drive, long, nil, trackatonce.Method())
	require.NoError(t, err)
	require.Equal(t, -1.0, r.DriveMin)
	require.Equal(t, 1, b.sent(command.OpReadBufferCapacity))
}

// bufferReply returns the reply to READ BUFFER CAPACITY for a buffer of the given size, of
// which blank bytes are empty.
func bufferReply(size, blank uint32) []byte {
	b := []byte{0, 10, 0, 0}
	b = binary.BigEndian.AppendUint32(b, size)
	return binary.BigEndian.AppendUint32(b, blank)
}

// Progress.Done covers closing and verification, and never decreases.
func TestDoneCoversEverything(t *testing.T) {
	for _, level := range []disc.VerifyLevel{disc.VerifyNone, disc.VerifyFull} {
		b := newBench(t, "modern", sim.CDR80)
		tracks := []burn.Track{{Source: pcm.Silence("a.wav", 120*44100)}, {Source: pcm.Silence("b.wav", 120*44100)}}
		last := map[burn.Phase]float64{}
		done := 0.0
		_, err := engine.Burn(t.Context(), b.drive, tracks, &burn.Options{Verify: level, OnEvent: func(e burn.Event) {
			if p, is := e.(burn.Progress); is {
				require.GreaterOrEqual(t, p.Done, done)
				done, last[p.Phase] = p.Done, p.Done
			}
		}}, trackatonce.Method())
		require.NoError(t, err)
		require.InDelta(t, 1, done, 1e-9)
		work := 18000.0 + 4500 + 6750 // music, lead-in, lead-out
		if level == disc.VerifyFull {
			work += 9000 + 150
		}
		require.InDelta(t, 18000/work, last[burn.PhaseFlush], 0.01)
		require.InDelta(t, (18000+4500+6750)/work, last[burn.PhaseConfirm], 0.01)
	}
}

// The end of a session is reported once, with whether more can be added.
func TestSessionClosedIsReportedOnce(t *testing.T) {
	for _, multi := range []bool{false, true} {
		b := newBench(t, "modern", sim.CDR80)
		var told []burn.SessionClosed
		r := b.burn(t, &burn.Options{MultiSession: multi, OnEvent: func(e burn.Event) {
			if c, is := e.(burn.SessionClosed); is {
				told = append(told, c)
			}
		}})
		require.Len(t, told, 1)
		require.Equal(t, multi, told[0].Appendable)
		require.Equal(t, multi, *r.Appendable)
		require.Equal(t, r.Closing, told[0].Elapsed)
		require.Greater(t, r.Closing, 10*time.Second)
	}
}

// CD-TEXT is in the plan if the album has some and the drive can write it.
func TestPlanOfTitles(t *testing.T) {
	packs := make([]byte, 18*4)
	for _, row := range []struct {
		packs []byte
		can   bool
		want  bool
	}{{packs, true, true}, {packs, false, false}, {nil, true, false}} {
		b := newBench(t, "modern", sim.CDR80)
		p, err := engine.MakePlan(t.Context(), b.drive, album(), nil, textless{sessionatonce.Method(row.packs, false), row.can})
		require.NoError(t, err)
		require.Equal(t, row.want, p.Text)
		require.Equal(t, burn.ModeSAO, p.Mode)
	}
}

// No plan is made for a drive that doesn't report its abilities, and adding tracks isn't
// started on a disc that can't hold them. The drive is free again afterwards.
func TestNothingIsPlannedForAnUnsuitableDrive(t *testing.T) {
	b := newBench(t, "modern", sim.CDRW80)
	_, err := engine.MakePlan(t.Context(), b.drive, album(), nil, unable{trackatonce.Method()})
	require.ErrorIs(t, err, burn.ErrNoTAO)
	require.Equal(t, where{phase: burn.PhasePlan}, placeOf(t, err))
	_, err = engine.Prepare(t.Context(), b.drive, nil, unable{trackatonce.Method()})
	require.ErrorIs(t, err, burn.ErrNoTAO)
	require.Equal(t, where{phase: burn.PhasePrepare}, placeOf(t, err))
	_, err = engine.Prepare(t.Context(), b.drive, &burn.Options{TestWrite: true}, limited{trackatonce.Method()})
	require.ErrorIs(t, err, burn.ErrNoFeature)
	_, err = engine.Prepare(t.Context(), b.drive, nil, limited{trackatonce.Method()})
	require.ErrorIs(t, err, burn.ErrMediaIncompatible, "a CD-RW")
	b.burn(t, nil)
	_, err = engine.Prepare(t.Context(), b.drive, nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrFinalized)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = engine.Prepare(ctx, b.drive, nil, trackatonce.Method())
	require.ErrorIs(t, err, burn.ErrCanceled)
	_, err = engine.Blank(t.Context(), b.drive, nil)
	require.NoError(t, err)
}

// unable is a method that the drive doesn't support. limited is one without test write and
// CD-RW.
type (
	unable  struct{ engine.Method }
	limited struct{ engine.Method }
)

func (unable) Abilities(context.Context, *mmc.Drive) (engine.Abilities, error) {
	return engine.Abilities{}, burn.ErrNoTAO
}

func (limited) Abilities(context.Context, *mmc.Drive) (engine.Abilities, error) {
	return engine.Abilities{BUF: true}, nil
}

// textless is session-at-once on a drive that may lack CD-TEXT.
type textless struct {
	engine.Method
	text bool
}

func (m textless) Abilities(context.Context, *mmc.Drive) (engine.Abilities, error) {
	return engine.Abilities{BUF: true, TestWrite: true, CDRW: true, Text: m.text}, nil
}
