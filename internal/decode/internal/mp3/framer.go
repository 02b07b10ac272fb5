package mp3

import (
	"bytes"
	"fmt"
)

// framer walks through the frames of a file. Scan and Decoder share it, so they agree
// about the positions of frames.
type framer struct {
	v    *view
	pos  int64 // next byte to be looked at
	end  int64 // end of the audio: what follows are tags
	head header
	free int // length of free format frames without padding

	frames, bytes int64 // seen so far, for the mean length
	prev          uint8 // bit rate of the previous frame, 0 before the first
	sync          int64 // where the last search for a frame ended
	partial       bool  // next reached a frame that is cut by the end of the file
}

// piece is what lies at a place of the file.
type piece struct {
	off  int64
	size int64
	head header
	data []byte // a frame, until the next call; nil for a gap
	lost int64  // how many frames a gap must have held
	done bool   // the end
}

// next returns the next frame or gap. A frame that is cut by the end of the file is
// ErrTruncated; a stream that continues in another format is ErrFormatChange.
func (f *framer) next() (piece, error) {
	if err := f.skipTags(); err != nil {
		return piece{}, err
	}
	if f.pos >= f.end {
		return piece{off: f.pos, done: true}, nil
	}
	b, err := f.v.at(f.pos, headerBytes)
	if err != nil {
		return piece{}, err
	}
	h, ok := parseHeader(b)
	if !ok || !h.same(f.head) {
		if f.begun(b) {
			return piece{}, f.cut(0)
		}
		return f.gap(f.pos)
	}
	after := f.pos + int64(h.size(f.free))
	if after > f.end {
		return piece{}, f.cut(after - f.pos)
	}
	fine, err := f.boundary(after)
	if err != nil {
		return piece{}, err
	}
	if !fine {
		// Either what follows is damaged, or the length in this header is.
		sync, err := f.search(f.pos + 1)
		if err != nil {
			return piece{}, err
		}
		switch {
		case f.frameLength(h, sync-f.pos) && !f.lengthRight(h, after, sync):
			after = sync
		case sync < after:
			return f.gapTo(sync), nil
		}
	}
	return f.frame(h, after)
}

// lengthRight reports whether the length in a header is right although no frame follows
// there, but one only at sync: then what follows it is damaged. If both it and what
// follows could be frames, it is right: of a header's bits, those of the bit rate are few.
// But it is not right if its bit rate differs from that of the previous frame, which would
// fit.
func (f *framer) lengthRight(h header, after, sync int64) bool {
	if h.bitrate != f.prev && f.prev != 0 {
		was := h
		was.bitrate = f.prev
		for was.padding = range uint8(2) {
			if int64(was.size(0)) == sync-f.pos {
				return false
			}
		}
	}
	return sync > after && f.frameLength(h, sync-after)
}

// frameLength reports whether a frame like h can be so long, at any bit rate.
func (f *framer) frameLength(h header, length int64) bool {
	if h.free() || length > maxFrame {
		return false
	}
	for h.bitrate = 1; h.bitrate < 15; h.bitrate++ {
		for h.padding = range uint8(2) {
			if int64(h.size(0)) == length {
				return true
			}
		}
	}
	return false
}

// frame returns the frame that ends before after.
func (f *framer) frame(h header, after int64) (piece, error) {
	p := piece{off: f.pos, size: after - f.pos, head: h}
	data, err := f.v.at(p.off, int(p.size))
	if err != nil {
		return piece{}, err
	}
	p.data = data
	f.pos = after
	f.prev = h.bitrate
	f.frames++
	f.bytes += p.size
	return p, nil
}

// gap returns the bytes up to the next frame.
func (f *framer) gap(from int64) (piece, error) {
	sync, err := f.search(from)
	if err != nil {
		return piece{}, err
	}
	return f.gapTo(sync), nil
}

// gapTo estimates how many frames a gap held. What follows the last frame doesn't count as
// audio.
func (f *framer) gapTo(sync int64) piece {
	p := piece{off: f.pos, size: sync - f.pos}
	if f.bytes > 0 && sync < f.end {
		p.lost = int64(float64(p.size)*float64(f.frames)/float64(f.bytes) + 0.5)
	}
	f.pos = sync
	return p
}

