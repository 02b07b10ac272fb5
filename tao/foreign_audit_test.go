package tao_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// progressOf records the Progress events of a Writer.
type progressOf struct{ list []burn.Progress }

func (p *progressOf) on(e burn.Event) {
	if ev, is := e.(burn.Progress); is {
		p.list = append(p.list, ev)
	}
}

// of returns the events of one track.
func (p *progressOf) of(track int) (list []burn.Progress) {
	for _, e := range p.list {
		if e.Track == track && e.Action != burn.ActionVerifying {
			list = append(list, e)
		}
	}
	return list
}

// LastReadLba is ahead of LastWrittenLba by the content of the FIFO, the buffers are correct
// from the first event of a track, and the time of a track never decreases.
func TestEventArgumentsOfEachTrack(t *testing.T) {
	ctx := context.Background()
	var seen progressOf
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{OnEvent: seen.on, Verify: disc.VerifyQuick})
	const fifo = 256 * 27 * toc.SectorSize
	for n := 1; n <= 3; n++ {
		row, err := w.AddAudioTrack(ctx, endless{name: "long", frames: 9000 * 588})
		require.NoError(t, err)
		list := seen.of(n)
		require.Greater(t, len(list), 5)
		last := list[0]
		ahead := 0
		for _, e := range list {
			require.Equal(t, fifo, e.BufferTotal)
			require.Equal(t, e.BufferTotal-e.BufferUsed, e.BufferFree)
			require.GreaterOrEqual(t, e.LastRead, e.LastWritten)
			require.GreaterOrEqual(t, e.Elapsed, last.Elapsed, "%+v", e)
			require.GreaterOrEqual(t, e.Done, last.Done)
			if e.Action == burn.ActionPreparing {
				require.LessOrEqual(t, e.StartLBA, row.Start, "not known yet: where it can start at the earliest")
			} else {
				require.Equal(t, row.Start, e.StartLBA)
			}
			require.EqualValues(t, 9000, e.SectorCount)
			require.LessOrEqual(t, e.LastRead, row.Start+8999)
			if e.Action != burn.ActionWriting {
				continue
			}
			// One chunk is on its way to the drive or from the source, and an eighth of the
			// buffers has been written but not returned yet.
			between := int(e.LastRead-e.LastWritten) * toc.SectorSize
			require.InDelta(t, e.BufferUsed, between, 2*27*toc.SectorSize)
			if between > 0 {
				ahead++
			}
			last = e
		}
		first := list[0]
		require.Equal(t, burn.ActionPreparing, first.Action)
		require.InDelta(t, 0, first.Done, 0.001, "Done begins anew with each call")
		require.Positive(t, ahead)
		end := list[len(list)-1]
		require.Equal(t, burn.ActionFinishing, end.Action)
		require.InDelta(t, 1, end.Done, 0.001)
		require.Equal(t, row.Start+8999, end.LastWritten)
		require.Equal(t, row.Start+8999, end.LastRead)
		require.Zero(t, end.BufferUsed)
		require.InDelta(t, row.Elapsed.Seconds(), end.Elapsed.Seconds(), 3)
		require.Greater(t, end.Elapsed.Seconds(), 2.0)
	}
	before := len(seen.list)
	_, err := w.Release(ctx)
	require.NoError(t, err)
	require.False(t, b.trayLocked())
	closing := seen.list[before:]
	require.InDelta(t, 0, closing[0].Done, 0.001)
	done, verifying := 0.0, 0.0
	for _, e := range closing {
		require.GreaterOrEqual(t, e.Done, done)
		if e.Action == burn.ActionVerifying && verifying == 0 {
			verifying = e.Done
		}
		done = e.Done
	}
	require.Less(t, verifying, 1.0, "reading back is part of the work")
	require.InDelta(t, 1, done, 0.01)
}

// RemainingTime is correct in the middle of a long track.
func TestRemainingTime(t *testing.T) {
	var seen progressOf
	_, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{OnEvent: seen.on, Speed: mmc.SpeedX(16)})
	row, err := w.AddAudioTrack(context.Background(), endless{name: "long", frames: 60000 * 588})
	require.NoError(t, err)
	for _, e := range seen.of(1) {
		if e.Action == burn.ActionWriting && e.Fraction() > 0.3 && e.Fraction() < 0.7 {
			require.InDelta(t, (row.Elapsed - e.Elapsed).Seconds(), e.Remaining.Seconds(), 8)
			require.InDelta(t, 16, e.Speed.X(), 2)
		}
	}
	_, err = w.Release(context.Background())
	require.NoError(t, err)
}

