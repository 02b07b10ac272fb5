package sim

import (
	"math"
	"time"

	"github.com/redbook-audio/redbook/toc"
)

// Where the program area lies, in millimeters from the center, for discs with a constant
// angular velocity. According to its manual a Pioneer R11 drive reads the inner edge at
// 240/585 of the outer edge's speed (R11 manual p. 32). The outer edge is that of an
// 80-minute disc.
const (
	innerRadius  = 24.0
	outerRadius  = 58.5
	outerSectors = 359849.0
)

// squareStep is how much the square of the radius grows with each sector: the
// spiral covers equal areas with equal lengths.
const squareStep = (outerRadius*outerRadius - innerRadius*innerRadius) / outerSectors

// radius returns the radius of a sector.
func radius(sector float64) float64 {
	return math.Sqrt(math.Max(innerRadius*innerRadius+squareStep*sector, 1))
}

// maxZones is how many zones a profile has at most.
const maxZones = 8

// speedZone is a part of the disc that is written in one way.
type speedZone struct {
	from float64 // first sector
	// x is the speed in multiples of 75 sectors/s: of the whole zone (CLV), or at the
	// outer edge of an 80-minute disc if the rotation is constant.
	x   float64
	cav bool
}

// speedProfile is the speed of the laser at each place of a disc: constant linear
// velocity, in zones or not, constant angular velocity, or the latter until a speed is
// reached. It is a comparable value.
type speedProfile struct {
	zones [maxZones]speedZone
	n     int
}

// clvProfile is the same speed everywhere.
func clvProfile(x float64) speedProfile {
	return zclvProfile(speedStep{x: x})
}

// speedStep is one zone of a ZCLV profile: from this sector on, at this speed.
type speedStep struct {
	from toc.LBA
	x    float64
}

// zclvProfile has a constant speed in each zone. Zones ascend, and the first includes
// everything before it. Zones past the eighth are left out.
func zclvProfile(steps ...speedStep) speedProfile {
	var p speedProfile
	for _, s := range steps[:min(len(steps), maxZones)] {
		p.add(speedZone{from: float64(s.from), x: s.x})
	}
	return p
}

// cavProfile turns the disc at a constant rate, so that the speed is x at the
// outer edge of an 80-minute disc and less further in.
func cavProfile(x float64) speedProfile {
	var p speedProfile
	p.add(speedZone{x: x, cav: true})
	return p
}

// pcavProfile begins with inner at LBA 0, turns at a constant rate until the speed is x,
// and then keeps that speed.
func pcavProfile(inner, x float64) speedProfile {
	var p speedProfile
	p.add(speedZone{x: inner * outerRadius / innerRadius, cav: true})
	knee := innerRadius * x / inner
	p.add(speedZone{from: (knee*knee - innerRadius*innerRadius) / squareStep, x: x})
	return p
}

func (p *speedProfile) add(z speedZone) {
	p.zones[p.n] = z
	p.n++
}

// zone returns the zone of a sector and its end.
func (p *speedProfile) zone(sector float64) (z speedZone, end float64) {
	i := 0
	for i+1 < p.n && p.zones[i+1].from <= sector {
		i++
	}
	if i+1 < p.n {
		return p.zones[i], p.zones[i+1].from
	}
	return p.zones[i], math.Inf(1)
}

// x returns the speed at a sector in multiples of 176.4 kB/s.
func (p *speedProfile) x(lba toc.LBA) float64 {
	z, _ := p.zone(float64(lba))
	if z.cav {
		return z.x * radius(float64(lba)) / outerRadius
	}
	return z.x
}

// span returns how long the sectors from..to-1 take, rounded up so that reach gets there
// in this time.
func (p *speedProfile) span(from, to toc.LBA) time.Duration {
	seconds := 0.0
	for at, goal := float64(from), float64(to); at < goal; {
		z, end := p.zone(at)
		end = math.Min(end, goal)
		seconds += z.seconds(at, end)
		at = end
	}
	if seconds == 0 {
		return 0
	}
	return time.Duration(seconds*float64(time.Second)) + time.Microsecond
}

// reach returns the sector that is being written after d if from was begun at 0.
func (p *speedProfile) reach(from toc.LBA, d time.Duration) toc.LBA {
	seconds, at := d.Seconds(), float64(from)
	for seconds > 0 {
		z, end := p.zone(at)
		if math.IsInf(end, 1) {
			at = z.after(at, seconds)
			break
		}
		whole := z.seconds(at, end)
		if whole > seconds {
			at = z.after(at, seconds)
			break
		}
		seconds, at = seconds-whole, end
	}
	return toc.LBA(math.Min(math.Floor(at), float64(storeEnd)))
}

// seconds returns how long this zone takes from one sector to another. With a constant
// angular velocity the radius grows by the same amount each second, which makes the
// integral of 1/speed the difference of two radii.
func (z speedZone) seconds(from, to float64) float64 {
	rate := z.x * toc.SectorsPerSecond
	if !z.cav {
		return (to - from) / rate
	}
	return (radius(to) - radius(from)) * 2 * outerRadius / (squareStep * rate)
}

// after is the inverse of seconds.
func (z speedZone) after(from, seconds float64) float64 {
	rate := z.x * toc.SectorsPerSecond
	if !z.cav {
		return from + seconds*rate
	}
	r := radius(from) + seconds*squareStep*rate/(2*outerRadius)
	return (r*r - innerRadius*innerRadius) / squareStep
}
