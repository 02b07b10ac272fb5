package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// slowly returns a plan of three tracks of 100 seconds each at 1x, where no rotation speed is
// a limit. Lead-in and lead-out take 2:30 minutes (MMC-5 table 8).
func slowly() *burn.Plan {
	p := &burn.Plan{Speed: mmc.SpeedX(1), Mode: burn.ModeTAO, Close: burn.CloseFinal}
	for i := range 3 {
		p.Tracks = append(p.Tracks, burn.PlannedTrack{Number: i + 1, Start: toc.LBA(7652 * i), Audio: 7500})
	}
	return p
}

// The duration of a burn is the sum of its parts, in seconds.
func TestForecastOfAPlan(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*burn.Plan)
		want   float64
	}{
		"track-at-once":     {func(*burn.Plan) {}, 8 + 3*(100+3) + 158},
		"session-at-once":   {func(p *burn.Plan) { p.Mode = burn.ModeSAO }, 8 + 300 + 158},
		"left open":         {func(p *burn.Plan) { p.Close = burn.CloseNone }, 8 + 3*(100+3)},
		"a stream has ends": {func(p *burn.Plan) { p.Close, p.Mode = burn.CloseNone, burn.ModeSAO }, 8 + 300 + 158},
		"quick":             {func(p *burn.Plan) { p.Verify, p.Mode = disc.VerifyQuick, burn.ModeSAO }, 466 + 9/28.0 + 9*0.4},
		"full":              {func(p *burn.Plan) { p.Verify, p.Mode = disc.VerifyFull, burn.ModeSAO }, 466 + 309/28.0 + 3*0.4},
		"a test reads none": {func(p *burn.Plan) { p.Verify, p.Mode, p.TestWrite = disc.VerifyFull, burn.ModeSAO, true }, 466},
		"unknown speed":     {func(p *burn.Plan) { p.Speed = mmc.Speed{} }, 0},
	} {
		p := slowly()
		row.change(p)
		require.InDelta(t, row.want, newForecast(p).all.Seconds(), 0.01, name)
	}
}

// Whatever a drive offers, it doesn't exceed 22x at the inner edge or its own speed further
// out. With CAV it reaches its speed only at the outer edge.
func TestPaceAlongTheDisc(t *testing.T) {
	require.InDelta(t, 22*75, pace{speed: mmc.SpeedX(52)}.at(0), 0.1)
	require.InDelta(t, 51*75, pace{speed: mmc.SpeedX(52)}.at(360000), 75)
	require.InDelta(t, 16*75, pace{speed: mmc.SpeedX(16)}.at(0), 0.1)
	require.InDelta(t, 16*75, pace{speed: mmc.SpeedX(16)}.at(360000), 0.1)
	require.InDelta(t, 48*75, pace{speed: mmc.SpeedX(48), cav: true}.at(360000), 0.1)
	require.InDelta(t, 48*75*25/58.0, pace{speed: mmc.SpeedX(48), cav: true}.at(0), 0.1)
	require.InDelta(t, 359844/3600.0*58/41.5, pace{speed: mmc.SpeedX(48), cav: true}.span(0, 359844).Seconds(), 0.5, "a whole disc: the mean radius is 41.5 mm")
	require.InDelta(t, 48*75, pace{speed: mmc.SpeedX(48), cav: true}.at(400000), 0.1, "past the edge, too")
	require.InDelta(t, 48*75*25/58.0, pace{speed: mmc.SpeedX(48), cav: true}.at(-150), 0.1)
	require.Zero(t, pace{}.span(0, 1000))
	require.InDelta(t, 4.0, pace{speed: mmc.SpeedX(1)}.span(0, 300).Seconds(), 0.01)
}

