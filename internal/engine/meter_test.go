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
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// meterBench is a meter with a clock that the test advances, and the last event.
type meterBench struct {
	*meter
	clock *tickClock
	last  burn.Progress
}

func newMeterBench() *meterBench {
	b := &meterBench{clock: &tickClock{now: time.Unix(1000, 0)}}
	b.meter = newMeter(func(e burn.Event) { b.last, _ = e.(burn.Progress) }, b.clock)
	return b
}

// after advances the clock and sends the events that are due.
func (b *meterBench) after(d time.Duration) {
	b.clock.now = b.clock.now.Add(d)
	b.tick()
}

// The remaining time of a track is estimated with the measured speed or, until one is known,
// with the speed that the drive claims.
func TestRemainingOfATrack(t *testing.T) {
	b := newMeterBench()
	b.track(1, 0, 7500)
	b.phase(burn.PhaseWrite, burn.ActionWriting, 7500)
	require.Zero(t, b.last.Remaining, "nothing is known")
	b.nominal = 750
	b.phase(burn.PhaseWrite, burn.ActionWriting, 7500)
	require.Equal(t, 10*time.Second, b.last.Remaining)
	b.cur.LastWritten = 1499
	b.after(time.Second)
	require.Equal(t, mmc.SpeedX(20), b.last.Speed)
	require.Equal(t, 4*time.Second, b.last.Remaining, "6000 sectors at 1500 a second")
}

// The speed is that of the last seconds, not of the whole track.
func TestSpeedOfTheLastSeconds(t *testing.T) {
	b := newMeterBench()
	b.track(1, 0, 100000)
	b.phase(burn.PhaseWrite, burn.ActionWriting, 100000)
	for range 6 {
		b.cur.LastWritten += 3000
		b.after(time.Second)
	}
	require.Equal(t, mmc.SpeedX(40), b.last.Speed)
	for range 3 {
		b.cur.LastWritten += 600
		b.after(time.Second)
	}
	require.Equal(t, mmc.SpeedX(8), b.last.Speed)
	b.phase(burn.PhaseFlush, burn.ActionFinishing, 0)
	require.Zero(t, b.last.Speed, "nothing is being written")
}

// If the drive doesn't report the progress of a phase, it is estimated from its speed, and
// never as complete.
func TestEstimateOfAPhase(t *testing.T) {
	b := newMeterBench()
	b.expect(1000)
	b.phase(burn.PhaseClose, burn.ActionFinishing, 1000)
	b.after(time.Second)
	require.Zero(t, b.last.Done, "no speed is known")
	b.nominal = 100
	b.after(4 * time.Second)
	require.InDelta(t, 0.5, b.last.Done, 1e-9)
	require.Equal(t, 5*time.Second, b.last.Remaining)
	b.after(time.Minute)
	require.InDelta(t, 0.95, b.last.Done, 1e-9)
	b.frac = 0.97
	b.after(time.Second)
	require.InDelta(t, 0.97, b.last.Done, 1e-9, "the drive's own figure")
	b.frac = 1
	b.after(time.Second)
	require.Zero(t, b.last.Remaining)
	b.expect(500)
	b.phase(burn.PhaseClose, burn.ActionFinishing, 500)
	require.Zero(t, b.last.Done, "something new begins")
	require.Zero(t, b.last.Elapsed)
}

// The time of a track includes its preparation, and starts anew for the next track.
func TestElapsedOfATrack(t *testing.T) {
	b := newMeterBench()
	b.track(1, 0, 300)
	b.phase(burn.PhaseStart, burn.ActionPreparing, 0)
	b.after(10 * time.Second)
	b.track(1, 0, 300)
	b.phase(burn.PhaseWrite, burn.ActionWriting, 300)
	b.after(5 * time.Second)
	require.Equal(t, 15*time.Second, b.last.Elapsed)
	b.track(2, 452, 300)
	b.phase(burn.PhaseStart, burn.ActionPreparing, 0)
	require.Zero(t, b.last.Elapsed)
}

// A verification reports the track being read, its share of the total, and its end.
func TestProgressOfAVerification(t *testing.T) {
	b := newMeterBench()
	b.expect(1000)
	b.phase(burn.PhaseVerify, burn.ActionVerifying, 1000)
	b.clock.now = b.clock.now.Add(time.Second)
	b.verifying(inspect.VerifyProgress{Track: 3, Start: 4500, Sectors: 300, Done: 50, Total: 200})
	require.Equal(t, 3, b.last.Track)
	require.Equal(t, toc.LBA(4500), b.last.StartLBA)
	require.InDelta(t, 0.25, b.last.Done, 1e-9)
	require.Equal(t, 3*time.Second, b.last.Remaining)
	b.verifying(inspect.VerifyProgress{Track: 3, Start: 4500, Sectors: 300, Done: 200, Total: 200})
	require.InDelta(t, 1, b.last.Done, 1e-9, "at once, however soon it comes")
	b.verifying(inspect.VerifyProgress{Track: 3, Start: 4500, Sectors: 300})
	require.InDelta(t, 1, b.last.Done, 1e-9, "never back")
}

