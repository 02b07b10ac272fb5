package whole

import "encoding/binary"

// tsPacket is the size of a packet of a transport stream (ISO/IEC 13818-1, 2.4.3.2).
const tsPacket = 188

// tsLayout finds how packets lie in a file that begins with p: alone, after four bytes
// of time (M2TS), or followed by 16 of error correction. ok is false if there are none.
func tsLayout(p []byte) (step, skip int, ok bool) {
	for _, l := range [3][2]int{{tsPacket, 0}, {tsPacket + 4, 4}, {tsPacket + 16, 0}} {
		step, skip = l[0], l[1]
		if len(p) < 2*step+skip+1 {
			continue
		}
		if p[skip] == 0x47 && p[skip+step] == 0x47 && p[skip+2*step] == 0x47 {
			return step, skip, true
		}
	}
	return 0, 0, false
}

// TransportStream reports whether a file that begins with p is an MPEG transport stream.
func TransportStream(p []byte) bool {
	_, _, ok := tsLayout(p)
	return ok
}

// tsStream is what is known of the packets with one identifier.
type tsStream struct {
	counter byte
	begun   bool
	sound   bool
	left    int // bytes that its PES packet must still have; -1 if that isn't known
}

// walkTS goes through the packets of a transport stream. The counters of those that hold
// sound must follow each other, and their PES packets must be complete. Nothing
// marks the end of the stream.
//
//	0 47h  1 bit 7: damaged, bit 6: a PES packet begins  1-2 13 bits of identifier
//	3 bits 4 and 5: payload, adaptation field; 4 bits of counter
func walkTS(f *file, step, skip int) (Account, error) {
	a := Account{Frames: -1}
	streams := map[int]*tsStream{}
	const many = 64
	buf := make([]byte, many*step)
	for at := f.base; at < f.size; {
		if err := f.stop(); err != nil {
			return a, err
		}
		n, err := f.r.ReadAt(buf[:min(int64(len(buf)), f.size-at)], at)
		if n == 0 && err != nil {
			return a, err
		}
		for p := buf[:n]; len(p) > 0; {
			if len(p) < skip+tsPacket {
				if p[min(skip, len(p)-1)] != 0x47 {
					return a, f.tail(at, &a)
				}
				return a, fail(at, ErrTruncated, "the file ends inside a packet: %d bytes of %d", len(p), step)
			}
			if p[skip] != 0x47 {
				return a, f.noPacket(at, &a, func(p []byte) bool { return len(p) > step && p[0] == 0x47 && p[step] == 0x47 })
			}
			if err := tsCheck(streams, at, p[skip:skip+tsPacket]); err != nil {
				return a, err
			}
			at += int64(min(step, len(p)))
			p = p[min(step, len(p)):]
		}
	}
	for _, s := range streams {
		if s.sound && s.left > 0 {
			return a, fail(f.size, ErrTruncated, "the last PES packet of its sound lacks %d bytes", s.left)
		}
	}
	return a, nil
}

// noPacket judges bytes that begin no packet: if none follows, they are left out.
func (f *file) noPacket(at int64, a *Account, begins func(p []byte) bool) error {
	if f.size-at > maxTail && !f.zerosFrom(at) {
		return fail(at, ErrDamaged, "no packet begins where one should")
	}
	rest, err := f.upTo(at, maxTail)
	if err != nil {
		return err
	}
	for i := range rest {
		if begins(rest[i:]) {
			return fail(at, ErrDamaged, "no packet begins where one should")
		}
	}
	if len(rest) > 4096 && zeros(rest) == len(rest) {
		return fail(at, ErrTruncated, "nothing but zeros from here on")
	}
	return f.tail(at, a)
}

