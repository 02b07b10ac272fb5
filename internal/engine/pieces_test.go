package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// The nearest speed, with results computed by hand.
func TestNearestSpeed(t *testing.T) {
	offer := []mmc.WriteSpeed{
		{KBps: 8467, PureCAV: true}, {KBps: 4234}, {KBps: 2822}, {KBps: 2822, PureCAV: true}, {KBps: 706},
	}
	for _, row := range []struct {
		want mmc.Speed
		cav  bool
		kBps int
		is   bool
	}{
		{mmc.SpeedMax, false, 8467, true}, {mmc.SpeedX(48), false, 8467, true}, {mmc.SpeedX(100), false, 8467, true},
		{mmc.SpeedX(16), false, 2822, false}, {mmc.SpeedX(16), true, 2822, true}, {mmc.SpeedX(20), false, 2822, false},
		{mmc.SpeedX(21), false, 4234, false}, {mmc.SpeedX(1), true, 706, false}, {mmc.SpeedX(10), false, 706, false}, {mmc.SpeedX(11), true, 2822, true},
	} {
		got, ok := nearest(offer, row.want, row.cav)
		require.True(t, ok)
		require.Equal(t, row.kBps, got.KBps, "%v", row.want)
		require.Equal(t, row.is, got.PureCAV, "%v", row.want)
	}
	_, ok := nearest(nil, mmc.SpeedX(4), false)
	require.False(t, ok)
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

// A request for 8x doesn't select 16x as long as a slower speed is available.
func TestAtMostSpeed(t *testing.T) {
	offer := []mmc.WriteSpeed{{KBps: 8467, PureCAV: true}, {KBps: 4234}, {KBps: 2822}, {KBps: 706}}
	for want, kBps := range map[mmc.Speed]int{
		mmc.SpeedMax: 8467, mmc.SpeedX(100): 8467, mmc.SpeedX(48): 8467, mmc.SpeedX(47): 4234, mmc.SpeedX(24): 4234, mmc.SpeedX(23.9): 2822,
		mmc.SpeedX(15): 706, mmc.SpeedX(4): 706, mmc.SpeedX(1): 706,
	} {
		got, ok := atMost(offer, want, false)
		require.True(t, ok)
		require.Equal(t, kBps, got.KBps, "%v", want)
	}
	_, ok := atMost(nil, mmc.SpeedX(4), false)
	require.False(t, ok)
}
