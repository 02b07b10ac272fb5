package engine

import (
	"math"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// Radii of the program area and the highest rotation speed. The radii are those of IEC
// 60908 (25 mm for the start of the program area, 58 mm for the end of an 80-minute
// disc). No drive exceeds about 10,000 rotations a minute, which is 22x at the inner edge.
// Higher speeds are reached only further out, even if the drive calls its rotation CLV.
const (
	innerRadius = 25.0
	outerRadius = 58.0
	outerSector = 360000.0
	innermost   = 22 * toc.SectorsPerSecond
)

// pace describes how fast a disc is written: the chosen speed and the rotation.
type pace struct {
	speed mmc.Speed // may be unknown
	cav   bool      // speed applies to the outer edge
}

// at returns the sectors per second at an address.
func (p pace) at(lba float64) float64 {
	square := innerRadius*innerRadius + (outerRadius*outerRadius-innerRadius*innerRadius)*max(lba, 0)/outerSector
	radius := math.Sqrt(square)
	if p.cav {
		return float64(p.speed.SectorsPerSecond()) * min(radius/outerRadius, 1)
	}
	return min(float64(p.speed.SectorsPerSecond()), innermost*radius/innerRadius)
}

// span returns the time to write the sectors from start to end; 0 if the speed is
// unknown.
func (p pace) span(start toc.LBA, n toc.Sectors) time.Duration {
	if !p.speed.Known() || n <= 0 {
		return 0
	}
	const step = 60 * toc.SectorsPerSecond
	seconds, from, end := 0.0, float64(start), float64(start)+float64(n)
	for from < end {
		to := min(from+step, end)
		seconds += (to - from) / p.at((from+to)/2)
		from = to
	}
	return time.Duration(seconds * float64(time.Second))
}

// Estimates for the steps around writing until they are measured. In logs of cdrecord,
// fixation takes the time of lead-in and lead-out at the inner edge plus about eight seconds;
// between tracks a drive needs some seconds.
const (
	gapTime    = 3 * time.Second
	closeExtra = 8 * time.Second
	seekTime   = 400 * time.Millisecond
	readSpeed  = 28 * toc.SectorsPerSecond
	firstTime  = 8 * time.Second // from the first command to the first sector
)

// forecast estimates the duration of a burn: first from the drive's figures, then
// increasingly from measurements.
type forecast struct {
	pace                 pace
	tracks               []burn.PlannedTrack
	stream               bool          // the flush after the last track writes the lead-out
	gap                  time.Duration // between two tracks
	closing, verify, all time.Duration

	phase  burn.Phase
	track  int // index of the track being written, or the next one
	since  time.Time
	wrote  time.Duration // spent on finished tracks
	should time.Duration // expected for the same tracks
	paused time.Duration // spent between tracks
	pauses int
}

// newForecast computes the forecast of a plan. all is the total.
func newForecast(p *burn.Plan) forecast {
	f := forecast{pace: pace{p.Speed, p.CAV}, tracks: p.Tracks, stream: p.Mode == burn.ModeSAO}
	if !p.Speed.Known() {
		return f
	}
	if !f.stream {
		f.gap = gapTime
	}
	if p.Close != burn.CloseNone || f.stream {
		f.closing = f.pace.span(0, closeWork) + closeExtra
	}
	if p.Verify != disc.VerifyNone && !p.TestWrite {
		work, seeks := toc.Sectors(0), 3*len(p.Tracks)
		for _, t := range p.Tracks {
			work += min(t.Sectors(), 3*toc.SectorsPerSecond)
			if p.Verify == disc.VerifyFull {
				work += t.Sectors()
				seeks = len(p.Tracks)
			}
		}
		f.verify = time.Duration(float64(work)/float64(readSpeed)*float64(time.Second)) + time.Duration(seeks)*seekTime
	}
	f.all = firstTime + f.rest(0) + f.closing + f.verify
	return f
}

// rest returns how long the tracks from index i on take by the drive's figures, gaps
// included.
func (f *forecast) rest(i int) time.Duration {
	var sum time.Duration
	for ; i < len(f.tracks); i++ {
		sum += f.pace.span(f.tracks[i].Start, f.tracks[i].Sectors()) + f.between()
	}
	return sum
}

// between returns the time between two tracks.
func (f *forecast) between() time.Duration {
	if f.pauses > 0 {
		return f.paused / time.Duration(f.pauses)
	}
	return f.gap
}

// enter begins a phase and measures the one that ends.
func (f *forecast) enter(p burn.Phase, now time.Time) {
	took := now.Sub(f.since)
	switch {
	case f.since.IsZero():
	case f.phase == burn.PhaseWrite && f.track < len(f.tracks):
		f.wrote += took
		f.should += f.pace.span(f.tracks[f.track].Start, f.tracks[f.track].Sectors())
		f.track++
	case f.phase == burn.PhaseFlush, f.phase == burn.PhaseStart && f.track > 0, f.phase == burn.PhaseReserve && f.track > 0:
		if f.phase == burn.PhaseFlush {
			f.pauses++
		}
		f.paused += took
	}
	f.phase, f.since = p, now
}

// trust is the writing time at which the measurement weighs as much as the drive's figures.
// The first WRITEs only fill the drive's buffer, at the speed of the bus.
const trust = 20 * time.Second

// left returns the remaining time; frac is the done part of this phase. 0 means unknown.
func (f *forecast) left(now time.Time, frac float64) time.Duration {
	if !f.pace.speed.Known() {
		return 0
	}
	spent := now.Sub(f.since)
	switch {
	case f.phase == burn.PhaseVerify:
		return f.late(spent, f.verify, frac)
	case f.phase == burn.PhaseClose && f.stream:
		return f.verify
	case f.phase == burn.PhaseClose, f.phase == burn.PhaseFlush && f.stream && f.track == len(f.tracks):
		return f.late(spent, f.closing, frac) + f.verify
	}
	writing, wrote, should := f.rest(f.track), f.wrote, f.should
	if f.phase == burn.PhaseWrite && f.track < len(f.tracks) {
		t := f.tracks[f.track]
		done := f.pace.span(t.Start, toc.Sectors(frac*float64(t.Sectors())))
		writing -= done
		wrote, should = wrote+spent, should+done
	}
	factor := float64(wrote+trust) / float64(should+trust)
	sum := time.Duration(float64(writing) * factor)
	if f.phase == burn.PhaseConfirm {
		return f.verify
	}
	return sum + f.closing + f.verify
}

// late returns the remaining time of a step that isn't measured in sectors. The weight of the
// drive's own progress grows with the part that is done.
func (f *forecast) late(spent, whole time.Duration, frac float64) time.Duration {
	if frac > 0 && frac <= 1 {
		return time.Duration((1 - frac) * (spent.Seconds() + (1-frac)*whole.Seconds()) * float64(time.Second))
	}
	return max(whole-spent, time.Second)
}

// chosen returns the offered speed that will be requested.
func chosen(offer []mmc.WriteSpeed, o *burn.Options) (speed mmc.Speed, cav, ok bool) {
	best, ok := atMost(offer, o.Speed, o.PureCAV)
	if !ok || best.KBps <= 0 {
		return o.Speed, false, o.Speed.Known()
	}
	return best.Speed(), best.PureCAV, true
}

// closeWork is the work that closing a session adds to burn.Progress.Done, in sectors: the
// lead-in and lead-out that the drive writes.
const closeWork = placing.NextLeadInSectors + placing.FirstLeadOutSectors
