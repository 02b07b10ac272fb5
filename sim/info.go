package sim

import "github.com/redbook-audio/redbook/toc"

// state is what is on the disc as far as commands that write are concerned:
// while a test write runs, what would be on it.
func (d *Drive) state() *discState {
	if d.scratch != nil {
		return d.scratch
	}
	return &d.disc.st
}

// shown is the disc as the tables of contents show it.
func (d *Drive) shown() *discState {
	if d.p.StaleTOC && d.seen != nil {
		return d.seen
	}
	return &d.disc.st
}

// readDiscInformation is READ DISC INFORMATION (MMC-6 6.21), data type 000b.
func (d *Drive) readDiscInformation(c *call) sense {
	if c.cdb[1]&7 != 0 {
		return atCDB(1, 2)
	}
	st := d.state()
	if d.p.StaleInfo && d.seen != nil {
		st = d.seen
	}
	b := make([]byte, 34)
	put16(b, 32)
	b[2] = discStatus(st)
	b[3] = 1
	sessions, first, last := lastSession(st)
	b[4], b[9] = byte(sessions), byte(sessions>>8)
	b[5], b[10] = byte(first), byte(first>>8)
	b[6], b[11] = byte(last), byte(last>>8)
	if st.Media.URU {
		b[7] = 0x20
	}
	if len(st.Sessions) == 0 {
		b[8] = 0xFF // there is no lead-in to tell the disc type
	}
	if st.appendable() {
		putMSF(b[17:], st.leadIn().MSF())
		putMSF(b[21:], st.Media.LeadOut)
	} else {
		for i := 16; i < 24; i++ {
			b[i] = 0xFF
		}
	}
	return c.reply(b, be16(c.cdb[7:]))
}

// discStatus is byte 2: erasable, state of the last session, disc status.
func discStatus(st *discState) byte {
	var b byte
	switch {
	case st.blank():
		b = 0x00
	case !st.appendable():
		b = 0x0E
	case st.openTracks() > 0:
		b = 0x05
	default:
		b = 0x01
	}
	if st.Media.Erasable {
		b |= 0x10
	}
	return b
}

// lastSession counts the sessions, the empty appendable one included, and gives
// first and last track of the last one, the invisible track included.
func lastSession(st *discState) (sessions, first, last int) {
	if !st.appendable() {
		x := &st.Sessions[len(st.Sessions)-1]
		return len(st.Sessions), x.First, x.Last
	}
	last = len(st.Tracks)
	if st.open() == nil && last < toc.MaxTracks {
		last++ // the invisible track
	}
	return st.session(), min(len(st.Tracks)-st.openTracks()+1, last), last
}

func putMSF(b []byte, m toc.MSF) { b[0], b[1], b[2] = m.M, m.S, m.F }

// trackInfo is what READ TRACK INFORMATION has to say about a track.
type trackInfo struct {
	number, session int
	control         toc.Control
	flags           byte // byte 5 bits 5-4: damage, copy
	kind            byte // byte 6: RT, blank, packet, FP, data mode
	start, nwa      toc.LBA
	nwaValid        bool
	free, size      toc.Sectors
}

// The bits of byte 6, and the data mode of audio.
const (
	trackRT    = 0x80
	trackBlank = 0x40
	modeAudio  = 0x0F
)

// readTrackInformation is READ TRACK INFORMATION (MMC-6 6.26).
func (d *Drive) readTrackInformation(c *call) sense {
	if c.cdb[1]&4 != 0 {
		return atCDB(1, 2)
	}
	info, ok := d.findTrack(c.cdb[1]&3, be32(c.cdb[2:]))
	if !ok {
		return atCDB(2, -1)
	}
	length := 36
	if d.p.ShortTrackInfo > 0 {
		length = min(d.p.ShortTrackInfo, 48)
	}
	b := make([]byte, 48)
	put16(b, length-2)
	b[2], b[3] = byte(info.number), byte(info.session)
	b[5], b[6] = info.flags|byte(info.control), info.kind
	put32(b[8:], info.start)
	if info.nwaValid {
		b[7] = 1
		put32(b[12:], info.nwa)
	}
	put32(b[16:], info.free)
	put32(b[24:], info.size)
	return c.reply(b[:length], be16(c.cdb[7:]))
}

