package sim

import (
	"sync"
	"time"

	"github.com/redbook-audio/redbook/toc"
)

// core is the state that all parts of a drive share: the personality, the clock, and the
// disc.
type core struct {
	p      Personality
	mode   string
	clk    clock
	serial string

	mu    sync.Mutex // guards all parts; released while a command waits
	epoch int        // counts power cycles and forced removals, to notice them inside a command
	err   error      // the first violated invariant, or why the disc's file can't be written

	disc       *Disc // in the tray, open or not
	lockedDisc *Disc // whose lock the running command holds
	mechanism  mechanism
	readyAt    time.Time // when a disc in the closed tray is recognized
	// seen is the disc as it was when it was loaded, which drives with a stale table of
	// contents report.
	seen *discState
	// scratch is the disc as it would be if the laser had power: of a test write, and of
	// a drive that stores nothing. Nil otherwise.
	scratch *discState
	// rehearsed is set by a test write and cleared when the disc is loaded again.
	rehearsed bool
}

// mechanism is the state of the tray.
type mechanism uint8

const (
	trayClosed mechanism = iota // empty, or the disc isn't recognized yet
	trayOpen                    // a disc may be on it
	trayReady                   // closed, and the disc can be worked on
)

// lockDisc takes the lock of the disc in the tray, for as long as a command needs it.
func (c *core) lockDisc() {
	if c.disc != nil {
		c.disc.mu.Lock()
		c.lockedDisc = c.disc
	}
}

func (c *core) unlockDisc() {
	if c.lockedDisc != nil {
		c.lockedDisc.mu.Unlock()
		c.lockedDisc = nil
	}
}

// pass lets time pass inside a command. On clocks that really wait, the drive can
// meanwhile be switched off or opened; then pass returns false and the command must end
// immediately.
func (c *core) pass(dur time.Duration) bool {
	if dur <= 0 {
		return true
	}
	if c.mode == clockInstant {
		c.clk.advance(dur)
		return true
	}
	epoch := c.epoch
	c.unlockDisc()
	c.mu.Unlock()
	c.clk.advance(dur)
	c.mu.Lock()
	c.lockDisc()
	return c.epoch == epoch
}

// broke keeps the first internal error of the simulator and returns its sense.
func (c *core) broke(err error) sense {
	if c.err == nil {
		c.err = err
	}
	return senseInternal
}

// commit makes the state of the disc durable. If the file can't be written, the drive has
// an internal failure and Err returns the reason.
func (c *core) commit() sense {
	if err := c.disc.commit(); err != nil {
		return c.broke(err)
	}
	return senseGood
}

// ready reports whether there is a disc that can be worked on.
func (c *core) ready() bool { return c.mechanism == trayReady }

// notReady returns why no disc can be worked on.
func (c *core) notReady() sense {
	switch {
	case c.ready():
		return senseGood
	case c.disc != nil && c.mechanism == trayClosed:
		return senseBecomingReady
	case c.p.PlainNoMedium:
		return senseNoMedium
	case c.mechanism == trayOpen:
		return senseNoMediumOpen
	}
	return senseNoMediumClosed
}

// profile returns the current profile: a full disc keeps that of its medium.
func (c *core) profile() int {
	switch {
	case !c.ready():
		return profileNone
	case c.rehearsed && c.p.RehearsedProfile != 0:
		return c.p.RehearsedProfile
	case c.disc.st.Media.Pressed:
		return profileCDROM
	case c.disc.st.Media.Erasable:
		return profileCDRW
	}
	return profileCDR
}

// shown returns the disc as the tables of contents show it.
func (c *core) shown() *discState {
	if c.p.StaleTOC && c.seen != nil {
		return c.seen
	}
	return &c.disc.st
}

// descriptor reports whether sense data have descriptor format.
func (c *core) descriptor() bool { return c.p.DescriptorSense }

// bufferSize is the size of the write buffer in bytes.
func (c *core) bufferSize() int {
	switch {
	case c.p.BufferBytes > 0:
		return c.p.BufferBytes
	case c.p.BufferKiB > 0:
		return c.p.BufferKiB << 10
	}
	return 2048 << 10
}

// lastLBA is the end of the medium: of the recorded part of a closed disc, of the
// recordable part of others.
func (c *core) lastLBA() int32 {
	if !c.ready() {
		return 359848
	}
	st := c.state()
	if n := len(st.Sessions); n > 0 && !st.appendable() {
		return int32(st.Sessions[n-1].LeadOut) - 1
	}
	return int32(st.Media.LeadOut.LBA()) - 1
}

// state returns what is on the disc for commands that write: during a test write, what
// would be on it.
func (c *core) state() *discState {
	if c.scratch != nil {
		return c.scratch
	}
	return &c.disc.st
}

// pregap returns the pause that the drive makes between two tracks.
func (c *core) pregap() toc.Sectors {
	switch {
	case c.p.NoPause:
		return 0
	case c.p.Pregap > 0:
		return toc.Sectors(c.p.Pregap)
	}
	return toc.PregapSectors
}

// nextStart returns where a track following everything recorded would start.
func (c *core) nextStart() toc.LBA { return c.state().nextStart(c.pregap()) }

// limit returns the first sector on which this drive won't record user data. Blanks of 90
// and 99 minutes encode 79:59 in their ATIP; drives recognize them by their manufacturer.
func (c *core) limit() toc.LBA {
	m := &c.state().Media
	const muchLonger = 5 * 60 * toc.SectorsPerSecond
	if c.p.Overburn == overburnAlways ||
		c.p.Overburn == "" && m.Groove-m.LeadOut.LBA() > muchLonger {
		return m.Groove - runOutSectors
	}
	return c.state().limit()
}
