package tao_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// Lock, sleep inhibition and ejection are acquired and released in all cases.
func TestHooksAndEject(t *testing.T) {
	for _, fails := range []bool{false, true} {
		b := newBench(t, "modern", sim.CDR80)
		var log []string
		o := &burn.Options{
			Eject: true, ClientName: "hooks", OPC: true,
			KeepAwake: func(_ context.Context, reason string) (func() error, error) {
				log = append(log, "awake: "+reason)
				owner, err := b.Owner()
				require.NoError(t, err)
				require.Equal(t, "hooks", owner)
				return func() error { log = append(log, "released"); return nil }, nil
			},
		}
		tracks := album()
		if fails {
			tracks[1].Source = &flaky{Source: tracks[1].Source, good: 1, fail: errors.New("disk error")}
		}
		_, err := tao.Burn(context.Background(), b.drive, tracks, o)
		require.Equal(t, fails, err != nil)
		require.Equal(t, []string{"awake: burning an audio CD", "released"}, log)
		require.Equal(t, 1, b.tap.count(command.OpSendOPCInformation))
		err = command.TestUnitReady{}.Do(context.Background(), b.Drive)
		require.True(t, errors.Is(err, asc.FamilyMediumNotPresent) || errors.Is(err, scsi.KeyUnitAttention), "%v", err)
	}
	b := newBench(t, "modern", sim.CDR80)
	r, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{
		KeepAwake: func(context.Context, string) (func() error, error) { return nil, errors.New("no bus") },
	})
	require.NoError(t, err)
	require.Contains(t, fmt.Sprint(r.Notes), "may-sleep: no bus")

	for _, keep := range []func(context.Context, string) (func() error, error){
		func(context.Context, string) (func() error, error) { panic("boom") },
		func(context.Context, string) (func() error, error) { return func() error { panic("boom") }, nil },
	} {
		b := newBench(t, "modern", sim.CDR80)
		r, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{KeepAwake: keep})
		require.Equal(t, burn.VerdictSuccess, r.Verdict)
		require.Contains(t, fmt.Sprint(r.Notes, err), "panicked: boom")
		_, err = tao.Verify(context.Background(), b.drive, album(), nil)
		require.NoError(t, err, "the drive is free")
	}
}

// A second Ctrl-C ends the wait, and the tray is unlocked nevertheless.
func TestHurry(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	hurry := make(chan struct{})
	closing := false
	r, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{Hurry: hurry, OnEvent: func(e burn.Event) {
		if p, is := e.(burn.Progress); is && p.Phase == burn.PhaseClose && !closing && p.Elapsed > time.Second {
			closing = true
			close(hurry)
		}
	}})
	require.True(t, closing)
	is(t, err, burn.ErrCanceled)
	require.ErrorContains(t, err, "not waited for")
	require.Nil(t, r.Closed)
	require.False(t, b.trayLocked())
}

// A disc that is exchanged during a flush shows only as a unit attention, which the wait would
// absorb. A reset clears the lock and the speed.
func TestAttentionsBetweenTracks(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	swapped := false
	b.tap.before = func() {
		if b.tap.count(command.OpSynchronizeCache) == 1 && !swapped {
			swapped = true
			b.Eject()
			require.NoError(t, b.Insert(sim.NewDisc(sim.CDR80)))
		}
	}
	_, err := tao.Burn(context.Background(), b.drive, album(), nil)
	is(t, err, burn.ErrDriveLost, burn.ErrUnconfirmed)
	require.True(t, b.Disc().Summary().Blank)

	b = newBench(t, "modern", sim.CDR80)
	reset := false
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if req.CDB[0] == command.OpTestUnitReady && b.tap.count(command.OpSynchronizeCache) == 1 && !reset {
			reset = true
			return scsi.Result{Status: scsi.CheckCondition, Sense: fixedSense(6, 0x29, 0, false)}, nil
		}
		return next()
	}
	r, err := tao.Burn(context.Background(), b.drive, album(), nil)
	require.NoError(t, err)
	require.Contains(t, fmt.Sprint(r.Notes), "reset")
	require.Equal(t, 5, b.tap.count(command.OpPreventAllowMediumRemoval), "locked, locked again before each track, unlocked")
	b.holds(t, r, album())
}

