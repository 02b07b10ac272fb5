package sim

import (
	"os"
	"time"

	"github.com/redbook-audio/redbook/toc"
)

// reader returns what is recorded: sectors, sub-channel and tables of contents.
type reader struct {
	*core
	recorder *recorder
	lastISRC int // the track of the previous READ SUB-CHANNEL, with StaleISRC
}

// read10 and read12 read 2048-byte sectors, which an audio track doesn't have.
func (o *reader) read10(c *call) sense {
	return o.readData(toc.LBA(int32(be32(c.cdb[2:]))), be16(c.cdb[7:]))
}

func (o *reader) read12(c *call) sense {
	return o.readData(toc.LBA(int32(be32(c.cdb[2:]))), int(be32(c.cdb[6:])&0x7FFFFFFF))
}

func (o *reader) readData(lba toc.LBA, blocks int) sense {
	if o.recorder.writing() {
		return senseSequence
	}
	if blocks == 0 {
		return senseGood
	}
	if s := o.readable(lba); s.bad() {
		return s
	}
	return senseTrackMode
}

// readable returns why a sector can't be read.
func (o *reader) readable(lba toc.LBA) sense {
	st := &o.disc.st
	kind, ok := st.area(lba)
	if !ok || lba < 0 || kind == areaLeadOut || kind == areaLeadIn {
		return senseRange
	}
	t := st.trackAt(lba)
	if t.State != trackComplete || o.p.OpenUnreadable && t.Session == st.session() {
		return senseRange
	}
	if kind == areaRunOut && o.p.UnreadableRunOut {
		return senseCIRC.at(int32(lba))
	}
	return senseGood
}

// cdRequest holds the parameters of READ CD and READ CD MSF.
type cdRequest struct {
	lba    toc.LBA
	blocks int
	main   bool // the 2352 bytes of audio
	c2     int  // 0 none, 1 294 bytes, 2 296 bytes
	sub    byte // 0 none, 1 raw P-W, 2 Q, 4 R-W
}

// size is how many bytes one block has.
func (r *cdRequest) size() int {
	n := []int{0, 294, 296}[r.c2] + []int{0, 96, 16, 0, 96}[r.sub]
	if r.main {
		n += toc.SectorSize
	}
	return n
}

// readCD is READ CD (MMC-6 6.20).
func (o *reader) readCD(c *call) sense {
	r := cdRequest{lba: toc.LBA(int32(be32(c.cdb[2:]))), blocks: be24(c.cdb[6:])}
	return o.readSectors(c, r)
}

// readCDMSF is READ CD MSF (MMC-6 6.20): from one time to another, the end excluded.
func (o *reader) readCDMSF(c *call) sense {
	first := toc.MSF{M: c.cdb[3], S: c.cdb[4], F: c.cdb[5]}
	end := toc.MSF{M: c.cdb[6], S: c.cdb[7], F: c.cdb[8]}
	switch {
	case !first.Valid():
		return atCDB(3, -1)
	case !end.Valid() || end.LBA() < first.LBA():
		return atCDB(6, -1)
	}
	return o.readSectors(c, cdRequest{lba: first.LBA(), blocks: int(end.LBA() - first.LBA())})
}

// readSectors reads audio with C2 bits and sub-channel. Sectors before an unreadable one
// are still transferred.
func (o *reader) readSectors(c *call, r cdRequest) sense {
	if s := r.fields(c.cdb, o.p.Q); s.bad() {
		return s
	}
	if o.recorder.writing() {
		return senseSequence
	}
	if o.p.HangsBelowZero && r.lba < 0 && r.blocks > 0 {
		o.pass(time.Minute)
		c.lost = os.ErrDeadlineExceeded
		return senseGood
	}
	if expected := c.cdb[1] >> 2 & 7; expected > 1 && r.blocks > 0 {
		if s := o.readable(r.lba); s.bad() {
			return s
		}
		return senseTrackMode
	}
	if len(c.req.Data) < r.blocks*r.size() {
		return senseDataPhase
	}
	answer := senseGood
	for i := range r.blocks {
		if answer = o.readable(r.lba + toc.LBA(i)); answer.bad() {
			r.blocks = i
			break
		}
	}
	if !o.pass(time.Duration(r.blocks) * time.Second / (toc.SectorsPerSecond * 40)) {
		return o.notReady()
	}
	if err := o.fill(c, &r); err != nil {
		return o.broke(err)
	}
	return answer
}

