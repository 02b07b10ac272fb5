package engine

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
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

// If the drive doesn't report the progress of a step, the step has no estimate. Closing has no
// track.
func TestProgressOfClosing(t *testing.T) {
	b := newMeterBench()
	b.expect(1000)
	b.track(3, 4500, 300)
	b.phase(burn.PhaseWrite, burn.ActionWriting, 300)
	b.phase(burn.PhaseClose, burn.ActionFinishing, 700)
	b.after(time.Second)
	require.Zero(t, b.last.Remaining)
	require.Equal(t, []int{0, 0, 0}, []int{b.last.Track, int(b.last.StartLBA), int(b.last.SectorCount)})
}

// A verification doesn't report more often than due, whatever is read; and it reports its end.
func TestVerificationReportsWhenDue(t *testing.T) {
	b := newMeterBench()
	events := 0
	b.on = func(burn.Event) { events++ }
	b.expect(1000)
	b.phase(burn.PhaseVerify, burn.ActionVerifying, 1000)
	events = 0
	for done := range toc.Sectors(100) {
		b.clock.now = b.clock.now.Add(10 * time.Millisecond)
		b.verifying(inspect.VerifyProgress{Track: 1, Sectors: 100, Done: done, Total: 100})
	}
	require.Positive(t, events)
	require.LessOrEqual(t, events, 3)
	b.active = false
	events = 0
	b.verifying(inspect.VerifyProgress{Track: 1, Sectors: 100, Done: 100, Total: 100})
	require.Zero(t, events, "nothing is sent after the call")
}

// The progress that a drive reports is valid until it reports another value.
func TestProgressOfABusyDrive(t *testing.T) {
	b := newMeterBench()
	l := &line{m: b.meter}
	l.poll(0.5, true)
	require.InDelta(t, 0.5, b.frac, 1e-9)
	l.poll(0, false)
	require.InDelta(t, 0.5, b.frac, 1e-9)
}

// The address of the laser is never ahead of what was read: the padding of a track cut short
// has no source.
func TestReadingIsNeverBehindWriting(t *testing.T) {
	m := newMeter(nil, scsi.ClockOf(nil))
	m.cur.LastRead, m.cur.LastWritten = 5, 999
	m.fill()
	require.Equal(t, toc.LBA(999), m.cur.LastRead)
}

// tickClock is a clock that the test advances.
type tickClock struct {
	scsi.Clock
	now time.Time
}

func (c *tickClock) Now() time.Time { return c.now }

// As long as the steps between two ticks are shorter than half a second, an event is sent at
// least every half second, and never more than three per second.
func TestMeterKeepsTheHalfSecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := &tickClock{now: time.Unix(1000, 0)}
		var last time.Time
		events := 0
		m := newMeter(func(burn.Event) { last = clock.now; events++ }, clock)
		m.track(1, 0, 100000)
		m.phase(burn.PhaseWrite, burn.ActionWriting, 100000)
		steps := rapid.SliceOfN(rapid.IntRange(1, 480), 1, 200).Draw(t, "milliseconds")
		steady := rapid.Bool().Draw(t, "steady")
		for i, ms := range steps {
			if steady {
				ms = steps[0]
			}
			clock.now = clock.now.Add(time.Duration(ms) * time.Millisecond)
			m.cur.LastWritten = toc.LBA(i * 27)
			before := clock.now.Sub(last)
			m.tick()
			if steady {
				require.LessOrEqual(t, before, 500*time.Millisecond)
			}
			require.Less(t, clock.now.Sub(last), 480*time.Millisecond)
		}
		span := clock.now.Sub(time.Unix(1000, 0)).Seconds()
		if steps[0] < 100 && steady {
			require.LessOrEqual(t, float64(events), 2+3.5*span)
		}
	})
}