// Events are sent at least twice per second between commands, even if the drive is slow,
// doesn't answer for a while, or is busy for minutes. Only a single command can take longer.
func TestEventsBetweenAllCommands(t *testing.T) {
	for _, personality := range []string{"modern", "stuck", "old", "pioneer"} {
		t.Run(personality, func(t *testing.T) {
			b := newBench(t, personality, sim.CDR80)
			ev := b.events()
			lost := 0
			b.tap.hook = func(_ int, req *scsi.Request, next func() (scsi.Result, error)) (scsi.Result, error) {
				if b.tap.count(command.OpWrite10) == 0 {
					return next()
				}
				if req.CDB[0] == command.OpReadTrackInformation && lost < 2 || req.CDB[0] == command.OpTestUnitReady && lost < 1 {
					lost++
					return scsi.Result{}, &scsi.TransportError{Op: "lost", Err: os.ErrDeadlineExceeded}
				}
				return next()
			}
			_, err := tao.Burn(context.Background(), b.drive, album(), &burn.Options{OnEvent: ev.on, Verify: disc.VerifyQuick})
			require.Equal(t, personality == "stuck", err != nil, "%v", err)
			require.Positive(t, ev.gap)
			require.LessOrEqual(t, ev.gap.Milliseconds(), int64(500))
			require.Equal(t, 2, lost)
		})
	}
}

// During Prepare, getters called from the event handler don't return values of the previous
// disc, and don't deadlock.
func TestGettersDuringPrepare(t *testing.T) {
	ctx := context.Background()
	asked := 0
	var w *tao.Writer
	inside := false
	o := burn.Options{ClientName: "getters", OnEvent: func(e burn.Event) {
		if !inside {
			return
		}
		asked++
		_, err := w.CurrentMediaType(ctx)
		is(t, err, burn.ErrBecomingReady)
		_, err = w.CurrentWriteSpeed(ctx)
		is(t, err, burn.ErrBecomingReady)
		_, err = w.CurrentRotationTypeIsPureCAV(ctx)
		is(t, err, burn.ErrBecomingReady)
		_, err = w.SupportedWriteSpeeds(ctx)
		is(t, err, burn.ErrBecomingReady)
		_, err = w.SupportedWriteSpeedDescriptors(ctx)
		is(t, err, burn.ErrBecomingReady)
		for _, measure := range []func() (toc.Sectors, error){w.TotalSectors, w.FreeSectors, w.UsedSectors} {
			n, err := measure()
			is(t, err, burn.ErrNotPrepared)
			require.Zero(t, n)
		}
		n, err := w.NumberOfExistingTracks()
		is(t, err, burn.ErrNotPrepared)
		require.Zero(t, n)
		_, err = w.ExpectedTOC()
		is(t, err, burn.ErrNotPrepared)
		is(t, w.Prepare(ctx), burn.ErrPrepared)
		is(t, w.SetClientName("x"), burn.ErrPrepared)
		is(t, w.SetDoNotFinalize(true), burn.ErrPrepared)
		is(t, w.SetRecorder(ctx, nil), burn.ErrPrepared)
		_, err = w.SetWriteSpeed(ctx, mmc.SpeedX(1), false)
		is(t, err, burn.ErrWriteInProgress)
		is(t, w.CancelAddTrack(), burn.ErrNotWriting)
		_, err = w.AddAudioTrack(ctx, pcm.Silence("s", 588))
		is(t, err, burn.ErrNotPrepared)
		_, err = w.Release(ctx)
		is(t, err, burn.ErrNotPrepared)
	}}
	b := newBench(t, "modern", sim.CDR80)
	w = tao.NewWriter(&o)
	require.NoError(t, w.SetRecorder(ctx, b.drive))
	require.NoError(t, w.Prepare(ctx))
	_, err := w.AddAudioTrack(ctx, pcm.Silence("s", 588))
	require.NoError(t, err)
	_, err = w.Release(ctx)
	require.NoError(t, err)
	b.Eject()
	require.NoError(t, b.Insert(sim.NewDisc(sim.CDRW80)))
	inside = true
	require.NoError(t, w.Prepare(ctx))
	inside = false
	require.Positive(t, asked)
	media, err := w.CurrentMediaType(ctx)
	require.NoError(t, err)
	require.Equal(t, mmc.MediaCDRW, media)
	_, err = w.Release(ctx)
	require.NoError(t, err)
}

