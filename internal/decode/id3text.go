package decode

import (
	"bufio"
	"encoding/binary"
	"io"
)

// Limits on the text of an ID3 tag. Pictures and other data may be much longer; they are
// skipped, since the library would keep all of them in memory.
const (
	maxID3Frame  = 64 << 10 // bytes of one frame
	maxID3Text   = 1 << 20  // bytes of all frames
	maxID3Frames = 1000
	maxID3Walk   = 1 << 16 // frames that are looked at, of any kind
)

// id3Walk reads the frames of an ID3v2 tag.
type id3Walk struct {
	r       io.Reader
	file    *skipper // what r reads, if nothing has to be removed on the way
	version byte
	head    int    // bytes of a frame header
	out     []byte // tag with the text frames alone
	frames  int
	unsync  bool // every frame of an ID3v2.4 tag is unsynchronized
}

// id3Text returns an ID3v2 tag with the text frames of another: without its pictures,
// unsynchronization, extended header and padding. It is nil if the file has no tag of version 2.2
// to 2.4.
func id3Text(tag *io.SectionReader) []byte {
	var head [10]byte
	if _, err := io.ReadFull(tag, head[:]); err != nil || string(head[:3]) != "ID3" || head[3] < 2 || head[3] > 4 {
		return nil
	}
	size := syncSafe(head[6:])
	body := newSkipper(io.NewSectionReader(tag, 10, min(size, tag.Size()-10)))
	w := &id3Walk{r: body, file: body, version: head[3], head: 10, out: []byte{'I', 'D', '3', head[3], 0, 0, 0, 0, 0, 0}}
	if w.version == 2 {
		w.head = 6
	}
	if head[5]&0x80 != 0 {
		// Version 2.4 counts the bytes of a frame after unsynchronization, others before.
		if w.unsync = w.version == 4; !w.unsync {
			w.r, w.file = &synchronizer{r: body.Reader}, nil
		}
	}
	if head[5]&0x40 != 0 && w.version > 2 && !w.extended() {
		return nil
	}
	for range maxID3Walk {
		if w.frames >= maxID3Frames || !w.frame() {
			break
		}
	}
	putSyncSafe(w.out[6:], len(w.out)-10)
	return w.out
}

// extended skips the extended header.
func (w *id3Walk) extended() bool {
	var p [4]byte
	if _, err := io.ReadFull(w.r, p[:]); err != nil {
		return false
	}
	n := int64(binary.BigEndian.Uint32(p[:]))
	if w.version == 4 { // it counts these four bytes, too
		n = syncSafe(p[:]) - 4
	}
	return w.skip(n)
}

// frame reads a frame and keeps it if it is a text; false after the last one.
func (w *id3Walk) frame() bool {
	var p [10]byte
	if _, err := io.ReadFull(w.r, p[:w.head]); err != nil {
		return false
	}
	name := p[:4]
	var size int64
	switch w.version {
	case 2:
		name = p[:3]
		size = int64(p[3])<<16 | int64(p[4])<<8 | int64(p[5])
	case 3:
		size = int64(binary.BigEndian.Uint32(p[4:]))
	default:
		// iTunes once wrote all eight bits of each byte.
		if size = syncSafe(p[4:]); (p[4]|p[5]|p[6]|p[7])&0x80 != 0 {
			size = int64(binary.BigEndian.Uint32(p[4:]))
		}
	}
	for _, c := range name {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false // padding
		}
	}
	if size == 0 || name[0] != 'T' || size > maxID3Frame || int64(len(w.out))+size > maxID3Text || w.packed(p[9]) {
		return w.skip(size)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(w.r, body); err != nil {
		return false
	}
	if w.unsync || w.version == 4 && p[9]&2 != 0 {
		body = synchronized(body)
		p[9] &^= 2
	}
	w.keep(p[:w.head], body)
	return true
}

// packed reports whether a frame is compressed or encrypted, by the second byte of its
// flags.
func (w *id3Walk) packed(flags byte) bool {
	switch w.version {
	case 3:
		return flags&0xC0 != 0
	case 4:
		return flags&0x0C != 0
	}
	return false
}

// keep adds a frame to the tag.
func (w *id3Walk) keep(head, body []byte) {
	n := len(body)
	switch w.version {
	case 2:
		head[3], head[4], head[5] = byte(n>>16), byte(n>>8), byte(n)
	case 3:
		binary.BigEndian.PutUint32(head[4:], uint32(n))
	default:
		putSyncSafe(head[4:], n)
	}
	w.out = append(append(w.out, head...), body...)
	w.frames++
}

// skip moves over n bytes; false if the tag ends before.
func (w *id3Walk) skip(n int64) bool {
	if n < 0 {
		return false
	}
	if w.file != nil {
		return w.file.skip(n)
	}
	_, err := io.CopyN(io.Discard, w.r, n)
	return err == nil
}

// skipper reads through a buffer, and steps over long pieces of a file without reading
// them.
type skipper struct {
	*bufio.Reader
	part *io.SectionReader // of a file; nil if it is none
}

func newSkipper(part *io.SectionReader) *skipper {
	return &skipper{bufio.NewReaderSize(part, int(min(part.Size(), 16<<10))), part}
}

// streamSkipper is one for what can only be read.
func streamSkipper(r io.Reader) *skipper { return &skipper{bufio.NewReader(r), nil} }

// skip moves over n bytes; false if what is read ends before.
func (s *skipper) skip(n int64) bool {
	if near := int64(s.Buffered()); n > near && s.part != nil {
		at, err := s.part.Seek(n-near, io.SeekCurrent)
		s.Reset(s.part)
		return err == nil && at <= s.part.Size()
	}
	_, err := io.CopyN(io.Discard, s, n)
	return err == nil
}

// syncSafe reads 28 bits, seven from each byte.
func syncSafe(p []byte) int64 {
	return int64(p[0]&0x7F)<<21 | int64(p[1]&0x7F)<<14 | int64(p[2]&0x7F)<<7 | int64(p[3]&0x7F)
}

func putSyncSafe(p []byte, n int) {
	p[0], p[1], p[2], p[3] = byte(n>>21&0x7F), byte(n>>14&0x7F), byte(n>>7&0x7F), byte(n&0x7F)
}

// synchronizer removes the zero that unsynchronization has put after each FFh.
type synchronizer struct {
	r  *bufio.Reader
	ff bool
}

// Read reads from the tag.
func (s *synchronizer) Read(p []byte) (n int, err error) {
	for n == 0 && err == nil && len(p) > 0 {
		n, err = s.r.Read(p)
		n = s.remove(p[:n])
	}
	return n, err
}

// remove removes zeros from p and returns how many bytes are left.
func (s *synchronizer) remove(p []byte) (n int) {
	for _, c := range p {
		if s.ff && c == 0 {
			s.ff = false
			continue
		}
		p[n], s.ff = c, c == 0xFF
		n++
	}
	return n
}

// synchronized is p without those zeros.
func synchronized(p []byte) []byte {
	var s synchronizer
	return p[:s.remove(p)]
}
