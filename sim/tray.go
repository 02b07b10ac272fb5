package sim

import (
	"errors"
	"fmt"
	"time"
)

// How long the mechanism takes.
const (
	trayTime   = 2 * time.Second        // open or close
	spinUpTime = 4 * time.Second        // until the disc is known
	relinkTime = 300 * time.Millisecond // until the laser goes on after an underrun
)

// tray is the loading mechanism and what lies in it.
type tray struct {
	disc       *Disc // in the tray, open or not
	lockedDisc *Disc // whose lock the running command holds
	open       bool
	prevent    bool // PREVENT ALLOW MEDIUM REMOVAL
	persistent bool // the same, persistent
	loaded     bool // the disc is known and can be worked on
	readyAt    time.Time
	// seen is the disc as it was when it was loaded: what drives with a stale
	// table of contents go on showing.
	seen   *discState
	events []byte // media events that nobody has asked for yet (GESN class 4)
}

// Media events (MMC-6 table 320).
const (
	eventEjectRequest = 1
	eventNewMedia     = 2
	eventRemoval      = 3
)

// ErrDiscInDrive matches the error of Insert when a disc is in the way.
var ErrDiscInDrive = errors.New("there is a disc in the drive already")

// Insert puts a disc into the tray and closes it, as a hand does. The drive needs
// a few seconds until the disc is ready. A disc that lies in a drive already, or a
// tray that holds one, is an error that matches ErrDiscInDrive.
func (d *Drive) Insert(disc *Disc) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.disc != nil {
		return fmt.Errorf("sim: insert: %w", ErrDiscInDrive)
	}
	disc.mu.Lock()
	taken := disc.held != nil
	disc.mu.Unlock()
	if taken {
		return fmt.Errorf("sim: insert: the disc lies in another drive: %w", ErrDiscInDrive)
	}
	d.moved(nil)
	d.place(disc)
	return nil
}

// Eject opens the tray by force, whether it is locked or not, and takes the disc
// out; nil if there is none. A track that is being written is damaged.
func (d *Drive) Eject() *Disc {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.moved(nil)
	disc := d.disc
	if disc != nil {
		d.lockDisc()
		d.settle()
		d.interrupt()
		if disc.held == d {
			disc.held = nil
		}
		d.unlockDisc()
		d.happened(eventRemoval)
	}
	d.disc, d.open, d.loaded, d.seen = nil, true, false, nil
	d.resetSpeed()
	return disc
}

// PressEject is the button at the drive: it opens the tray, unless the tray is
// locked or the drive is busy; then it only asks the host to do it.
func (d *Drive) PressEject() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lockDisc()
	defer d.unlockDisc()
	d.settle()
	if d.prevent || d.persistent || d.busy.running() || d.writing > 0 {
		d.happened(eventEjectRequest)
		return
	}
	if d.open {
		d.closeTray()
	} else {
		d.openTray()
	}
}

// PowerCycle switches the drive off and on again. A track that is being written
// is damaged; the disc stays in the tray.
func (d *Drive) PowerCycle() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.moved(ErrPowerLost)
	d.lockDisc()
	d.settle()
	d.interrupt()
	d.unlockDisc()
	d.powerOn()
}

// TrayOpen reports whether the tray is open.
func (d *Drive) TrayOpen() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open
}

// Disc is the disc in the tray, open or closed, or nil.
func (d *Drive) Disc() *Disc {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.disc
}

// moved tells a command that is just taking its time that it must end: without a
// status if the power is gone.
func (d *Drive) moved(cause error) {
	d.epoch++
	d.call.lost = cause
}

// powerOn is the state after power-on.
func (d *Drive) powerOn() {
	d.defaults()
	d.spinUp(spinUpTime)
}

// place puts a disc into the closed tray.
func (d *Drive) place(disc *Disc) {
	disc.mu.Lock()
	disc.held = d
	disc.mu.Unlock()
	d.disc, d.open = disc, false
	d.spinUp(trayTime + spinUpTime)
}

// spinUp begins to read the disc, if there is one.
func (d *Drive) spinUp(dur time.Duration) {
	d.loaded, d.seen = false, nil
	d.readyAt = d.clk.now().Add(dur)
}

// settle brings the drive up to now: what ended since the last command has ended.
func (d *Drive) settle() {
	now := d.clk.now()
	if d.disc != nil && !d.open && !d.loaded && !now.Before(d.readyAt) {
		d.loaded = true
		d.seen = d.disc.st.clone()
		d.calibrated = false
		d.chooseSpeed()
		d.attention(senseMediumChanged)
		d.happened(eventNewMedia)
	}
	if d.busy.running() && !now.Before(d.busy.end) {
		d.finishBusy()
	}
	d.underrunCheck(now)
}

// happened queues a media event; one that waits already isn't queued twice.
func (d *Drive) happened(event byte) {
	if n := len(d.events); n == 0 || d.events[n-1] != event {
		d.events = append(d.events, event)
	}
}