// fields decodes bytes 9 and 10: which parts of each sector are requested. Audio has only
// user data; sync, headers and EDC may be requested with them.
func (r *cdRequest) fields(cdb *[16]byte, ways string) sense {
	r.main = cdb[9]&0x10 != 0
	if !r.main && cdb[9]&0xE8 != 0 {
		return atCDB(9, 4)
	}
	if r.c2 = int(cdb[9] >> 1 & 3); r.c2 == 3 {
		return atCDB(9, 2)
	}
	switch r.sub = cdb[10] & 7; r.sub {
	case 0, 1, 2, 4:
		if !givesQ(ways, r.sub) {
			return atCDB(10, 2)
		}
		return senseGood
	}
	return atCDB(10, 2)
}

// fill composes the blocks: audio, C2 (no errors), sub-channel.
func (o *reader) fill(c *call, r *cdRequest) error {
	out := c.req.Data
	for i := range r.blocks {
		lba := r.lba + toc.LBA(i)
		block := out[:r.size()]
		out = out[len(block):]
		if r.main {
			if err := o.disc.audio(lba, -o.p.ReadOffset, block[:toc.SectorSize]); err != nil {
				return err
			}
			block = block[toc.SectorSize:]
		}
		if r.c2 > 0 || r.sub > 0 {
			clear(block)
			o.subChannel(lba, r.sub, block[len(block)-[]int{0, 96, 16, 0, 96}[r.sub]:])
		}
		c.n += r.size()
	}
	return nil
}

// subChannel composes the sub-channel of one sector.
func (o *reader) subChannel(lba toc.LBA, form byte, b []byte) {
	lba += toc.LBA(o.p.QShift)
	t := o.disc.st.trackAt(lba)
	if t == nil || o.p.Q == qZeros {
		return
	}
	q, p := t.q().frame(lba)
	if n := o.p.QErrors; n > 0 && int(lba)%n == 0 {
		q[1+int(lba)/n%9] ^= 0x14 // the CRC stays unchanged
	}
	switch form {
	case 1:
		raw := q.raw(p)
		copy(b, raw[:])
	case 2:
		if o.p.Q == qBinary {
			q.binary()
		}
		if o.p.Q != "" {
			q[10], q[11] = 0, 0
		}
		formatted := q.formatted(p)
		copy(b, formatted[:])
	}
}

// q returns the contents of the Q sub-channel of the track.
func (t *Track) q() qTrack {
	return qTrack{number: t.Number, control: t.Control, start: t.Start, indexes: t.Indexes, mcn: t.MCN, isrc: t.ISRC, alternate: t.Copy}
}

// readSubChannel is READ SUB-CHANNEL (MMC-3 6.29): 1 current position, 2 media
// catalog number, 3 ISRC of a track.
func (o *reader) readSubChannel(c *call) sense {
	if o.p.NoSubChannel {
		return senseOpcode
	}
	alloc := be16(c.cdb[7:])
	b := make([]byte, 24)
	b[1] = 0x15 // no audio status: the drive doesn't play
	if c.cdb[2]&0x40 == 0 {
		return c.reply(b[:4], alloc)
	}
	st := &o.disc.st
	if len(st.Tracks) == 0 || o.recorder.writing() {
		return senseSequence
	}
	b[4] = c.cdb[3]
	switch c.cdb[3] {
	case 1:
		t := &st.Tracks[0]
		b = b[:16]
		b[5], b[6], b[7] = 0x10|byte(t.Control), 1, 1
		if c.cdb[1]&2 != 0 {
			putMSF(b[9:], t.Start.MSF())
		} else {
			put32(b[8:], t.Start)
		}
	case 2:
		if mcn := st.mcn(); mcn != "" {
			b[8] = 0x80
			copy(b[9:22], mcn)
		}
	case 3:
		t := st.track(int(c.cdb[6]))
		if t == nil {
			return atCDB(6, -1)
		}
		if o.p.StaleISRC {
			if last := st.track(o.lastISRC); last != nil {
				t, o.lastISRC = last, t.Number
			} else {
				o.lastISRC = t.Number
			}
		}
		b[5], b[6] = 0x10|byte(t.Control), byte(t.Number)
		if t.ISRC != "" {
			b[8] = 0x80
			copy(b[9:21], t.ISRC)
		}
	default:
		return atCDB(3, -1)
	}
	put16(b[2:], len(b)-4)
	return c.reply(b, alloc)
}
