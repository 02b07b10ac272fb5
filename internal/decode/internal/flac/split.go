package flac

import (
	"bytes"
	"io"
	"slices"
)

// Splitter finds the starts of frames without decoding them, so that several can be
// decoded at a time. A frame ends at the header of the frame with the next number; the
// checksum of the frame proves it when the frame is decoded.
type Splitter struct {
	r    io.ReaderAt
	size int64
	base int64 // byte of the file at which buf begins
	buf  []byte
	pos  int // of the next frame in buf
	head Header
	done bool
}

// splitRead is read from the file at a time; splitLimit is more than any frame has.
const (
	splitRead  = 256 << 10
	splitLimit = 4 << 20
)

// NewSplitter begins at a frame at byte at of a file of size bytes.
func NewSplitter(r io.ReaderAt, at, size int64) *Splitter {
	s := &Splitter{r: r, size: size, base: at}
	p := s.peek(0, maxHeader)
	h, err := ParseHeader(p)
	s.head, s.done = h, err != nil
	return s
}

// At is the byte of the file at which the next frame begins.
func (s *Splitter) At() int64 { return s.base + int64(s.pos) }

// Block is how many samples of each channel the next frame holds.
func (s *Splitter) Block() int { return s.head.Block }

// Next appends whole frames of at most so many samples of a channel to dst, but at least one
// frame, and returns their number. It returns 0 if no other frame follows: at the last one,
// or at damage. The rest must be decoded one frame after the other.
func (s *Splitter) Next(dst []byte, samples int) (data []byte, n int) {
	from := s.pos
	for !s.done && (n == 0 || samples >= s.head.Block) {
		samples -= s.head.Block
		end, next, ok := s.end()
		if !ok {
			s.done = true
			break
		}
		s.pos, s.head = end, next
		n++
	}
	dst = append(dst, s.buf[from:s.pos]...)
	s.base += int64(s.pos)
	s.buf = append(s.buf[:0], s.buf[s.pos:]...)
	s.pos = 0
	return dst, n
}

// end finds the end of the frame at pos, and the header there.
func (s *Splitter) end() (at int, next Header, ok bool) {
	want := s.head.Next()
	for at = s.pos + s.head.Size; at-s.pos < splitLimit; {
		p := s.peek(at, splitRead)
		if len(p) < maxHeader {
			return 0, next, false
		}
		i := bytes.IndexByte(p[:len(p)-maxHeader+1], 0xFF)
		if i < 0 {
			at += len(p) - maxHeader + 1
			continue
		}
		if at += i; p[i+1]&0xFE != 0xF8 {
			at++
			continue
		}
		next, err := ParseHeader(p[i : i+maxHeader])
		if err == nil && next.Number == want && s.alike(next) {
			return at, next, true
		}
		at++
	}
	return 0, next, false
}

// alike reports whether a header belongs to the same stream.
func (s *Splitter) alike(h Header) bool {
	return h.Variable == s.head.Variable && h.Rate == s.head.Rate && h.Bits == s.head.Bits && h.Channels == s.head.Channels
}

// peek returns what buf has from i on, at least n bytes unless the file ends or can't be
// read, and at most splitRead.
func (s *Splitter) peek(i, n int) []byte {
	for len(s.buf)-i < maxHeader {
		left := s.size - s.base - int64(len(s.buf))
		if left <= 0 {
			break
		}
		old := len(s.buf)
		s.buf = slices.Grow(s.buf, splitRead)[:old+int(min(left, splitRead))]
		got, err := s.r.ReadAt(s.buf[old:], s.base+int64(old))
		s.buf = s.buf[:old+got]
		if got == 0 || err != nil && err != io.EOF {
			break
		}
	}
	if i >= len(s.buf) {
		return nil
	}
	return s.buf[i:min(len(s.buf), i+n)]
}

// lastWindow is how much of the end of a file is searched for its last frame at first, and
// in the end splitLimit.
const lastWindow = 64 << 10

// Span returns how many samples of each channel lie between the frame at byte at and the end
// of the last frame of a file of size bytes, by the headers of those two alone. It is 0 if
// no last frame is found.
func Span(r io.ReaderAt, at, size int64) int64 {
	s := NewSplitter(r, at, size)
	if s.done {
		return 0
	}
	for window := int64(lastWindow); ; window *= 4 {
		from := max(size-window, at)
		p := make([]byte, size-from)
		n, _ := r.ReadAt(p, from)
		if last, ok := s.last(p[:n]); ok {
			if last.Variable {
				return last.Number - s.head.Number + int64(last.Block)
			}
			return (last.Number-s.head.Number)*int64(s.head.Block) + int64(last.Block)
		}
		if from == at || window >= splitLimit {
			return 0
		}
	}
}

// last finds the last header of a frame in p.
func (s *Splitter) last(p []byte) (Header, bool) {
	for i := bytes.LastIndexByte(p, 0xFF); i >= 0; i = bytes.LastIndexByte(p[:i], 0xFF) {
		h, err := ParseHeader(p[i:min(i+maxHeader, len(p))])
		if err == nil && h.Number >= s.head.Number && s.alike(h) {
			return h, true
		}
	}
	return Header{}, false
}
