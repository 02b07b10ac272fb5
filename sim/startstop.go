package sim

// startStop is START STOP UNIT (MMC-6 6.42): byte 4 bit 0 start, bit 1 load/eject.
func (u *unit) startStop(c *call) sense {
	if c.cdb[4]&0xF0 != 0 {
		return senseGood // a power condition: the disc stops turning, nothing else
	}
	immed := c.cdb[1]&1 != 0
	switch c.cdb[4] & 3 {
	case 2:
		return u.ejectCommand(immed)
	case 3:
		if u.mechanism == trayOpen && u.p.NoLoad {
			return atCDB(4, 1)
		}
		if u.mechanism == trayOpen {
			u.tray.in()
		}
	}
	if c.cdb[4]&3 == 1 && (u.mechanism == trayOpen || u.disc == nil) {
		return u.notReady()
	}
	if c.cdb[4]&1 == 0 || u.disc == nil {
		return senseGood
	}
	if wait := u.readyAt.Sub(u.clk.now()); !immed && !u.ready() && wait > 0 {
		if !u.pass(wait) {
			return u.notReady()
		}
		u.settle()
	}
	return senseGood
}

// ejectCommand opens the tray for a host. The buffer is flushed first, and the track ends
// there.
func (u *unit) ejectCommand(immed bool) sense {
	if u.tray.locked() {
		return senseLocked
	}
	if u.mechanism == trayOpen {
		return senseGood
	}
	if s := u.writer.endWriting(); s.bad() {
		return s
	}
	u.openTray()
	if !immed {
		u.pass(trayTime)
	}
	return senseGood
}

// openTray opens the tray: a test write leaves nothing, and the speeds are those without
// a disc.
func (u *unit) openTray() {
	u.tray.out()
	u.scratch = nil
	u.recorder.sao.drop()
	u.spindle.reset()
}