// Measured values replace those of the drive: the writing speed, and the time between tracks.
func TestForecastLearns(t *testing.T) {
	start := time.Unix(1000, 0)
	at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
	verified := slowly()
	verified.Verify = disc.VerifyFull
	whole := newForecast(verified)
	whole.enter(burn.PhaseWrite, at(8))
	require.InDelta(t, whole.all.Seconds()-8, whole.left(at(8), 0).Seconds(), 0.1, "nothing is left out")
	stream := slowly()
	stream.Mode, stream.Verify = burn.ModeSAO, disc.VerifyFull
	s := newForecast(stream)
	s.enter(burn.PhaseWrite, at(8))
	for i := range 3 {
		s.enter(burn.PhaseWrite, at(108+100*i)) // no flush between the tracks
	}
	s.enter(burn.PhaseFlush, at(308))
	require.InDelta(t, (s.closing + s.verify).Seconds(), s.left(at(308), 0).Seconds(), 0.1, "which writes the lead-out")
	for _, p := range []burn.Phase{burn.PhaseClose, burn.PhaseConfirm} {
		s.enter(p, at(466))
		require.InDelta(t, s.verify.Seconds(), s.left(at(466), 0).Seconds(), 0.01, "%s", p)
	}
	s.enter(burn.PhaseVerify, at(466))
	require.InDelta(t, s.verify.Seconds()-5, s.left(at(471), 0).Seconds(), 0.01)
	f := newForecast(slowly())
	closing := f.closing.Seconds()
	f.enter(burn.PhaseStart, at(0))
	f.enter(burn.PhaseWrite, at(5))
	require.InDelta(t, 300+3*3+closing, f.left(at(5), 0).Seconds(), 0.1, "by the drive's figures")
	require.InDelta(t, 250+3*3+closing, f.left(at(55), 0.5).Seconds(), 0.1, "as foreseen")
	f.enter(burn.PhaseFlush, at(105))
	f.enter(burn.PhaseStart, at(115))
	f.enter(burn.PhaseWrite, at(117)) // 12 seconds from track to track
	require.InDelta(t, 200+2*12+closing, f.left(at(117), 0).Seconds(), 0.1)
	f.enter(burn.PhaseFlush, at(217))
	f.enter(burn.PhaseReserve, at(233))
	f.enter(burn.PhaseWrite, at(235)) // 18, on average 15
	require.InDelta(t, 100+15+closing, f.left(at(235), 0).Seconds(), 0.1)
	late := f.left(at(435), 0.5).Seconds() // 200 seconds for the first 50
	require.Greater(t, late, 70+closing)
	require.Less(t, late, 200+15+closing)
	f.enter(burn.PhaseFlush, at(635))
	f.enter(burn.PhaseClose, at(640))
	require.InDelta(t, closing, f.left(at(640), 0).Seconds(), 0.1)
	require.InDelta(t, closing-30, f.left(at(670), 0).Seconds(), 0.1)
	require.InDelta(t, 1, f.left(at(6400), 0).Seconds(), 0.1, "never over before it is")
}

// The more of a step is done, the more the progress that the drive reports counts.
func TestForecastOfAStep(t *testing.T) {
	f := &forecast{}
	left := func(spent, whole, frac float64) float64 {
		return f.late(time.Duration(spent*1e9), time.Duration(whole*1e9), frac).Seconds()
	}
	require.InDelta(t, 70, left(30, 100, 0), 0.01, "nothing reported")
	require.InDelta(t, 50, left(50, 100, 0.5), 0.01, "both agree")
	require.InDelta(t, 0, left(90, 100, 1), 0.01, "done")
	slow := left(90, 100, 0.5) // 10 by the figures, 90 by the drive
	require.Greater(t, slow, 50.0)
	require.Less(t, slow, 90.0)
	require.InDelta(t, 70, left(30, 100, 1.5), 0.01, "no share")
}

// Before a burn, the estimate uses the speed of the plan.
func TestChosenSpeed(t *testing.T) {
	offer := []mmc.WriteSpeed{{KBps: 8467, PureCAV: true}, {KBps: 2822}, {KBps: 706}}
	for name, row := range map[string]struct {
		offer   []mmc.WriteSpeed
		ask     mmc.Speed
		speed   mmc.Speed
		cav, ok bool
	}{
		"fastest":          {offer, mmc.SpeedMax, mmc.SpeedX(48), true, true},
		"at most":          {offer, mmc.SpeedX(20), mmc.SpeedX(16), false, true},
		"nothing offered":  {nil, mmc.SpeedX(8), mmc.SpeedX(8), false, true},
		"an offer of none": {[]mmc.WriteSpeed{{}}, mmc.SpeedX(8), mmc.SpeedX(8), false, true},
		"nothing at all":   {nil, mmc.SpeedMax, mmc.SpeedMax, false, false},
	} {
		speed, cav, ok := chosen(row.offer, &burn.Options{Speed: row.ask})
		require.Equal(t, row.ok, ok, name)
		require.Equal(t, row.cav, cav, name)
		if ok {
			require.Equal(t, row.speed, speed, name)
		}
	}
}