// The FIFO contains what was read but not yet written.
func TestProgressOfTheFIFO(t *testing.T) {
	b := newMeterBench()
	f := newFIFO(1<<20, 27)
	r := f.start([]job{jobOf(t, numbered(1000*588)), jobOf(t, numbered(300*588))})
	require.NoError(t, r.primed(t.Context(), func() {}))
	b.feed = r
	b.track(1, 150, 1000)
	b.phase(burn.PhaseWrite, burn.ActionWriting, 1000)
	require.Equal(t, f.bytes(), b.last.BufferTotal)
	require.Equal(t, f.bytes(), b.last.BufferUsed)
	require.Zero(t, b.last.BufferFree)
	require.Equal(t, 150+toc.LBA(f.chunks*27)-1, b.last.LastRead)
	for range 2 {
		_, err := r.next(t.Context(), func() {})
		require.NoError(t, err)
	}
	b.after(time.Second)
	require.Equal(t, 2*27*toc.SectorSize, b.last.BufferFree)
	require.True(t, r.close())
	b.feed = nil
	b.after(time.Second)
	require.Zero(t, b.last.BufferUsed)
	require.Equal(t, b.last.BufferTotal, b.last.BufferFree)
}

// How much of the sources was read is counted per track: nothing of a later track, all of an
// earlier one.
func TestSectorsReadOfATrack(t *testing.T) {
	f := newFIFO(1<<20, 27)
	r := f.start([]job{jobOf(t, numbered(100*588)), jobOf(t, numbered(350*588))})
	require.NoError(t, r.primed(t.Context(), func() {}))
	for range 24 { // 300 sectors are 11 chunks and a part, 350 are 12 and a part
		c, err := r.next(t.Context(), func() {})
		require.NoError(t, err)
		r.put(c)
	}
	<-r.ended
	require.Equal(t, toc.Sectors(300), r.sectorsRead(), "padding included")
	r.current.Store(1)
	require.Equal(t, toc.Sectors(350), r.sectorsRead())
	require.True(t, r.close())

	f = newFIFO(1, 27) // two buffers
	r = f.start([]job{jobOf(t, numbered(300*588)), jobOf(t, numbered(350*588))})
	drain(t, r, 0)
	r.current.Store(1)
	require.NoError(t, r.primed(t.Context(), func() {}))
	require.Contains(t, []toc.Sectors{27, 54}, r.sectorsRead(), "what the two buffers hold")
	require.True(t, r.close())

	r = &feeder{jobs: []job{{audio: 300}, {audio: 400}}}
	r.read.Store(place(0, 100))
	require.Equal(t, toc.Sectors(100), r.sectorsRead())
	r.current.Store(1)
	require.Zero(t, r.sectorsRead())
	r.read.Store(place(1, 0))
	require.Zero(t, r.sectorsRead())
}

// The error of a canceled burn contains the panic of the handler that canceled it, once; no
// other error does.
func TestPanicIsInTheErrorOnce(t *testing.T) {
	m := newMeter(func(burn.Event) { panic("no") }, &tickClock{})
	ctx, end := m.guardEvents(t.Context())
	defer end()
	other := errors.New("other")
	require.NoError(t, m.addPanic(nil))
	m.send(burn.Checking{})
	require.ErrorIs(t, context.Cause(ctx), m.broken)
	require.Equal(t, other, m.addPanic(other))
	blamed := m.addPanic(burn.ErrCanceled)
	require.ErrorIs(t, blamed, m.broken)
	require.ErrorIs(t, m.addPanic(context.Canceled), m.broken)
	require.Equal(t, blamed, m.addPanic(blamed))
	require.NoError(t, m.addPanic(nil))
}

// The statistics of several tracks are combined: the lowest fill, and sums.
func TestStatisticsAddUp(t *testing.T) {
	var sum burn.FIFOStats
	merge(&sum, burn.FIFOStats{Size: 1000, MinFill: 400, Empty: 1, Bytes: 5000, Chunk: 27})
	require.Equal(t, burn.FIFOStats{Size: 1000, MinFill: 400, Empty: 1, Bytes: 5000, Chunk: 27}, sum)
	merge(&sum, burn.FIFOStats{Size: 1000, MinFill: 600, Empty: 2, Bytes: 3000, Chunk: 27})
	require.Equal(t, burn.FIFOStats{Size: 1000, MinFill: 400, Empty: 3, Bytes: 8000, Chunk: 27}, sum)
	merge(&sum, burn.FIFOStats{Size: 1000, MinFill: 100, Chunk: 27})
	require.Equal(t, 100, sum.MinFill)
}

// A returned report doesn't change, even if the job continues.
func TestReportIsACopy(t *testing.T) {
	r := burn.Report{
		Tracks: []burn.TrackReport{{Notes: []burn.Note{{Kind: notekind.EndError}}}}, OnDisc: []burn.DiscTrack{{Number: 1}},
		Notes: []burn.Note{{Kind: notekind.Reset}}, Differences: []disc.Difference{{Track: 1}},
	}
	c := cloneReport(&r)
	r.Tracks[0].Notes[0].Kind, r.Tracks[0].Status = notekind.Reset, burn.TrackOK
	r.OnDisc[0].Number, r.Notes[0].Kind, r.Differences[0].Track = 2, notekind.StillOld, 2
	require.Equal(t, burn.Report{
		Tracks: []burn.TrackReport{{Notes: []burn.Note{{Kind: notekind.EndError}}}}, OnDisc: []burn.DiscTrack{{Number: 1}},
		Notes: []burn.Note{{Kind: notekind.Reset}}, Differences: []disc.Difference{{Track: 1}},
	}, c)
}