// tsCheck checks one packet.
func tsCheck(streams map[int]*tsStream, at int64, p []byte) error {
	pid := int(p[1]&0x1F)<<8 | int(p[2])
	if pid == 0x1FFF || p[3]&0x10 == 0 { // padding, or no payload: neither counts
		return nil
	}
	body, jump := p[4:], false
	if p[3]&0x20 != 0 {
		jump = p[4] > 0 && p[5]&0x80 != 0 // the counter is meant to begin anew
		body = p[min(5+int(p[4]), len(p)):]
	}
	s := streams[pid]
	if s == nil {
		s = &tsStream{left: -1}
		streams[pid] = s
	}
	start := p[1]&0x40 != 0
	if start && len(body) >= 6 && body[0] == 0 && body[1] == 0 && body[2] == 1 {
		id := body[3]
		s.sound = id == 0xBD || id == 0xFD || id >= 0xC0 && id <= 0xDF
	}
	counter := p[3] & 15
	again := s.begun && counter == s.counter
	lost := s.begun && !jump && !again && counter != (s.counter+1)&15
	s.counter, s.begun = counter, true
	switch {
	case !s.sound || again && !start: // a packet may be sent twice
		return nil
	case p[1]&0x80 != 0:
		return fail(at, ErrDamaged, "a packet with sound is marked as damaged")
	case lost:
		return fail(at, ErrDamaged, "packets with sound are missing: the counter in the next one is %d", counter)
	}
	if start {
		if s.left > 0 {
			return fail(at, ErrDamaged, "a PES packet of its sound lacks %d bytes", s.left)
		}
		s.left = -1
		if size := int(binary.BigEndian.Uint16(body[4:])); size > 0 {
			s.left = size + 6
		}
	}
	if s.left >= 0 {
		if s.left -= len(body); s.left < 0 {
			return fail(at, ErrDamaged, "a PES packet of its sound has %d bytes too many", -s.left)
		}
	}
	return nil
}

// walkPS goes through the packs and packets of a program stream (ISO/IEC 13818-1,
// 2.5.3, and 11172-1): each begins with 000001h and a number, and all but the header of
// a pack state their size. B9h ends the stream; many files lack it.
func walkPS(f *file) (Account, error) {
	a := Account{Frames: -1}
	for at, n := f.base, 0; at < f.size; n++ {
		if n%256 == 0 {
			if err := f.stop(); err != nil {
				return a, err
			}
		}
		p, err := f.upTo(at, 14)
		if err != nil {
			return a, err
		}
		if len(p) >= 4 && p[0] == 0 && p[1] == 0 && p[2] == 1 && p[3] == 0xB9 {
			if next, _ := f.upTo(at+4, 4); len(next) == 4 && binary.BigEndian.Uint32(next) == 0x1BA {
				return a, fail(at+4, ErrSecond, "another file begins here, inside the same file: only the first would be played; split them first")
			}
			a.Proven = true
			return a, f.tail(at+4, &a)
		}
		if len(p) < 14 || p[0] != 0 || p[1] != 0 || p[2] != 1 || p[3] < 0xBA {
			if len(p) < 14 && len(p) > 0 && p[0] == 0 {
				return a, fail(at, ErrTruncated, "the file ends inside the header of a packet")
			}
			return a, f.noPacket(at, &a, func(p []byte) bool { return len(p) > 4 && p[0] == 0 && p[1] == 0 && p[2] == 1 && p[3] >= 0xBA })
		}
		size := 6 + int64(binary.BigEndian.Uint16(p[4:]))
		switch {
		case p[3] == 0xBA && p[4]&0xC0 == 0x40:
			size = 14 + int64(p[13]&7)
		case p[3] == 0xBA:
			size = 12
		}
		if at+size > f.size {
			return a, fail(at, ErrTruncated, "the last packet is incomplete: %d bytes of %d", f.size-at, size)
		}
		at += size
	}
	return a, nil
}

// vocHead is the header of a Creative Voice File.
const vocHead = 26

// walkVOC goes through the blocks of a Creative Voice File: after the header, whose size
// is in bytes 20 and 21, a type and a size of three bytes each; type 0 ends the file.
func walkVOC(f *file) (Account, error) {
	a := Account{Frames: -1}
	p, err := f.need(f.base, vocHead, "the header")
	if err != nil {
		return a, err
	}
	at := f.base + int64(binary.LittleEndian.Uint16(p[20:]))
	for n := 0; ; n++ {
		if n == maxChunks {
			return a, tooMany(at)
		}
		p, err := f.upTo(at, 4)
		if err != nil || len(p) == 0 {
			return a, err
		}
		if p[0] == 0 {
			// More zeros may be what was never written.
			a.Proven = f.size-at < 4096 || !f.zerosFrom(at)
			return a, f.tail(at+1, &a)
		}
		if p[0] > 9 && at > f.base+vocHead && f.size-at < 64 { // SoX counts too little
			return a, f.tail(at, &a)
		}
		if p[0] > 9 {
			return a, fail(at, ErrDamaged, "no block begins where one should")
		}
		if len(p) < 4 {
			return a, fail(at, ErrTruncated, "the file ends inside the header of a block")
		}
		end := at + 4 + int64(p[1]) + int64(p[2])<<8 + int64(p[3])<<16
		if end > f.size {
			return a, f.short("a block", end)
		}
		at = end
	}
}
