package sim

import "math"

// readKBps is the speed at which the drive reads: 40x.
const readKBps = 7056

func (d *Drive) bufferSize() int {
	if d.p.BufferKiB > 0 {
		return d.p.BufferKiB << 10
	}
	return 2048 << 10
}

// speeds are the write speeds for the medium in the drive, fastest first; without
// one those for CD-R.
func (d *Drive) speeds() []Speed {
	r, rw := d.p.SpeedsR, d.p.SpeedsRW
	if len(r) == 0 {
		r = speedsR48
	}
	if len(rw) == 0 {
		rw = speedsRW
	}
	if d.disc == nil || !d.loaded {
		return r
	}
	media := &d.disc.st.Media
	all := r
	if media.Erasable {
		all = rw
	}
	for i, s := range all {
		if media.MaxSpeed == 0 || s.x() <= float64(media.MaxSpeed) {
			return all[i:]
		}
	}
	return all[len(all)-1:]
}

// resetSpeed is what a change of medium and a reset do.
func (d *Drive) resetSpeed() {
	d.readKBps, d.asked = readKBps, 0
	d.chooseSpeed()
}

// chooseSpeed takes the fastest speed that is not above what was asked for, or
// the slowest there is. A drive that computes with 176.4 falls one step below
// when it is asked for n times 176 (Pioneer R11 manual: 2816 is not yet 16x).
func (d *Drive) chooseSpeed() {
	speeds := d.speeds()
	d.speed = speeds[len(speeds)-1]
	for _, s := range speeds {
		threshold := int(s.x() * 176)
		if d.p.StrictSpeed {
			threshold = min(s.KBps, int(math.Ceil(s.x()*176.4))-1)
		}
		if d.asked == 0 || d.asked >= threshold {
			d.speed = s
			return
		}
	}
}

// setCDSpeed is SET CD SPEED (MMC-6 6.37): rounded, never an error. It counts from
// the next track on.
func (d *Drive) setCDSpeed(c *call) sense {
	if c.cdb[1]&3 > 1 {
		return atCDB(1, 1)
	}
	if d.p.NoSetSpeed {
		return atCDB(4, -1)
	}
	if read := be16(c.cdb[2:]); read > 0 {
		d.readKBps = uint16(min(max(read, 706), readKBps))
	}
	d.asked = max(1, be16(c.cdb[4:]))
	d.chooseSpeed()
	return senseGood
}

// getPerformance is GET PERFORMANCE (MMC-6 6.8), types 00h performance and 03h
// write speed.
func (d *Drive) getPerformance(c *call) sense {
	wanted := be16(c.cdb[8:])
	var descriptors [][16]byte
	header := [8]byte{}
	switch c.cdb[10] {
	case 0x00:
		header[4] = c.cdb[1] >> 1 & 2 // write
		if c.cdb[1]&3 == 0 {
			descriptors = append(descriptors, d.performance(c.cdb[1]&4 != 0))
		}
	case 0x03:
		if c.cdb[1] != 0 {
			return atCDB(1, -1)
		}
		for _, s := range d.speeds() {
			descriptors = append(descriptors, d.writeSpeedDescriptor(s))
		}
	default:
		return atCDB(10, -1)
	}
	b := append(make([]byte, 0, 8+16*len(descriptors)), header[:]...)
	put32(b, int32(4+16*len(descriptors)))
	for _, row := range descriptors[:min(len(descriptors), wanted)] {
		b = append(b, row[:]...)
	}
	return c.reply(b, len(b))
}

// performance is the nominal descriptor: from the first LBA to the last, in kB/s.
func (d *Drive) performance(write bool) (row [16]byte) {
	first, last := readKBps, readKBps
	profile := cavProfile(Speed{KBps: readKBps}.x())
	if write {
		profile = d.speed.profile()
		last = d.speed.KBps
	}
	first = int(profile.x(0) * 176.4)
	put32(row[4:], int32(first))
	put32(row[8:], d.lastLBA())
	put32(row[12:], int32(last))
	return row
}

// writeSpeedDescriptor: byte 0 as drives send it, exact (02h), and 08h for CAV (G20).
func (d *Drive) writeSpeedDescriptor(s Speed) (row [16]byte) {
	row[0] = 0x02
	if s.Mode == CAV {
		row[0] |= 0x08
	}
	put32(row[4:], d.lastLBA())
	put32(row[8:], int32(readKBps))
	put32(row[12:], int32(s.KBps))
	return row
}

// lastLBA is the end of the medium: of what is recorded on a closed disc, of what
// can be on others.
func (d *Drive) lastLBA() int32 {
	if d.disc == nil || !d.loaded {
		return 359848
	}
	st := d.state()
	if n := len(st.Sessions); n > 0 && !st.appendable() {
		return int32(st.Sessions[n-1].LeadOut) - 1
	}
	return int32(st.Media.LastLeadOut()) - 1
}
