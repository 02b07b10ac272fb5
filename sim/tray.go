package sim

import (
	"time"
)

// How long the mechanism takes.
const (
	trayTime   = 2 * time.Second        // open or close
	spinUpTime = 4 * time.Second        // until the disc is recognized
	relinkTime = 300 * time.Millisecond // until the laser continues after an underrun
)

// tray is the loading mechanism, its locks, and what happens to the disc.
type tray struct {
	*core
	prevent    bool   // PREVENT ALLOW MEDIUM REMOVAL
	persistent bool   // the same, persistent
	events     []byte // media events not yet reported (GESN class 4)
}

// Media events (MMC-6 table 320).
const (
	eventEjectRequest = 1
	eventNewMedia     = 2
	eventRemoval      = 3
)

// locked reports whether the tray may not be opened.
func (t *tray) locked() bool { return t.prevent || t.persistent }

// reset unlocks the tray and discards its events.
func (t *tray) reset() { t.prevent, t.persistent, t.events = false, false, nil }

// place puts a disc into the closed tray.
func (t *tray) place(disc *Disc) {
	t.disc, t.mechanism = disc, trayClosed
	t.spinUp(trayTime + spinUpTime)
}

// spinUp begins to read the disc, if there is one.
func (t *tray) spinUp(dur time.Duration) {
	if t.mechanism == trayReady {
		t.mechanism = trayClosed
	}
	t.seen, t.rehearsed = nil, false
	t.readyAt = t.clk.now().Add(dur)
}

// settle reports whether a disc has just become ready.
func (t *tray) settle(now time.Time) bool {
	if t.disc == nil || t.mechanism != trayClosed || now.Before(t.readyAt) {
		return false
	}
	t.mechanism = trayReady
	t.seen = t.disc.st.clone()
	t.happened(eventNewMedia)
	return true
}

// happened queues a media event, unless it is queued already.
func (t *tray) happened(event byte) {
	if n := len(t.events); n == 0 || t.events[n-1] != event {
		t.events = append(t.events, event)
	}
}

// out opens the tray with the disc on it.
func (t *tray) out() {
	t.mechanism, t.seen = trayOpen, nil
	if t.disc != nil {
		t.happened(eventRemoval)
	}
}

// in closes the tray.
func (t *tray) in() {
	t.mechanism = trayClosed
	t.spinUp(trayTime + spinUpTime)
}

// preventAllow is PREVENT ALLOW MEDIUM REMOVAL (MMC-6 6.14): byte 4 bit 0
// prevent, bit 1 persistent.
func (t *tray) preventAllow(c *call) sense {
	on := c.cdb[4]&1 != 0
	if c.cdb[4]&2 != 0 {
		t.persistent = on
		return senseGood
	}
	if on && t.persistent {
		return sensePersistent
	}
	t.prevent = on
	return senseGood
}

// mechanismStatus is MECHANISM STATUS (MMC-6 6.11): a plain tray has no slots.
func (t *tray) mechanismStatus(c *call) sense {
	var b [8]byte
	if t.mechanism == trayOpen {
		b[1] |= 0x10
	}
	return c.reply(b[:], be16(c.cdb[8:]))
}

// mediaStatus: bit 0 tray open, bit 1 medium present.
func (t *tray) mediaStatus() byte {
	switch {
	case t.mechanism == trayOpen:
		return 1
	case t.disc != nil:
		return 2
	}
	return 0
}