// Done rises from 0 to 1 over all phases, and what remains is estimated.
func TestMeterSumsThePhases(t *testing.T) {
	clock := &tickClock{now: time.Unix(1000, 0)}
	var seen []burn.Progress
	m := newMeter(func(e burn.Event) { seen = append(seen, e.(burn.Progress)) }, clock)
	m.nominal = 750
	m.expect(1000 + 500)
	m.track(1, 100, 1000)
	m.phase(burn.PhaseWrite, burn.ActionWriting, 1000)
	for i := range 10 {
		clock.now = clock.now.Add(time.Second)
		m.cur.LastWritten = toc.LBA(100 + (i+1)*100 - 1)
		m.tick()
	}
	last := seen[len(seen)-1]
	require.InDelta(t, 1000.0/1500, last.Done, 0.001)
	require.InDelta(t, 1, last.Fraction(), 0.001)
	require.InDelta(t, 100, float64(last.Speed.SectorsPerSecond()), 5)
	require.InDelta(t, 5, seen[5].Remaining.Seconds(), 1)
	require.Equal(t, 2*time.Second, seen[0].Left, "1500 sectors at the speed that the drive claims")
	require.InDelta(t, 10, seen[5].Left.Seconds(), 1, "1000 sectors at 100 a second")
	require.InDelta(t, 5, last.Left.Seconds(), 1)
	m.phase(burn.PhaseFlush, burn.ActionFinishing, 0)
	m.phase(burn.PhaseClose, burn.ActionFinishing, 500)
	require.Zero(t, seen[len(seen)-1].Elapsed, "the closing has a time of its own")
	clock.now = clock.now.Add(10 * time.Second)
	m.frac = 0.5
	m.tick()
	last = seen[len(seen)-1]
	require.InDelta(t, 1250.0/1500, last.Done, 0.001)
	require.Equal(t, 10*time.Second, last.Remaining)
	m.frac = 1
	m.phase(burn.PhaseConfirm, burn.ActionFinishing, 0)
	require.InDelta(t, 1, seen[len(seen)-1].Done, 0.001)
	require.Zero(t, seen[len(seen)-1].Left)
	require.Zero(t, burn.Progress{}.Fraction())
}

// A track starts with nothing read and nothing written, regardless of the previous one.
func TestMeterBeginsATrack(t *testing.T) {
	clock := &tickClock{now: time.Unix(1000, 0)}
	var last burn.Progress
	m := newMeter(func(e burn.Event) { last = e.(burn.Progress) }, clock)
	m.track(1, 0, 1000)
	m.phase(burn.PhaseWrite, burn.ActionWriting, 1000)
	m.cur.LastWritten, m.cur.LastRead = 999, 999
	m.track(2, 500, 300)
	m.phase(burn.PhaseWrite, burn.ActionWriting, 300)
	require.Equal(t, burn.Progress{
		Phase: burn.PhaseWrite, Action: burn.ActionWriting, Track: 2, StartLBA: 500, SectorCount: 300, LastRead: 499, LastWritten: 499, DriveBuffer: -1,
	}, last)
	require.Zero(t, last.Fraction())
	m.cur.LastWritten = 499 + 75
	require.InDelta(t, 0.25, m.cur.Fraction(), 1e-9)
	m.cur.LastWritten = 499 + 600
	require.Equal(t, 1.0, m.cur.Fraction())
	require.Equal(t, 1.0, burn.Progress{Action: burn.ActionFinishing}.Fraction())
	m.active = false
	clock.now = clock.now.Add(time.Hour)
	m.tick()
	require.Equal(t, burn.PhaseWrite, last.Phase)
	require.Zero(t, last.Elapsed, "nothing is sent between the calls of a Writer")
}

// The speed is an average over its window.
func TestSpeedIsAMean(t *testing.T) {
	b := newMeterBench()
	b.track(1, 0, 100000)
	b.phase(burn.PhaseWrite, burn.ActionWriting, 100000)
	for i, sectors := range []toc.LBA{3000, 1000, 500} {
		b.cur.LastWritten += sectors
		b.after(time.Second)
		require.Equal(t, mmc.SpeedX([]float64{3000, 2000, 1500}[i]/75), b.last.Speed)
	}
}
