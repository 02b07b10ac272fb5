package sim

// fullPage2A is the length of page 2Ah with room for eight write speeds, used or not
// (Pioneer BDR-203 manual p. 34, HL-DT-ST BU40N: length byte 42h).
const fullPage2A = 68

// capabilities composes page 2Ah (MMC-3 5.5.10), with the length of the personality. The
// capabilities of a DVD writer are those of a TSSTcorp SE-S204N.
func (m *modes) capabilities() []byte {
	speeds := m.spindle.speeds()
	b := make([]byte, 32, fullPage2A)
	copy(b, []byte{0x2A, 0, 0x3F, 0x37, 0x71, 0x7F, 0x29, 0x23})
	if m.p.Features == cdFeatures {
		copy(b, []byte{0x2A, 0, 0x07, 0x07, 0x40, 0x73, 0x29, 0})
	}
	if m.p.NoTestWrite {
		b[3] &^= 0x04
	}
	if !m.p.NoBurnFree {
		b[4] |= 0x80
	}
	if m.tray.locked() {
		b[6] |= 0x02
	}
	put16(b[8:], readKBps)
	put16(b[10:], 256)
	put16(b[12:], m.claimedBuffer())
	put16(b[14:], int(m.spindle.readKBps))
	put16(b[18:], speeds[0].KBps)
	put16(b[20:], m.spindle.speed.KBps)
	put16(b[22:], 1)
	if m.spindle.speed.Mode == cav {
		b[27] = 1
	}
	put16(b[28:], m.spindle.speed.KBps)
	if m.p.PerformanceLUN {
		speeds = nil
	}
	put16(b[30:], len(speeds))
	for _, s := range speeds {
		rotation := byte(0)
		if s.Mode == cav {
			rotation = 1
		}
		b = append(b, 0, rotation, byte(s.KBps>>8), byte(s.KBps))
	}
	if n := fullPage2A - len(b); n > 0 && m.p.Features != cdFeatures {
		b = append(b, make([]byte, n)...)
	}
	if n := m.p.ShortPage2A; n > 0 && n+2 < len(b) {
		b = b[:n+2]
	}
	b[1] = byte(len(b) - 2)
	return b
}

// claimedBuffer is the buffer size that the page reports, in KiB.
func (m *modes) claimedBuffer() int {
	if m.p.BufferKiB > 0 {
		return m.p.BufferKiB
	}
	return m.bufferSize() / 1024
}