// While a track is written and while the session is closed, the getters return the values
// known before.
func TestGettersDuringTheBurn(t *testing.T) {
	ctx := context.Background()
	phases := map[burn.Phase]int{}
	var w *tao.Writer
	var free, total toc.Sectors
	o := burn.Options{ClientName: "getters", OnEvent: func(e burn.Event) {
		p, progress := e.(burn.Progress)
		if !progress || p.Phase == burn.PhasePrepare {
			return
		}
		phases[p.Phase]++
		media, err := w.CurrentMediaType(ctx)
		require.NoError(t, err)
		require.Equal(t, mmc.MediaCDR, media)
		speeds, err := w.SupportedWriteSpeeds(ctx)
		require.NoError(t, err)
		require.Equal(t, mmc.SpeedX(48), speeds[0])
		list, err := w.SupportedWriteSpeedDescriptors(ctx)
		require.NoError(t, err)
		require.Len(t, list, len(speeds))
		now, err := w.CurrentWriteSpeed(ctx)
		require.NoError(t, err)
		require.Equal(t, mmc.SpeedX(48), now)
		cav, err := w.CurrentRotationTypeIsPureCAV(ctx)
		require.NoError(t, err)
		require.True(t, cav)
		if p.Phase == burn.PhaseClose || p.Phase == burn.PhaseConfirm {
			n, err := w.NumberOfExistingTracks()
			require.NoError(t, err)
			require.Equal(t, 2, n)
			u, err := w.TotalSectors()
			require.NoError(t, err)
			require.Equal(t, total, u)
			contents, err := w.ExpectedTOC()
			require.NoError(t, err)
			require.Len(t, contents.Entries, 2)
		}
		if p.Track > 0 && p.Action != burn.ActionVerifying {
			n, err := w.NumberOfExistingTracks()
			is(t, err, burn.ErrWriteInProgress)
			require.Equal(t, p.Track-1, n)
			f, err := w.FreeSectors()
			require.NoError(t, err)
			require.Equal(t, free, f)
			u, err := w.UsedSectors()
			require.NoError(t, err)
			require.Equal(t, total-free, u)
		}
	}}
	b := newBench(t, "modern", sim.CDR80)
	w = tao.NewWriter(&o)
	require.NoError(t, w.SetRecorder(ctx, b.drive))
	require.NoError(t, w.Prepare(ctx))
	for range 2 {
		var err error
		free, err = w.FreeSectors()
		require.NoError(t, err)
		total, err = w.TotalSectors()
		require.NoError(t, err)
		_, err = w.AddAudioTrack(ctx, track("a", 1, 3000*588).Source)
		require.NoError(t, err)
	}
	_, err := w.Release(ctx)
	require.NoError(t, err)
	for _, p := range []burn.Phase{burn.PhaseStart, burn.PhaseWrite, burn.PhaseFlush, burn.PhaseClose, burn.PhaseConfirm} {
		require.Positive(t, phases[p], p)
	}
}

// put_DoNotFinalizeMedia stores its value, and the disc stays open for another session.
func TestDoNotFinalizeIsStoredAndObeyed(t *testing.T) {
	ctx := context.Background()
	for _, open := range []bool{false, true} {
		b := newBench(t, "modern", sim.CDR80)
		w := tao.NewWriter(nil)
		require.False(t, w.DoNotFinalize(), "the default")
		require.NoError(t, w.SetDoNotFinalize(!open))
		require.Equal(t, !open, w.DoNotFinalize())
		require.NoError(t, w.SetDoNotFinalize(open))
		require.Equal(t, open, w.DoNotFinalize())
		require.NoError(t, w.SetRecorder(ctx, b.drive))
		require.NoError(t, w.Prepare(ctx))
		is(t, w.SetDoNotFinalize(!open), burn.ErrPrepared)
		require.Equal(t, open, w.DoNotFinalize(), "refused means unchanged")
		_, err := w.AddAudioTrack(ctx, pcm.Silence("s", 588))
		require.NoError(t, err)
		r, err := w.Release(ctx)
		require.NoError(t, err)
		require.True(t, *r.Closed)
		require.Equal(t, open, *r.Appendable)
		require.Equal(t, !open, b.disc.Summary().Finalized)
	}
	require.True(t, tao.NewWriter(&burn.Options{MultiSession: true}).DoNotFinalize())
}

// LastRead is at least LastWritten, even in padding that isn't read from a source.
func TestLastReadOfATrackCutShort(t *testing.T) {
	var seen progressOf
	_, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{OnEvent: seen.on})
	bad := &flaky{Source: track("bad", 1, 700*588).Source, good: 1, after: 100 * toc.SectorSize, fail: errors.New("disk error")}
	row, err := w.AddAudioTrack(context.Background(), bad)
	is(t, err, burn.ErrSourceShort)
	require.EqualValues(t, placing.MinTrack, row.Sent)
	list := seen.of(1)
	for _, e := range list {
		require.GreaterOrEqual(t, e.LastRead, e.LastWritten)
	}
	require.Equal(t, row.Start+toc.LBA(placing.MinTrack)-1, list[len(list)-1].LastWritten)
	_, err = w.Release(context.Background())
	require.NoError(t, err)
}

// The time of a track starts with its AddAudioTrack, even after an unsuccessful attempt.
func TestElapsedBeginsWithEachAttempt(t *testing.T) {
	ctx := context.Background()
	var seen progressOf
	b, w := preparedWriter(t, "modern", sim.CDR80, burn.Options{OnEvent: seen.on})
	_, err := w.AddAudioTrack(ctx, &flaky{Source: track("bad", 1, 700*588).Source, good: 1, fail: errors.New("disk error")})
	is(t, err, burn.ErrSourceShort)
	require.NoError(t, b.Sleep(ctx, time.Minute))
	before := len(seen.list)
	_, err = w.AddAudioTrack(ctx, track("good", 1, 700*588).Source)
	require.NoError(t, err)
	for _, e := range seen.list[before:] {
		require.Less(t, e.Elapsed, 30*time.Second)
	}
	_, err = w.Release(ctx)
	require.NoError(t, err)
}