// begun reports whether the last bytes of the file, too few for a header, start one.
func (f *framer) begun(b []byte) bool {
	left := f.end - f.pos
	if left >= headerBytes || len(b) == 0 || b[0] != 0xFF {
		return false
	}
	return left == 1 || b[1]&0xFE == f.second()&0xFE
}

// second is the second byte of the stream's headers, except the lowest bit.
func (f *framer) second() byte {
	v := [...]byte{mpeg1: 3, mpeg2: 2, mpeg25: 0}[f.head.version]
	return 0xE2 | v<<3
}

// cut returns the error of an incomplete last frame; size is 0 if not even its header
// contains its length.
func (f *framer) cut(size int64) error {
	f.partial = true
	reason := "the last frame is incomplete"
	if size > 0 {
		reason += fmt.Sprintf(": %d bytes of %d", f.end-f.pos, size)
	}
	return &Error{Offset: f.pos, Reason: reason, Err: ErrTruncated}
}

// boundary reports whether a frame may end at off: at the end of the audio, or before a
// tag or another frame. A frame in another format is ErrFormatChange, if more of its kind
// follow.
func (f *framer) boundary(off int64) (bool, error) {
	if off >= f.end-headerBytes {
		return true, nil // next looks at what is left
	}
	b, err := f.v.at(off, tagPeek)
	if err != nil {
		return false, err
	}
	if tagStarts(b) {
		return true, nil
	}
	h, ok := parseHeader(b)
	return ok && h.same(f.head), nil
}

// How many consecutive frames must fit together to be accepted as frames after a gap, and
// as a change of format.
const (
	resyncChain = 2
	changeChain = 4
)

// search finds the next frame at or after from, or the end of the audio.
func (f *framer) search(from int64) (int64, error) {
	if f.sync >= from {
		return f.sync, nil
	}
	for pos := from; pos < f.end-headerBytes; pos++ {
		b, err := f.v.at(pos, ahead)
		if err != nil {
			return 0, err
		}
		skip, ok := findHeader(b[:min(int64(len(b)), f.end-pos)])
		if !ok {
			pos += int64(skip) - 1
			continue
		}
		pos += int64(skip)
		found, err := f.candidate(pos)
		if err != nil {
			return 0, err
		}
		if found {
			f.sync = pos
			return pos, nil
		}
	}
	f.sync = f.end
	return f.end, nil
}

// findHeader returns where the first frame header in b begins, or else how many bytes of b
// can't belong to one, at least one of four.
func findHeader(b []byte) (at int, ok bool) {
	for at+headerBytes <= len(b) {
		skip := bytes.IndexByte(b[at:], 0xFF)
		if skip < 0 {
			return len(b), false
		}
		at += skip
		if at+headerBytes > len(b) {
			break
		}
		if _, ok := parseHeader(b[at:]); ok {
			return at, true
		}
		at++
	}
	return at, false
}

// candidate reports whether the stream continues at pos.
func (f *framer) candidate(pos int64) (bool, error) {
	b, err := f.v.at(pos, tagPeek)
	if err != nil {
		return false, err
	}
	h, ok := parseHeader(b)
	switch {
	case !ok:
		return false, nil
	case h.same(f.head):
		return f.chain(pos, h, f.free, resyncChain)
	case h.sameFormat(f.head) || h.free():
		return false, nil
	}
	other, err := f.chain(pos, h, 0, changeChain)
	if err == nil && other {
		err = &Error{Offset: pos, Reason: fmt.Sprintf("from %v to %v", f.head, h), Err: ErrFormatChange}
	}
	return false, err
}

// chain reports whether n frames like h follow each other from pos on, or as many as fit
// before the end, at least one.
func (f *framer) chain(pos int64, h header, free, n int) (bool, error) {
	if err := f.v.around(pos); err != nil {
		return false, err
	}
	for i := range n {
		pos += int64(h.size(free))
		if pos == f.end || pos > f.end && i > 0 {
			return true, nil
		}
		b, err := f.v.at(pos, tagPeek)
		if err != nil {
			return false, err
		}
		if i > 0 && tagStarts(b) {
			return true, nil
		}
		next, ok := parseHeader(b)
		if !ok || !next.same(h) {
			return false, nil
		}
		h = next
	}
	return true, nil
}
