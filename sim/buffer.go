package sim

import (
	"time"

	"github.com/redbook-audio/redbook/toc"
)

// writeBuffer is the drive's memory between host and laser, for one track at a
// time: the host fills it, the medium drains it at the speed of the profile.
//
//	open -> filling -> (start level, or full, or flush) -> burning -> (empty) -> filling ...
//
// It has no clock and no goroutine. While the laser burns, its position follows from
// when it started, so only the transitions need an update.
type writeBuffer struct {
	size   int           // bytes
	start  int           // fill in bytes at which the laser starts
	relink time.Duration // time to link to the place where the data ran out

	profile speedProfile
	block   int // bytes of one sector in the buffer

	active   bool // between open and drop
	burning  bool
	flushing bool // no more data will come: empty is the end, not an underrun

	from    toc.LBA       // first sector that isn't burned when the laser starts (or started)
	tail    toc.LBA       // next sector to come from the host
	lead    time.Duration // from the decision to burn to the first sector
	started time.Time     // when the sector from began to be burned
	dry     int           // how often the laser ran out of data in this track
}

// newWriteBuffer makes a buffer of size bytes, whose laser starts at a fill of
// start bytes (never above size).
func newWriteBuffer(size, start int, relink time.Duration) writeBuffer {
	return writeBuffer{size: size, start: min(start, size), relink: relink, block: toc.SectorSize}
}

// open begins a track whose first user sector is lba. The lead is the time before that
// sector is burned: spin-up, positioning and the pregap.
func (b *writeBuffer) open(lba toc.LBA, block int, profile speedProfile, lead time.Duration) {
	b.drop()
	b.active, b.block, b.profile = true, block, profile
	b.from, b.tail, b.lead, b.dry = lba, lba, lead, 0
}

// drop discards everything in the buffer, as a loss of power does. A caller that needs
// the laser's position asks for it first.
func (b *writeBuffer) drop() {
	b.active, b.burning, b.flushing = false, false, false
	b.tail = b.from
}

// accept takes n bytes (whole sectors) from the host. If there is no room it takes
// nothing and returns how long to wait; after that wait it takes them. A transfer above
// the buffer's size waits for an empty one.
func (b *writeBuffer) accept(now time.Time, n int) (wait time.Duration, ok bool) {
	b.settle(now)
	blocks := toc.LBA(n / b.block)
	room := toc.LBA(b.size / b.block)
	// The laser must have come this far before there is room.
	need := min(b.tail+blocks-room, b.tail)
	if b.position(now) < need {
		b.ignite(now)
		return b.until(now, need), false
	}
	b.tail += blocks
	b.flushing = false
	if b.level(now) >= b.start {
		b.ignite(now)
	}
	return 0, true
}

// fill returns how many bytes wait to be burned.
func (b *writeBuffer) fill(now time.Time) int {
	b.settle(now)
	return min(b.level(now), b.size)
}

// position returns the first sector of the track that isn't on the disc yet.
func (b *writeBuffer) position(now time.Time) toc.LBA {
	if !b.burning {
		return b.from
	}
	return min(b.profile.reach(b.from, now.Sub(b.started)), b.tail)
}

// underruns returns how often the laser ran out of data since open. With buffer underrun
// free recording it continues once the start level is reached again; without it, the
// drive must end the track at position.
func (b *writeBuffer) underruns(now time.Time) int {
	b.settle(now)
	return b.dry
}

// flush starts the laser if there is anything to burn and returns how long it takes until
// everything is on the disc. Running empty is then not an underrun.
func (b *writeBuffer) flush(now time.Time) time.Duration {
	b.settle(now)
	b.flushing = true
	if b.from == b.tail && !b.burning {
		return 0
	}
	b.ignite(now)
	return b.until(now, b.tail)
}

// lasts returns how long the data in the buffer lasts.
func (b *writeBuffer) lasts(now time.Time) time.Duration {
	if b.burning {
		return b.until(now, b.tail)
	}
	return b.lead + b.profile.span(b.from, b.tail)
}

// ignoreUnderrun ignores that the laser ran out of data, as if the drive could relink.
func (b *writeBuffer) ignoreUnderrun() { b.dry = 0 }

// settle updates the state to now: the laser may have run out of data.
func (b *writeBuffer) settle(now time.Time) {
	if !b.burning || b.position(now) < b.tail {
		return
	}
	b.burning, b.from, b.lead = false, b.tail, b.relink
	if !b.flushing {
		b.dry++
	}
}

// ignite lets the laser burn from now on, after its lead.
func (b *writeBuffer) ignite(now time.Time) {
	if b.burning || b.from == b.tail {
		return
	}
	b.burning, b.started = true, now.Add(b.lead)
}

// until returns how long it takes until the laser has burned every sector below lba.
func (b *writeBuffer) until(now time.Time, lba toc.LBA) time.Duration {
	return max(0, b.started.Add(b.profile.span(b.from, lba)).Sub(now))
}

func (b *writeBuffer) level(now time.Time) int { return int(b.tail-b.position(now)) * b.block }
