package wav

import (
	"bytes"
	"encoding/binary"
	"math"
)

// data determines how much audio the file has. The chunk began at byte at and declares
// size bytes; the cursor is past its header.
func (p *parser) data(at int64, size uint32) error {
	if !p.haveFmt {
		return p.failAt(at, ErrMalformed, "the data chunk comes before any fmt chunk")
	}
	p.h.start = p.in.offset()
	// open: the size is a placeholder, and the audio extends to the end.
	declared := uint64(size)
	open := p.openEnded(size)
	if p.form == "RF64" || p.form == "BW64" {
		if p.ds64 == nil && size == 0xFFFFFFFF {
			return p.failAt(at, ErrMalformed, "the %s file has no ds64 chunk before the audio", p.form)
		}
		if p.ds64 != nil && size == 0xFFFFFFFF {
			declared = p.ds64.data
			open = declared == 0 || declared == 1<<64-1
		}
	}
	left := p.in.left()
	switch {
	case open && left < 0:
		p.h.size, p.h.open = unknownSize, true
		return nil
	case open && p.riffLonger(left):
		return p.failAt(p.h.start+left, ErrTruncated, "the %s header states a file of %d bytes, but it ends after %d", p.form, p.riffEnd()-p.base, p.h.start+left-p.base)
	case open:
		p.h.open = true
		p.h.note("its header states no length, as pipes leave it, so nothing shows whether the file is complete")
		declared = uint64(left)
	case p.padCounted(declared, left):
		p.h.note("its data chunk counts a pad byte that is not there")
		declared = uint64(left)
	case p.framesThere(declared, left):
		p.h.note("its data chunk declares %d bytes more than there are, but no whole sample frame is missing", declared-uint64(left))
		declared = uint64(left)
	case p.riffEndsHere(declared, left):
		p.h.note("its data chunk declares %d bytes of audio, but the file has the size that its %s header states, with %d", declared, p.form, left)
		declared = uint64(left)
	// Truncated data are refused, never played short: the rest of a track would be
	// missing, and only the burned disc would show it.
	case left >= 0 && declared > uint64(left):
		return p.failAt(p.h.start+left, ErrTruncated,
			"the data chunk declares %d bytes of audio, but the file ends after %d", declared, left)
	case declared > 1<<62:
		return p.failAt(at, ErrMalformed, "the data chunk declares %d bytes", declared)
	}
	p.h.size, p.h.declared = int64(declared), int64(declared)
	return p.wholeFrames(at)
}

// padCounted reports whether the data chunk declares one byte more than a whole number of
// frames, and exactly that byte is missing.
func (p *parser) padCounted(declared uint64, left int64) bool {
	return left >= 0 && declared == uint64(left)+1 && left%2 == 1 && p.h.frame > 0 && left%p.h.frame == 0
}

// framesThere reports whether the data chunk declares whole frames that are all present,
// plus a partial one. If it declared whole frames only, the last one would be cut off.
func (p *parser) framesThere(declared uint64, left int64) bool {
	frame := uint64(p.h.frame)
	return left > 0 && frame > 0 && uint64(left)%frame == 0 && declared > uint64(left) && declared-uint64(left) < frame
}

// riffEndsHere reports whether a file that is shorter than its data chunk declares ends
// where its RIFF header states. Then it is as long as it was written.
func (p *parser) riffEndsHere(declared uint64, left int64) bool {
	end := p.h.start + left
	return left > 0 && declared > uint64(left) && (p.form == "RIFF" || p.form == "RIFX") && p.riffEnd() == end
}

// riffLonger reports whether the RIFF header contains a file length whose end is missing. It
// may count a pad byte that is not there.
func (p *parser) riffLonger(left int64) bool {
	return !placeholder(p.riffSize) && p.riffEnd() > p.h.start+left+1
}

// openEnded reports whether a data size is a placeholder from a writer that did not know
// it.
func (p *parser) openEnded(size uint32) bool {
	left := p.in.left()
	if size == 0 {
		// A header that was never completed: its RIFF size does not extend past it, or
		// audio follows. Otherwise the chunk is really empty, and other chunks follow.
		unpatched := p.riffSize == math.MaxUint32 || p.riffEnd() <= p.h.start
		return left != 0 && (unpatched || !p.chunkFollows())
	}
	if size == math.MaxUint32 {
		return true
	}
	// Others could be true sizes: only if more is declared than is present.
	return placeholder(size) && (placeholder(p.riffSize) || p.riffSize == 0) && (left < 0 || left < int64(size))
}

