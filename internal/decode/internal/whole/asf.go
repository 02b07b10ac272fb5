package whole

import (
	"encoding/binary"
)

// Identifiers of ASF objects, as they lie in the file.
const (
	asfHeader = "\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\x00\xAA\x00\x62\xCE\x6C"
	asfFile   = "\xA1\xDC\xAB\x8C\x47\xA9\xCF\x11\x8E\xE4\x00\xC0\x0C\x20\x53\x65"
	asfStream = "\x91\x07\xDC\xB7\xB7\xA9\xCF\x11\x8E\xE6\x00\xC0\x0C\x20\x53\x65"
	asfData   = "\x36\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\x00\xAA\x00\x62\xCE\x6C"
)

// asf is what the objects of a file say.
type asf struct {
	a         Account
	total     int64 // bytes of the file
	packets   int64
	packet    int64 // bytes of each
	streams   int
	broadcast bool // the writer did not go back: the numbers mean nothing
}

// walkASF reads the objects of Windows Media files: identifier (16), size (8).
func walkASF(f *file) (Account, error) {
	s := &asf{a: Account{Frames: -1}}
	at := f.base
	for n := 0; ; n++ {
		if n == maxChunks {
			return s.a, tooMany(at)
		}
		p, err := f.upTo(at, 50)
		if err != nil {
			return s.a, err
		}
		if len(p) < 24 {
			break
		}
		size := int64(binary.LittleEndian.Uint64(p[16:]))
		switch string(p[:16]) {
		case asfHeader:
			if at > f.base {
				return s.a, f.tail(at, &s.a)
			}
			if at+size > f.size {
				return s.a, f.short("the header", at+size)
			}
			if err := s.header(f, at+30, at+size); err != nil {
				return s.a, err
			}
		case asfData:
			return s.data(f, at, size)
		}
		if size < 24 || size > 1<<56 {
			return s.a, fail(at, ErrDamaged, "an object of %d bytes", size)
		}
		at += size
	}
	return s.a, fail(f.size, ErrTruncated, "the file ends before its audio")
}

// header reads the file properties:
//
//	24-39 file  40-47 bytes  56-63 packets  64-71 play time in 100 ns  80-87 preroll in ms
//	88-91 flags, 1: broadcast  92-95 smallest packet  96-99 largest
func (s *asf) header(f *file, at, end int64) error {
	le := binary.LittleEndian
	for at < end {
		p, err := f.upTo(at, 104)
		if err != nil || len(p) < 24 {
			return err
		}
		size := int64(le.Uint64(p[16:]))
		if string(p[:16]) == asfFile && len(p) >= 104 {
			s.total, s.packets, s.packet = int64(le.Uint64(p[40:])), int64(le.Uint64(p[56:])), int64(le.Uint32(p[92:]))
			s.broadcast = le.Uint32(p[88:])&1 != 0
			length := int64(le.Uint64(p[64:]))/10000 - int64(le.Uint64(p[80:]))
			if !s.broadcast && length > 0 {
				// In milliseconds; WMA drops up to three blocks of 46 ms.
				s.a.Frames, s.a.Rate, s.a.Slack = length, 1000, 150
			}
		}
		if string(p[:16]) == asfStream {
			s.streams++
		}
		if size < 24 {
			return fail(at, ErrDamaged, "an object of %d bytes", size)
		}
		at += size
	}
	if s.streams > 1 { // the longest may not be that of sound
		s.a.Frames = -1
	}
	return nil
}

// data checks the object that holds the packets: 24-39 file  40-47 packets  50- packets.
func (s *asf) data(f *file, at, size int64) (Account, error) {
	end := at + size
	if s.packet > 0 && s.packets > 0 && !s.broadcast {
		end = max(end, at+50+s.packets*s.packet)
	}
	switch {
	case s.broadcast || size <= 50 || size > 1<<56:
		return s.a, nil
	case end > f.size:
		return s.a, f.short("the audio", end)
	case s.total > f.size-f.base:
		return s.a, f.shortFile(f.base + s.total)
	}
	s.a.Proven = true
	// Indexes follow, by the size in the header.
	return s.a, f.tail(max(end, f.base+s.total), &s.a)
}

// walkFLV goes through the tags of a Flash video: type, 3 bytes of size, 11 in all;
// after each the size of all of it (4).
func walkFLV(f *file) (Account, error) {
	a := Account{Frames: -1}
	p, err := f.need(f.base, 13, "the header")
	if err != nil {
		return a, err
	}
	at := f.base + int64(binary.BigEndian.Uint32(p[5:])) + 4
	for n := 0; at < f.size; n++ {
		if n%1024 == 0 {
			if err := f.stop(); err != nil {
				return a, err
			}
		}
		p, err := f.upTo(at, 11)
		if err != nil {
			return a, err
		}
		if again := len(p) >= 3 && string(p[:3]) == "FLV"; again || f.tagAt(at) || n > 0 && f.flvJunk(at, p) {
			if f.zerosFrom(at) {
				a.zeroNote(f.size - at)
			}
			return a, f.tail(at, &a)
		}
		if len(p) < 11 {
			return a, fail(at, ErrTruncated, "the file ends inside a tag")
		}
		size := int64(p[1])<<16 | int64(p[2])<<8 | int64(p[3])
		end := at + 11 + size + 4
		if end > f.size {
			return a, fail(at, ErrTruncated, "the file ends inside a tag")
		}
		if p, err = f.need(end-4, 4, "a tag"); err != nil {
			return a, err
		}
		if back := int64(binary.BigEndian.Uint32(p)); back != 11+size {
			return a, fail(at, ErrDamaged, "a tag of %d bytes is followed by the size %d", 11+size, back)
		}
		at = end
	}
	return a, nil
}

// flvTag reports whether p can begin a tag: one of audio (8), video (9) or a script (18), of
// stream 0. Bit 5 marks an encrypted one.
func flvTag(p []byte) bool {
	if kind := p[0] &^ 0x20; kind != 8 && kind != 9 && kind != 18 {
		return false
	}
	return len(p) < 11 || p[8]|p[9]|p[10] == 0
}

// flvJunk reports whether what begins at byte at, with p, is not a tag, damaged or not, and
// none follows.
func (f *file) flvJunk(at int64, p []byte) bool {
	if flvTag(p) {
		return false
	}
	if f.zerosFrom(at) {
		return true
	}
	if f.size-at > maxTail {
		return false
	}
	rest := make([]byte, f.size-at)
	n, _ := f.r.ReadAt(rest, at)
	rest = rest[:n]
	for i := range rest {
		if i > 0 && !flvTag(rest[i:]) || i+15 > n { // the first may be one with a damaged header
			continue
		}
		size := int(rest[i+1])<<16 | int(rest[i+2])<<8 | int(rest[i+3])
		if end := i + 11 + size; end+4 <= n && int(binary.BigEndian.Uint32(rest[end:])) == 11+size {
			return false
		}
	}
	return n < 15 || binary.BigEndian.Uint32(rest[n-4:]) != uint32(n-4)
}
