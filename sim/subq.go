package sim

import "github.com/redbook-audio/redbook/toc"

// qFrame is the Q sub-channel of one sector: control and ADR, nine bytes that
// depend on ADR, a CRC. Numbers in it are BCD (IEC 60908 17.5).
type qFrame [12]byte

// qTrack holds the data for the Q sub-channel of a track.
type qTrack struct {
	number  int
	control toc.Control
	start   toc.LBA   // index 1; the sectors before it are the pause (index 0)
	indexes []toc.LBA // index 2 and up
	mcn     toc.MCN
	isrc    toc.ISRC
	// alternate lets the copy bit change every four sectors (9.375 Hz), which
	// marks a copy of protected material (SCMS).
	alternate bool
}

// qEvery is the distance of two sectors that carry the MCN, and of two that carry
// the ISRC: each must be there at least once in 100 successive sectors.
const (
	qEvery    = 98
	qMCNAt    = 25
	qISRCAt   = 74
	qPosition = 1 // ADR values
	qMCN      = 2
	qISRC     = 3
)

// frame composes the Q of a sector of the track, pause included, and reports whether P is
// set there.
func (t qTrack) frame(lba toc.LBA) (q qFrame, p bool) {
	pause := lba < t.start
	q[0] = t.controlAt(lba) << 4
	slot := (int(lba)%qEvery + qEvery) % qEvery
	switch {
	case t.mcn != "" && slot == qMCNAt:
		q.mcn(t.mcn, lba)
	case t.isrc != "" && slot == qISRCAt && !pause:
		q.isrc(t.isrc, lba)
	default:
		index, relative := 1, lba-t.start
		if pause {
			// In the pause the time decreases, to zero at its end.
			index, relative = 0, t.start-1-lba
		}
		for _, at := range t.indexes {
			if lba >= at {
				index++
			}
		}
		q.position(bcd(t.number), bcd(index), relative, lba)
	}
	q.seal()
	return q, pause
}

func (t qTrack) controlAt(lba toc.LBA) byte {
	control := t.control
	if t.alternate && (int(lba)>>2)&1 != 0 {
		control ^= toc.CopyPermitted
	}
	return byte(control)
}

// position fills in ADR 1: track, index, time in the track and on the disc.
func (q *qFrame) position(tno, index byte, relative, absolute toc.LBA) {
	q[0] |= qPosition
	q[1], q[2] = tno, index
	q.time(3, relative)
	q.time(7, absolute+toc.PregapSectors)
}

// time encodes a count of sectors as minutes, seconds and frames.
func (q *qFrame) time(at int, sectors toc.LBA) {
	n := int(sectors)
	q[at], q[at+1], q[at+2] = bcd(n/(60*75)%100), bcd(n/75%60), bcd(n%75)
}

// mcn fills in ADR 2: thirteen digits, two a byte, and the frame.
func (q *qFrame) mcn(code toc.MCN, lba toc.LBA) {
	q[0] |= qMCN
	for i := range min(len(code), 13) {
		digit := code[i] & 0x0F
		if i%2 == 0 {
			digit <<= 4
		}
		q[1+i/2] |= digit
	}
	q[9] = bcd((int(lba) + toc.PregapSectors) % 75)
}

// isrc fills in ADR 3: five characters of six bits, two zero bits, seven digits
// of four bits, four zero bits, and the frame.
func (q *qFrame) isrc(code toc.ISRC, lba toc.LBA) {
	q[0] |= qISRC
	var bits uint64
	for i := range min(len(code), 12) {
		c := code[i]
		switch {
		case i >= 5:
			bits = bits<<4 | uint64(c&0x0F)
		case c >= 'A':
			bits = bits<<6 | uint64(c-'A'+0x11)
		default:
			bits = bits<<6 | uint64(c&0x0F)
		}
		if i == 4 {
			bits <<= 2
		}
	}
	bits <<= 4
	for i := range 8 {
		q[1+i] = byte(bits >> (56 - 8*i))
	}
	q[9] = bcd((int(lba) + toc.PregapSectors) % 75)
}

// seal computes the CRC, which is on the disc inverted.
func (q *qFrame) seal() {
	crc := ^crc16(q[:10])
	q[10], q[11] = byte(crc>>8), byte(crc)
}

// formatted returns the 16 bytes that READ CD returns for sub-channel 2: Q, three
// zeros and P in the highest bit of the last (MMC-6 table 463).
func (q qFrame) formatted(p bool) (out [16]byte) {
	copy(out[:], q[:])
	if p {
		out[15] = 0x80
	}
	return out
}

// binary converts the numbers as some drives do: every byte, regardless of its meaning.
func (q *qFrame) binary() {
	for i := 1; i <= 9; i++ {
		q[i] = q[i]>>4*10 + q[i]&0x0F
	}
}

// raw returns the 96 bytes of sub-channel 1: one byte for each bit of P to W, with
// P in bit 7 and Q in bit 6; R to W are empty.
func (q qFrame) raw(p bool) (out [96]byte) {
	for i := range out {
		out[i] = q[i/8] << (i % 8) & 0x80 >> 1
		if p {
			out[i] |= 0x80
		}
	}
	return out
}

// bcd returns a number of two digits in BCD.
func bcd(n int) byte { return byte(n/10<<4 | n%10) }

// crc16 is the CRC of the Q sub-channel: x^16+x^12+x^5+1, from zero.
func crc16(b []byte) uint16 {
	var crc uint16
	for _, c := range b {
		crc ^= uint16(c) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}
