package sim

import "github.com/redbook-audio/redbook/toc"

// informer reports what is on the disc and where the next track would start.
type informer struct {
	*core
	modes    *modes
	recorder *recorder
}

// readDiscInformation is READ DISC INFORMATION (MMC-6 6.21), data type 000b.
func (n *informer) readDiscInformation(c *call) sense {
	if c.cdb[1]&7 != 0 {
		return atCDB(1, 2)
	}
	st := n.state()
	if n.p.StaleInfo && n.seen != nil {
		st = n.seen
	}
	b := make([]byte, 34)
	put16(b, 32)
	b[2] = discStatus(st)
	b[3] = 1
	sessions, first, last := lastSession(st)
	if n.p.LastTrack == lastInInfo && last > first {
		last--
	}
	b[4], b[9] = byte(sessions), byte(sessions>>8)
	b[5], b[10] = byte(first), byte(first>>8)
	b[6], b[11] = byte(last), byte(last>>8)
	if st.Media.URU {
		b[7] = 0x20
	}
	if len(st.Sessions) == 0 {
		b[8] = 0xFF // no lead-in to show the disc type
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
	case st.Lost:
		b = 0x05 // chosen here: no source describes the reply for such a disc
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
	if !st.appendable() && !st.Lost {
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

// trackInfo is what READ TRACK INFORMATION reports of a track.
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
func (n *informer) readTrackInformation(c *call) sense {
	if c.cdb[1]&4 != 0 {
		return atCDB(1, 2)
	}
	info, ok := n.findTrack(c.cdb[1]&3, be32(c.cdb[2:]))
	if !ok {
		return atCDB(2, -1)
	}
	length := 36
	if n.p.ShortTrackInfo > 0 {
		length = min(n.p.ShortTrackInfo, 48)
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

// findTrack finds a track by LBA (0), number (1) or session (2).
func (n *informer) findTrack(kind byte, number uint32) (trackInfo, bool) {
	st := n.state()
	switch kind {
	case 0:
		lba := toc.LBA(int32(number))
		if t := st.trackAt(lba); t != nil {
			return n.infoOf(t), true
		}
		info, ok := n.invisible()
		return info, ok && lba >= info.start-toc.PregapSectors && lba < info.start+toc.LBA(info.size)
	case 1:
		if number == 0xFF && n.p.SheetSilences && n.recorder.sao.phase != saoNone {
			return trackInfo{}, false
		}
		if number == 0xFF {
			return n.incomplete()
		}
		if number > 0 && number <= toc.MaxTracks {
			if t := st.track(int(number)); t != nil {
				return n.infoOf(t), true
			}
		}
		info, ok := n.invisible()
		return info, ok && int(number) == info.number
	case 2:
		for i := range st.Tracks {
			if st.Tracks[i].Session == int(number) {
				return n.infoOf(&st.Tracks[i]), true
			}
		}
		info, ok := n.invisible()
		return info, ok && int(number) == info.session
	}
	return trackInfo{}, false
}

// incomplete returns the track that number FFh refers to: the track being written, an
// unfilled reservation, or else the invisible track.
func (n *informer) incomplete() (trackInfo, bool) {
	if t := n.incompleteTrack(); t != nil {
		return n.infoOf(t), true
	}
	return n.invisible()
}

func (n *informer) incompleteTrack() *Track {
	st := n.state()
	if t := st.open(); t != nil {
		return t
	}
	if n.p.ReserveBehind {
		return nil
	}
	return st.unfinished()
}

// infoOf describes a track that is on the disc.
func (n *informer) infoOf(t *Track) trackInfo {
	info := trackInfo{
		number: t.Number, session: t.Session, control: t.Control, kind: modeAudio,
		start: t.Start, nwa: t.next(), nwaValid: t.State != trackComplete && !t.Damaged, size: t.Size,
	}
	if t.Damaged && !n.p.NoDamageBit {
		info.flags |= 0x20
	}
	if t.Copy && !n.p.NoDamageBit {
		info.flags |= 0x10
	}
	switch t.State {
	case trackComplete:
		if n.p.RTFinished {
			info.kind |= trackRT
		}
		if n.p.SizeWithRunOut {
			info.size += t.RunOut
		}
	case trackReserved:
		info.kind |= trackRT
		if t.Recorded == 0 {
			info.kind |= trackBlank
		}
		info.free = t.Size - t.Recorded
	case trackOpen:
		info.free = max(0, toc.Sectors(n.recorder.limit()-t.next()))
		info.size = t.Recorded + info.free
	}
	info.size = n.recorder.ending.shows(t, info.size, n.clk.now())
	if n.p.StartWithPregap {
		info.start -= toc.LBA(t.Pregap)
		info.size += t.Pregap
	}
	return info
}

// invisible describes the track that the next WRITE would begin; there is none on a
// closed disc, after an open track, or when all 99 numbers are used.
func (n *informer) invisible() (trackInfo, bool) {
	st := n.state()
	if n.recorder.inSession() {
		return n.recorder.sao.info(), true
	}
	if !st.appendable() || st.open() != nil || len(st.Tracks) >= toc.MaxTracks {
		return trackInfo{}, false
	}
	start := n.recorder.nextStart()
	free := max(0, toc.Sectors(n.recorder.limit()-start))
	w := n.modes.parameters()
	info := trackInfo{
		number: len(st.Tracks) + 1, session: st.session(), control: w.control(), kind: modeAudio | trackBlank,
		start: start, nwa: n.recorder.method().nwa(), nwaValid: free > 0, free: free, size: free,
	}
	if !w.control().Audio() {
		info.kind = 1 | trackBlank
	}
	switch n.p.FreeBlocks {
	case freeZero:
		info.free = 0
	case freeHuge:
		info.free = 0x7FFFFFFF
	}
	return info, true
}