// notReady says why no disc can be worked on.
func (d *Drive) notReady() sense {
	switch {
	case d.disc != nil && !d.open && d.loaded:
		return senseGood
	case d.disc != nil && !d.open:
		return senseBecomingReady
	case d.p.PlainNoMedium:
		return senseNoMedium
	case d.open:
		return senseNoMediumOpen
	}
	return senseNoMediumClosed
}

func (d *Drive) openTray() {
	d.open, d.loaded, d.seen = true, false, nil
	d.scratch = nil
	if d.disc != nil {
		d.happened(eventRemoval)
	}
	d.resetSpeed()
}

func (d *Drive) closeTray() {
	d.open = false
	d.spinUp(trayTime + spinUpTime)
}

// preventAllow is PREVENT ALLOW MEDIUM REMOVAL (MMC-6 6.14): byte 4 bit 0
// prevent, bit 1 persistent.
func (d *Drive) preventAllow(c *call) sense {
	on := c.cdb[4]&1 != 0
	if c.cdb[4]&2 != 0 {
		d.persistent = on
		return senseGood
	}
	if on && d.persistent {
		return sensePersistent
	}
	d.prevent = on
	return senseGood
}

// startStop is START STOP UNIT (MMC-6 6.42): byte 4 bit 0 start, bit 1 load/eject.
func (d *Drive) startStop(c *call) sense {
	if c.cdb[4]&0xF0 != 0 {
		return senseGood // a power condition: the disc stops turning, nothing else
	}
	immed := c.cdb[1]&1 != 0
	switch c.cdb[4] & 3 {
	case 2:
		return d.ejectCommand(immed)
	case 3:
		if d.open && d.p.NoLoad {
			return atCDB(4, 1)
		}
		if d.open {
			d.closeTray()
		}
	}
	if c.cdb[4]&3 == 1 && (d.open || d.disc == nil) {
		return d.notReady()
	}
	if c.cdb[4]&1 == 0 || d.disc == nil {
		return senseGood
	}
	if wait := d.readyAt.Sub(d.clk.now()); !immed && !d.loaded && wait > 0 {
		if !d.pass(wait) {
			return d.notReady()
		}
		d.settle()
	}
	return senseGood
}

// ejectCommand opens the tray for a host. What is in the buffer goes to the disc
// first, and the track ends there.
func (d *Drive) ejectCommand(immed bool) sense {
	if d.prevent || d.persistent {
		return senseLocked
	}
	if d.open {
		return senseGood
	}
	if s := d.endWriting(); s.bad() {
		return s
	}
	d.openTray()
	if !immed {
		d.pass(trayTime)
	}
	return senseGood
}

// mechanismStatus is MECHANISM STATUS (MMC-6 6.11): a plain tray has no slots.
func (d *Drive) mechanismStatus(c *call) sense {
	var b [8]byte
	if d.open {
		b[1] |= 0x10
	}
	return c.reply(b[:], be16(c.cdb[8:]))
}

// getEvent is GET EVENT STATUS NOTIFICATION (MMC-6 6.6). Polling only; classes 1
// operational change, 2 power management, 4 media, 6 device busy.
func (d *Drive) getEvent(c *call) sense {
	if c.cdb[1]&1 == 0 {
		return atCDB(1, 0)
	}
	const supported = 1<<1 | 1<<2 | 1<<4 | 1<<6
	asked, alloc := c.cdb[4]&supported, be16(c.cdb[7:])
	b := [8]byte{0, 6, 0, supported}
	switch {
	case asked&(1<<4) != 0 && (len(d.events) > 0 || asked == 1<<4):
		b[2], b[5] = 4, d.mediaStatus()
		if len(d.events) > 0 && alloc >= 5 {
			b[4], d.events = d.events[0], d.events[1:]
		}
	case asked&(1<<6) != 0 && (d.busy.running() || asked == 1<<6):
		b[2] = 6
		if d.busy.running() {
			left := d.busy.end.Sub(d.clk.now()) / (100 * time.Millisecond)
			left = min(left, 0xFFFF)
			b[4], b[5], b[6], b[7] = 1, 1, byte(left>>8), byte(left)
		}
	case asked&(1<<1) != 0:
		b[2] = 1
	case asked&(1<<2) != 0:
		b[2], b[5] = 2, 1 // active
	case asked&(1<<4) != 0:
		b[2], b[5] = 4, d.mediaStatus()
	default:
		b[1], b[2] = 2, 0x80 // no event available
		return c.reply(b[:4], alloc)
	}
	return c.reply(b[:], alloc)
}

// mediaStatus: bit 0 tray open, bit 1 medium present.
func (d *Drive) mediaStatus() byte {
	switch {
	case d.open:
		return 1
	case d.disc != nil:
		return 2
	}
	return 0
}