// findTrack looks a track up by LBA (0), number (1) or session (2).
func (d *Drive) findTrack(kind byte, number uint32) (trackInfo, bool) {
	st := d.state()
	switch kind {
	case 0:
		lba := toc.LBA(int32(number))
		if t := st.trackAt(lba); t != nil {
			return d.infoOf(t), true
		}
		info, ok := d.invisible()
		return info, ok && lba >= info.start-toc.PregapSectors && lba < info.start+toc.LBA(info.size)
	case 1:
		if number == 0xFF {
			return d.incomplete()
		}
		if number > 0 && number <= toc.MaxTracks {
			if t := st.track(int(number)); t != nil {
				return d.infoOf(t), true
			}
		}
		info, ok := d.invisible()
		return info, ok && int(number) == info.number
	case 2:
		for i := range st.Tracks {
			if st.Tracks[i].Session == int(number) {
				return d.infoOf(&st.Tracks[i]), true
			}
		}
		info, ok := d.invisible()
		return info, ok && int(number) == info.session
	}
	return trackInfo{}, false
}

// incomplete is what track number FFh stands for: the track being written, a
// reservation that isn't filled, or else the invisible track.
func (d *Drive) incomplete() (trackInfo, bool) {
	if t := d.incompleteTrack(); t != nil {
		return d.infoOf(t), true
	}
	return d.invisible()
}

func (d *Drive) incompleteTrack() *Track {
	st := d.state()
	if t := st.open(); t != nil {
		return t
	}
	if d.p.ReserveBehind {
		return nil
	}
	return st.unfinished()
}

// infoOf describes a track that is on the disc.
func (d *Drive) infoOf(t *Track) trackInfo {
	info := trackInfo{
		number: t.Number, session: t.Session, control: t.Control, kind: modeAudio,
		start: t.Start, nwa: t.next(), nwaValid: t.State != TrackComplete && !t.Damaged, size: t.Size,
	}
	if t.Damaged && !d.p.NoDamageBit {
		info.flags |= 0x20
	}
	if t.Copy && !d.p.NoDamageBit {
		info.flags |= 0x10
	}
	switch t.State {
	case TrackComplete:
		if d.p.RTFinished {
			info.kind |= trackRT
		}
		if d.p.SizeWithRunOut {
			info.size += t.RunOut
		}
	case TrackReserved:
		info.kind |= trackRT
		if t.Recorded == 0 {
			info.kind |= trackBlank
		}
		info.free = t.Size - t.Recorded
	case TrackOpen:
		info.free = max(0, toc.Sectors(d.limit()-t.next()))
		info.size = t.Recorded + info.free
	}
	if d.p.StartWithPregap {
		info.start -= toc.LBA(t.Pregap)
		info.size += t.Pregap
	}
	return info
}

// invisible describes the track that the next WRITE would begin; there is none on
// a closed disc, behind an open track, or when all 99 numbers are used.
func (d *Drive) invisible() (trackInfo, bool) {
	st := d.state()
	if !st.appendable() || st.open() != nil || len(st.Tracks) >= toc.MaxTracks {
		return trackInfo{}, false
	}
	start := d.nextStart()
	free := max(0, toc.Sectors(d.limit()-start))
	w := d.parameters()
	info := trackInfo{
		number: len(st.Tracks) + 1, session: st.session(), control: w.control(), kind: modeAudio | trackBlank,
		start: start, nwa: d.method().nwa(d), nwaValid: free > 0, free: free, size: free,
	}
	if !w.control().Audio() {
		info.kind = 1 | trackBlank
	}
	return info, true
}