// Another disc is inserted by force. The job detects that it isn't the disc being written.
func TestDiscChangedDuringTheBurn(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	done := false
	b.tap.before = func() {
		if b.tap.count(command.OpWrite10) == 20 && !done {
			done = true
			b.Eject()
			require.NoError(t, b.Insert(sim.NewDisc(sim.CDR80)))
		}
	}
	r, err := tao.Burn(context.Background(), b.drive, album(), nil)
	require.Error(t, err)
	require.Equal(t, burn.VerdictFailed, r.Verdict)
	require.Equal(t, burn.ErrWriteFailed, burn.Category(err))
	require.True(t, b.Disc().Summary().Blank, "nothing goes to the other disc")
}

// If the drive dies in the middle, the burn ends soon, with a correct report.
func TestDriveLost(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
		if b.tap.count(command.OpWrite10) > 20 {
			return scsi.Result{}, &scsi.TransportError{Op: req.Name, Err: errors.New("unplugged")}
		}
		return next()
	}
	ev := b.events()
	r, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{OnEvent: ev.on})
	is(t, err, burn.ErrDriveLost, burn.ErrWriteFailed)
	ev.check(t)
	require.Equal(t, burn.VerdictFailed, r.Verdict)
	require.Equal(t, 21, b.tap.count(command.OpWrite10), "no WRITE after an unknown end")
	require.False(t, r.After.Status.Known())
	require.Error(t, r.LookError.Err, "the report says that it does not know")
}

// Calls without a drive return an error and send Finished.
func TestNoDrive(t *testing.T) {
	ctx := context.Background()
	finished := 0
	o := &burn.Options{OnEvent: func(burn.Event) { finished++ }}
	r, err := tao.Burn(ctx, nil, album(), o)
	is(t, err, burn.ErrNoRecorder, burn.ErrNoDrive)
	require.Equal(t, burn.VerdictFailed, r.Verdict)
	_, err = tao.CloseDisc(ctx, nil, &burn.CloseOptions{OnEvent: o.OnEvent})
	is(t, err, burn.ErrNoRecorder)
	require.Equal(t, burn.ErrNoDrive, burn.Category(err))
	_, err = tao.Verify(ctx, nil, album(), &burn.VerifyOptions{OnEvent: o.OnEvent})
	is(t, err, burn.ErrNoRecorder)
	_, err = tao.Blank(ctx, nil, &burn.BlankOptions{OnEvent: o.OnEvent})
	is(t, err, burn.ErrNoRecorder)
	require.Equal(t, 4, finished)
	for _, d := range []*mmc.Drive{nil, {}} { // the zero value wasn't opened
		_, err = tao.Burn(ctx, d, album(), nil)
		is(t, err, burn.ErrNoRecorder)
		_, err = tao.MakeResumePlan(ctx, d, album(), nil, nil)
		is(t, err, burn.ErrNoRecorder)
		_, err = tao.IsRecorderSupported(ctx, d)
		is(t, err, burn.ErrNoRecorder)
		_, err = tao.MediaPhysicallyBlank(ctx, d)
		is(t, err, burn.ErrNoRecorder)
	}
	_, err = mmc.Open(ctx, nil)
	require.Error(t, err)
}

// The record of a job that didn't touch a disc is nil: nothing can be resumed.
func TestResumeWithoutARecord(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	_, err := tao.Resume(context.Background(), b.drive, album(), nil, nil)
	is(t, err, burn.ErrNotResumable, burn.ErrUnsuitableDisc)
	_, err = tao.MakeResumePlan(context.Background(), b.drive, album(), nil, nil)
	is(t, err, burn.ErrNotResumable)
}

// More FIFO than a disc has audio is of no use, and memory for it may not exist.
func TestHugeFIFO(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	r, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{FIFO: math.MaxInt})
	require.NoError(t, err)
	require.LessOrEqual(t, r.FIFO.Size, 1<<30)
}
