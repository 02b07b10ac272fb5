package sim

import "github.com/redbook-audio/redbook/toc"

// readTOC is READ TOC/PMA/ATIP (MMC-6 6.25). The format is in byte 2; hosts of
// SFF-8020 drives put it into the top bits of byte 9.
func (o *reader) readTOC(c *call) sense {
	format, msf := c.cdb[2]&0x0F, c.cdb[1]&2 != 0
	if format == 0 {
		format = c.cdb[9] >> 6
	}
	st := o.shown()
	groove := format == 3 || format == 4
	if groove && st.Media.Pressed || !groove && len(st.Sessions) == 0 {
		return atCDB(2, 3) // no groove, and no lead-in to read
	}
	var b []byte
	switch format {
	case 0:
		var ok bool
		if b, ok = formattedTOC(st, msf, int(c.cdb[6])); !ok {
			return atCDB(6, -1)
		}
		if o.p.LastTrack == lastInTOC && b[3] > 1 {
			b[3]--
		}
	case 1:
		x := &st.Sessions[len(st.Sessions)-1]
		b = append(make([]byte, 4, 12), tocEntry(st.track(x.First), msf)...)
		b[2], b[3] = 1, byte(len(st.Sessions))
	case 2:
		if int(c.cdb[6]) > len(st.Sessions) {
			return atCDB(6, -1)
		}
		b = fullTOC(st, int(c.cdb[6]))
	case 3:
		b = pma(st)
	case 4:
		b = atip(&st.Media, &o.p.ATIPInvalid)
	case 5:
		if o.p.NoCDText {
			return atCDB(2, 3)
		}
		b = append(make([]byte, 4, 256), o.cdText()...)
	default:
		return atCDB(2, 3)
	}
	put16(b, len(b)-2)
	return c.reply(b, be16(c.cdb[7:]))
}

// formattedTOC is format 0000b: the tracks of all closed sessions from a number
// on, and the lead-out of the last. (MMC-6 table 470)
func formattedTOC(st *discState, msf bool, from int) ([]byte, bool) {
	x := &st.Sessions[len(st.Sessions)-1]
	if from > x.Last && from != leadOutTrack {
		return nil, false
	}
	b := make([]byte, 4, 4+8*(x.Last+1))
	b[2], b[3] = 1, byte(x.Last)
	for n := max(from, 1); n <= x.Last; n++ {
		b = append(b, tocEntry(st.track(n), msf)...)
	}
	leadOut := Track{Number: leadOutTrack, Control: st.track(x.Last).Control, Start: x.LeadOut}
	return append(b, tocEntry(&leadOut, msf)...), true
}

// tocEntry is one descriptor of formats 0000b and 0001b.
func tocEntry(t *Track, msf bool) []byte {
	e := []byte{0, 0x10 | byte(t.Control), byte(t.Number), 0, 0, 0, 0, 0}
	if msf {
		putMSF(e[5:], t.Start.MSF())
	} else {
		put32(e[4:], t.Start)
	}
	return e
}

// fullTOC is format 0010b: the lead-ins as they are, from a session on (MMC-6
// table 473). The session's multi-session field decides about points B0 and C0.
func fullTOC(st *discState, from int) []byte {
	b := make([]byte, 4, 4+11*(len(st.Tracks)+5))
	b[2], b[3] = 1, byte(len(st.Sessions))
	for i := range st.Sessions {
		x := &st.Sessions[i]
		if x.Number < from {
			continue
		}
		first, last := st.track(x.First), st.track(x.Last)
		add := func(control toc.Control, point byte, p toc.MSF) {
			b = append(b, byte(x.Number), 0x10|byte(control), 0, point, 0, 0, 0, 0, p.M, p.S, p.F)
		}
		add(first.Control, 0xA0, toc.MSF{M: byte(x.First)})
		add(last.Control, 0xA1, toc.MSF{M: byte(x.Last)})
		add(last.Control, 0xA2, x.LeadOut.MSF())
		for n := x.First; n <= x.Last; n++ {
			t := st.track(n)
			add(t.Control, byte(n), t.Start.MSF())
		}
		if x.MultiSession != 0 {
			b = append(b, multiSessionPoints(st, x)...)
		}
	}
	return b
}

// multiSessionPoints are B0, with the next session's pregap (a Taiyo Yuden disc: lead-out
// + 11250), and in the first session C0, which repeats the ATIP.
func multiSessionPoints(st *discState, x *Session) []byte {
	next := toc.MSF{M: 0xFF, S: 0xFF, F: 0xFF}
	if x.MultiSession == 3 {
		next = (x.LeadOut + toc.LBA(leadOutLength(x.Number)) + nextLeadInSectors).MSF()
	}
	pointers := byte(1)
	if x.Number == 1 {
		pointers = 2
	}
	m := &st.Media
	b := []byte{
		byte(x.Number), 0x50, 0, 0xB0, next.M, next.S, next.F, pointers,
		m.LeadOut.M, m.LeadOut.S, m.LeadOut.F,
	}
	if x.Number == 1 {
		s := m.special()
		b = append(b, 1, 0x50, 0, 0xC0, s[0], s[1], s[2], 0, m.LeadIn.M, m.LeadIn.S, m.LeadIn.F)
	}
	return b
}

// pma is format 0011b: an item for each reserved or complete track of track-at-once, with its stop
// time (run-out included) before its start time.
func pma(st *discState) []byte {
	b := make([]byte, 4, 4+11*len(st.Tracks))
	for i := range st.Tracks {
		t := &st.Tracks[i]
		if t.State == trackOpen || t.AtOnce {
			continue
		}
		stop, start := t.End().MSF(), t.Start.MSF()
		b = append(b, 0, 0x10|byte(t.Control), 0, byte(t.Number),
			stop.M, stop.S, stop.F, 0, start.M, start.S, start.F)
	}
	return b
}

// atip is format 0100b, 28 bytes. Drives differ in the contents of fields that aren't
// valid. Real hosts ask for it with the MSF bit and without.
func atip(m *Media, invalid *[3][3]byte) []byte {
	b := make([]byte, 28)
	s := m.special()
	copy(b[4:], s[:])
	putMSF(b[8:], m.LeadIn)
	putMSF(b[12:], m.LeadOut)
	for i, a := range [...][3]byte{m.A1, m.A2, m.A3} {
		if a == [3]byte{} {
			a = invalid[i]
		}
		copy(b[16+4*i:], a[:])
	}
	return b
}

// cdText is the reply to format 0101b: the packs of the first session that has any.
func (o *reader) cdText() []byte {
	st := o.shown()
	if o.p.StaleText && o.seen != nil {
		st = o.seen
	}
	for i := range st.Sessions {
		text := st.Sessions[i].Text
		if n := len(text); n > 0 && o.p.LastCRCZero {
			text = append([]byte(nil), text...)
			clear(text[n-2:])
		}
		if len(text) > 0 {
			return text
		}
	}
	return nil
}

// readCapacity is READ CAPACITY (MMC-6 6.19): the last block before the lead-out
// of the last closed session, run-out included; 0 where none is closed (Pioneer R8).
func (o *reader) readCapacity(c *call) sense {
	var b [8]byte
	st := o.shown()
	if n := len(st.Sessions); n > 0 {
		put32(b[:], int32(st.Sessions[n-1].LeadOut)-1)
	}
	put32(b[4:], int32(2048))
	return c.reply(b[:], len(b))
}
