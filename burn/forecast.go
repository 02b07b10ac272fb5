package burn

import (
	"math"
	"time"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// Where the program area of a disc lies, and how fast a drive can turn it. The radii are
// those of IEC 60908 (25 mm for the start of the program area, 58 mm for the end of an
// 80-minute disc). No drive turns a disc faster than about 10,000 times a minute, which is
// 22x at the inner edge: every faster speed is only reached further out, whatever the
// drive calls its way of turning.
const (
	innerRadius = 25.0
	outerRadius = 58.0
	outerSector = 360000.0
	innermost   = 22 * toc.SectorsPerSecond
)

// pace is how fast a disc is written: the speed that was chosen, and how the disc turns.
type pace struct {
	speed Speed // may be unknown
	cav   bool  // speed is that at the outer edge
}

// at gives the sectors a second at an address.
func (p pace) at(lba float64) float64 {
	square := innerRadius*innerRadius + (outerRadius*outerRadius-innerRadius*innerRadius)*max(lba, 0)/outerSector
	radius := math.Sqrt(square)
	if p.cav {
		return float64(p.speed.SectorsPerSecond()) * min(radius/outerRadius, 1)
	}
	return min(float64(p.speed.SectorsPerSecond()), innermost*radius/innerRadius)
}

// span is how long the sectors from start to end take; 0 if the speed isn't known.
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

// What the steps around the writing take where nothing is measured yet. Fixation in the
// logs of cdrecord takes the time of lead-in and lead-out at the inner edge and about
// eight seconds; a track-at-once drive needs some seconds from track to track.
const (
	gapTime    = 3 * time.Second
	closeExtra = 8 * time.Second
	seekTime   = 400 * time.Millisecond
	readSpeed  = 28 * toc.SectorsPerSecond
	firstTime  = 8 * time.Second // from the first command to the first sector
)

// forecast is how long a burn is going to take: first by the figures of the drive, then
// more and more by what has been measured.
type forecast struct {
	pace                 pace
	tracks               []PlannedTrack
	gap                  time.Duration // between two tracks
	closing, verify, all time.Duration

	phase  Phase
	track  int // index of the track that is written, or comes next
	since  time.Time
	wrote  time.Duration // spent on tracks that are written
	should time.Duration // that they would have taken
	paused time.Duration // spent between tracks
	pauses int
}

// newForecast works out a plan. all is the sum.
func newForecast(p *Plan) forecast {
	f := forecast{pace: pace{p.Speed, p.CAV}, tracks: p.Tracks}
	if !p.Speed.Known() {
		return f
	}
	if p.Mode != ModeSAO {
		f.gap = gapTime
	}
	if p.Close != CloseNone {
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

// rest is how long the tracks from number i of the list on take, by the figures of the
// drive, with what lies between them.
func (f *forecast) rest(i int) time.Duration {
	var sum time.Duration
	for ; i < len(f.tracks); i++ {
		sum += f.pace.span(f.tracks[i].Start, f.tracks[i].Sectors()) + f.between()
	}
	return sum
}

// between is what comes between two tracks.
func (f *forecast) between() time.Duration {
	if f.pauses > 0 {
		return f.paused / time.Duration(f.pauses)
	}
	return f.gap
}

// enter begins a phase, and measures the one that ends.
func (f *forecast) enter(p Phase, now time.Time) {
	took := now.Sub(f.since)
	switch {
	case f.since.IsZero():
	case f.phase == PhaseWrite && f.track < len(f.tracks):
		f.wrote += took
		f.should += f.pace.span(f.tracks[f.track].Start, f.tracks[f.track].Sectors())
		f.track++
	case f.phase == PhaseFlush, f.phase == PhaseStart && f.track > 0, f.phase == PhaseReserve && f.track > 0:
		if f.phase == PhaseFlush {
			f.pauses++
		}
		f.paused += took
	}
	f.phase, f.since = p, now
}

// trust is how much measured writing outweighs the figures of the drive: at first WRITEs
// only fill its buffer, at the speed of the bus.
const trust = 20 * time.Second

// left is how long everything that remains takes, frac being what is done of this phase;
// 0 if nothing is known.
func (f *forecast) left(now time.Time, frac float64) time.Duration {
	if !f.pace.speed.Known() {
		return 0
	}
	spent := now.Sub(f.since)
	if f.phase == PhaseVerify || f.phase == PhaseClose {
		later, whole := time.Duration(0), f.verify
		if f.phase == PhaseClose {
			later, whole = f.verify, f.closing
		}
		return f.late(spent, whole, frac) + later
	}
	writing, wrote, should := f.rest(f.track), f.wrote, f.should
	if f.phase == PhaseWrite && f.track < len(f.tracks) {
		t := f.tracks[f.track]
		done := f.pace.span(t.Start, toc.Sectors(frac*float64(t.Sectors())))
		writing -= done
		wrote, should = wrote+spent, should+done
	}
	factor := float64(wrote+trust) / float64(should+trust)
	sum := time.Duration(float64(writing) * factor)
	if f.phase == PhaseConfirm {
		return f.verify
	}
	return sum + f.closing + f.verify
}

// late is what remains of a step that isn't made of sectors to write. The share of it that
// the drive reports counts the more, the more of it is done.
func (f *forecast) late(spent, whole time.Duration, frac float64) time.Duration {
	if frac > 0 && frac <= 1 {
		return time.Duration((1 - frac) * (spent.Seconds() + (1-frac)*whole.Seconds()) * float64(time.Second))
	}
	return max(whole-spent, time.Second)
}

// chosen is the speed that the drive will be asked for, of those that it offers.
func chosen(offer []mmc.WriteSpeed, o *Options) (speed Speed, cav, ok bool) {
	best, ok := atMost(offer, o.Speed, o.PureCAV)
	if !ok || best.KBps <= 0 {
		return o.Speed, false, o.Speed.Known()
	}
	return best.Speed(), isCAV(best), true
}
