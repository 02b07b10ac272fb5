package sim

import (
	"math"
	"slices"
	"time"

	"github.com/redbook-audio/redbook/toc"
)

// readKBps is the speed at which the drive reads: 40x.
const readKBps = 7056

// spindle turns the disc: the speeds for writing, and the selected one.
type spindle struct {
	*core
	readKBps uint16
	speed    Speed // selected write speed
	asked    int   // kB/s requested by the host; 0 is the fastest
	turn     turn
}

// turn is how a host asked the disc to turn (rotational control, MMC-6 6.37).
type turn uint8

const (
	turnDefault turn = iota // not requested: as in the list of speeds
	turnOther               // 00b: constant linear velocity, or anything but pure CAV
	turnCAV                 // 01b: pure CAV
)

// speeds are the write speeds for the medium in the drive, fastest first; without
// one those for CD-R.
func (s *spindle) speeds() []Speed {
	r, rw := s.p.SpeedsR, s.p.SpeedsRW
	if len(r) == 0 {
		r = speedsR48
	}
	if len(rw) == 0 {
		rw = speedsRW
	}
	if !s.ready() {
		return r
	}
	media := &s.disc.st.Media
	all := r
	if media.Erasable {
		all = rw
	}
	for i, v := range all {
		if media.MaxSpeed == 0 || v.x() <= float64(media.MaxSpeed) {
			return all[i:]
		}
	}
	return all[len(all)-1:]
}

// reset follows a change of medium and a reset.
func (s *spindle) reset() {
	s.readKBps, s.asked, s.turn = readKBps, 0, turnDefault
	s.choose()
}

// choose selects the fastest speed that is not above the requested one, or the slowest. A
// drive that computes with 176.4 selects the next lower one for a request of n times 176
// (Pioneer R11 manual: 2816 is not yet 16x).
func (s *spindle) choose() {
	speeds := s.speeds()
	s.speed = speeds[len(speeds)-1]
	for _, v := range speeds {
		threshold := int(v.x() * 176)
		if s.p.StrictSpeed {
			threshold = min(v.KBps, int(math.Ceil(v.x()*176.4))-1)
		}
		if s.asked == 0 || s.asked >= threshold {
			s.speed = v
			break
		}
	}
	s.rotate(speeds)
}

// rotate turns the disc as the host asked: pure CAV if the drive has it for this medium,
// and CAV up to the speed if pure CAV isn't wanted. Page 2Ah reports it.
func (s *spindle) rotate(speeds []Speed) {
	switch {
	case s.turn == turnOther && s.speed.Mode == cav:
		s.speed.Mode = pcav
	case s.turn == turnCAV && slices.ContainsFunc(speeds, func(v Speed) bool { return v.Mode == cav }):
		s.speed.Mode = cav
	}
}

// setCDSpeed is SET CD SPEED (MMC-6 6.37): rounded, never an error. It takes effect with
// the next track.
func (s *spindle) setCDSpeed(c *call) sense {
	if c.cdb[1]&3 > 1 {
		return atCDB(1, 1)
	}
	if s.p.NoSetSpeed {
		return atCDB(4, -1)
	}
	if read := be16(c.cdb[2:]); read > 0 {
		s.readKBps = uint16(min(max(read, 706), readKBps))
	}
	s.asked, s.turn = max(1, be16(c.cdb[4:])), turnOther+turn(c.cdb[1]&3)
	s.choose()
	return senseGood
}

// setStreaming is SET STREAMING (MMC-6 6.38) with a performance descriptor: byte 0 bits
// 4-3 rotation, bit 2 restore defaults, bit 1 exact; 4-7 and 8-11 first and last LBA; 12-15
// kilobytes to read in the milliseconds of 16-19, and 20-27 the same for writing. A
// PLEXTOR PX-716A selects its maximum for a request of zero.
func (s *spindle) setStreaming(c *call) sense {
	const length = 28
	n := be16(c.cdb[9:])
	switch {
	case c.cdb[8] != 0:
		return atCDB(8, -1)
	case n == 0:
		return senseGood
	case n != length:
		return senseListLength
	case len(c.req.Data) < length:
		return senseDataPhase
	}
	row := c.req.Data[:length]
	kind := row[0] >> 3 & 3
	read, readable := perSecond(row[12:])
	write, writable := perSecond(row[20:])
	switch {
	case kind > 1:
		return atParameter(0)
	case be32(row[4:]) > be32(row[8:]):
		return atParameter(4)
	case !readable:
		return atParameter(16)
	case !writable:
		return atParameter(24)
	case row[0]&2 != 0 && !slices.ContainsFunc(s.speeds(), func(v Speed) bool { return v.KBps == write }):
		return atParameter(20) // the exact speed is not available
	}
	c.n = length
	if row[0]&4 != 0 {
		s.reset()
		return senseGood
	}
	if read > 0 {
		s.readKBps = uint16(min(max(read, 706), readKBps))
	}
	s.asked, s.turn = write, turnOther+turn(kind)
	s.choose()
	return senseGood
}

// perSecond converts kilobytes per milliseconds to a rate; zero milliseconds is zero.
func perSecond(b []byte) (kBps int, ok bool) {
	kilobytes, ms := uint64(be32(b)), uint64(be32(b[4:]))
	if ms == 0 {
		return 0, kilobytes == 0
	}
	return int(min(kilobytes*1000/ms, 1<<20)), true
}

// getPerformance is GET PERFORMANCE (MMC-6 6.8), types 00h performance and 03h
// write speed.
func (s *spindle) getPerformance(c *call) sense {
	if s.p.PerformanceLUN {
		return senseLUN
	}
	if s, ok := s.refusal(askedPerformance + performanceName(c.cdb[1], c.cdb[10])); ok {
		return s
	}
	wanted := be16(c.cdb[8:])
	if b, ok := s.recordedPerformance(c.cdb[1], c.cdb[10]); ok {
		return c.reply(b, min(len(b), 8+16*wanted))
	}
	var descriptors [][16]byte
	header := [8]byte{}
	switch c.cdb[10] {
	case 0x00:
		header[4] = c.cdb[1] >> 1 & 2 // write
		if c.cdb[1]&3 == 0 {
			descriptors = append(descriptors, s.performance(c.cdb[1]&4 != 0))
		}
	case 0x03:
		if c.cdb[1] != 0 {
			return atCDB(1, -1)
		}
		for _, v := range s.speeds() {
			descriptors = append(descriptors, s.writeSpeedDescriptor(v))
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
func (s *spindle) performance(write bool) (row [16]byte) {
	first, last := readKBps, readKBps
	profile := cavProfile(Speed{KBps: readKBps}.x())
	if write {
		profile = s.speed.profile()
		last = s.speed.KBps
	}
	first = int(profile.x(0) * 176.4)
	put32(row[4:], int32(first))
	put32(row[8:], s.lastLBA())
	put32(row[12:], int32(last))
	return row
}

// writeSpeedDescriptor: byte 0 as drives send it, exact (02h), and 08h for CAV (G20).
func (s *spindle) writeSpeedDescriptor(v Speed) (row [16]byte) {
	row[0] = 0x02
	if v.Mode == cav {
		row[0] |= 0x08
	}
	put32(row[4:], s.lastLBA())
	put32(row[8:], int32(readKBps))
	put32(row[12:], int32(v.KBps))
	return row
}

// span is how long it takes to write so many sectors at the chosen speed.
func (s *spindle) span(from toc.LBA, n toc.Sectors) time.Duration {
	profile := s.speed.profile()
	return profile.span(from, from+toc.LBA(n))
}