// chunkFollows reports whether another chunk begins at the cursor, or nothing but zeros.
func (p *parser) chunkFollows() bool {
	b, err := p.in.peek(maxPeek)
	if err != nil || len(b) < 8 || len(bytes.Trim(b, "\x00")) == 0 {
		return true
	}
	left := p.in.left()
	return chunkName(b[:4]) && (left < 0 || int64(p.order.Uint32(b[4:])) <= left-8)
}

// placeholderRoom is how far below a limit the sizes are that programs write if they
// can't correct them later: FFFFFFFFh (FFmpeg and others) and that without the header,
// 7FFFF000h (SoX), 7FFFFFFFh, 80000000h and 7FFFFFC4h (recorders).
const placeholderRoom = 0x10000

// placeholder reports whether a size is just below 2 or 4 GiB.
func placeholder(size uint32) bool {
	const limit = 1 << 31
	return size >= limit-placeholderRoom && size <= limit+placeholderRoom || size >= math.MaxUint32-placeholderRoom
}

// wholeFrames refuses empty audio, and leaves out a partial sample frame at its end.
func (p *parser) wholeFrames(at int64) error {
	if p.h.size == 0 {
		return p.failAt(at, ErrEmpty, "the data chunk is empty")
	}
	if p.coded || p.h.frame <= 0 {
		return nil
	}
	if rest := p.h.size % p.h.frame; rest > 0 {
		if rest == p.h.size {
			return p.failAt(at, ErrEmpty, "the data chunk has %d bytes, less than one sample frame of %d", p.h.size, p.h.frame)
		}
		p.h.size -= rest
		p.h.note("%d bytes after the last whole sample frame are left out", rest)
	}
	return nil
}

// rest notes the bytes after the last chunk, unless they are zeros or a tag.
func (h *header) rest(in cursor) {
	left := in.left()
	for range maxChunks {
		b, err := in.peek(maxPeek)
		if err != nil || len(b) == 0 {
			return
		}
		zeros := 0
		for zeros < len(b) && b[zeros] == 0 {
			zeros++
		}
		b = b[zeros:]
		if len(b) == 0 {
			_, _ = in.skip(int64(zeros))
			continue
		}
		for _, tag := range []string{"TAG", "ID3", "APETAGEX", "LYRICSBEGIN"} {
			if bytes.HasPrefix(b, []byte(tag)) {
				return
			}
		}
		if left >= 0 {
			h.note("%d bytes after the end of the audio are left out", left)
		}
		return
	}
}

// behind checks the bytes after the audio. Another data chunk, or another file, holds
// audio that would be lost: playing half of the audio would be worse than rejecting it.
// The cursor is at the first byte of audio.
func (h *header) behind(name string, in cursor) error {
	if h.open {
		return nil
	}
	size := max(h.declared, h.size)
	if _, err := in.skip(size); err != nil {
		return nil
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if h.bigEndian {
		order = binary.BigEndian
	}
	odd := size % 2
	for range maxChunks {
		b, err := in.peek(12)
		if err == nil && odd != 0 && !unpadded(b) {
			_, err = in.skip(1)
			if err == nil {
				b, err = in.peek(12)
			}
		}
		if err != nil || len(b) == 0 {
			return nil
		}
		if len(b) < 8 || !chunkName(b[:4]) {
			h.rest(in)
			return nil
		}
		at := in.offset()
		switch {
		case string(b[:4]) == "data":
			return &Error{Name: name, Offset: at, Err: ErrMalformed,
				Reason: "a second data chunk, whose audio would be lost: convert the file with the program that made it"}
		case len(b) == 12 && string(b[8:12]) == "WAVE":
			return &Error{Name: name, Offset: at, Err: ErrMalformed,
				Reason: "another WAV file begins here, inside the same file: only the first would be played; split them first"}
		}
		n := int64(order.Uint32(b[4:]))
		if left := in.left(); left >= 0 && n > left-8 { // it only looks like a chunk, or is cut off
			h.rest(in)
			return nil
		}
		odd = n % 2
		if _, err := in.skip(8 + n); err != nil {
			return nil
		}
	}
	return nil
}
