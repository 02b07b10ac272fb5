package sim

import "time"

// getEvent is GET EVENT STATUS NOTIFICATION (MMC-6 6.6). Polling only; classes 1
// operational change, 2 power management, 4 media, 6 device busy.
func (u *unit) getEvent(c *call) sense {
	if c.cdb[1]&1 == 0 {
		return atCDB(1, 0)
	}
	const supported = 1<<1 | 1<<2 | 1<<4 | 1<<6
	asked, alloc := c.cdb[4]&supported, be16(c.cdb[7:])
	b := [8]byte{0, 6, 0, supported}
	switch {
	case asked&(1<<4) != 0 && (len(u.tray.events) > 0 || asked == 1<<4):
		b[2], b[5] = 4, u.tray.mediaStatus()
		if len(u.tray.events) > 0 && alloc >= 5 {
			b[4], u.tray.events = u.tray.events[0], u.tray.events[1:]
		}
	case asked&(1<<6) != 0 && (u.status.busy.running() || asked == 1<<6):
		b[2] = 6
		if u.status.busy.running() {
			left := u.status.busy.end.Sub(u.clk.now()) / (100 * time.Millisecond)
			left = min(left, 0xFFFF)
			b[4], b[5], b[6], b[7] = 1, 1, byte(left>>8), byte(left)
		}
	case asked&(1<<1) != 0:
		b[2] = 1
	case asked&(1<<2) != 0:
		b[2], b[5] = 2, 1 // active
	case asked&(1<<4) != 0:
		b[2], b[5] = 4, u.tray.mediaStatus()
	default:
		b[1], b[2] = 2, 0x80 // no event available
		return c.reply(b[:4], alloc)
	}
	return c.reply(b[:], alloc)
}
