package wav

import (
	"encoding/binary"
	"slices"
)

// openSizes are what programs put in the size of the data chunk when they can't go
// back to correct it: FFFFFFFFh (FFmpeg and others), 7FFFF000h (SoX), 7FFFFFFFh,
// 80000000h and 7FFFFFC4h (recorders).
var openSizes = []uint32{0xFFFFFFFF, 0x7FFFF000, 0x7FFFFFFF, 0x80000000, 0x7FFFFFC4}

// data settles how much audio there is. The chunk began at byte at and declares
// size bytes; the cursor is behind its header.
func (p *parser) data(at int64, size uint32) error {
	if !p.haveFmt {
		return p.failAt(at, ErrMalformed, "the data chunk comes before any fmt chunk")
	}
	p.h.start = p.in.offset()
	// open: the size is a placeholder, and the audio reaches to the end.
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
		p.h.size = unknownSize
		return nil
	case open:
		declared = uint64(left)
	// Truncated data is refused, never played short: the rest of a track would be
	// missing, and nobody would know until the disc is heard.
	case left >= 0 && declared > uint64(left):
		return p.failAt(p.h.start+left, ErrTruncated,
			"the data chunk declares %d bytes of audio, but the file ends after %d", declared, left)
	case declared > 1<<62:
		return p.failAt(at, ErrMalformed, "the data chunk declares %d bytes", declared)
	}
	p.h.size = int64(declared)
	return p.wholeFrames(at)
}

// openEnded reports whether a data size says only that the writer didn't know.
func (p *parser) openEnded(size uint32) bool {
	left := p.in.left()
	if size == 0 {
		// A header that nobody came back to: its RIFF size doesn't reach beyond it.
		// Otherwise the chunk is really empty, and what follows are other chunks.
		unpatched := p.riffSize == 0xFFFFFFFF || int64(p.riffSize)+8 <= p.h.start
		return unpatched && left != 0
	}
	if size == 0xFFFFFFFF {
		return true
	}
	// The others could be true sizes: only if more is declared than there is.
	return slices.Contains(openSizes, size) && p.riffSize >= size && (left < 0 || left < int64(size))
}

// wholeFrames refuses audio that is empty or ends inside a sample frame.
func (p *parser) wholeFrames(at int64) error {
	frame := int64(p.h.format.FrameBytes())
	switch {
	case p.h.size == 0:
		return p.failAt(at, ErrEmpty, "the data chunk is empty")
	case p.h.size%frame != 0:
		return p.failAt(p.h.start+p.h.size-p.h.size%frame, ErrMalformed,
			"%d bytes of audio are not a whole number of sample frames of %d bytes", p.h.size, frame)
	}
	return nil
}

// secondData looks for another data chunk behind the first one: playing half of
// the audio would be worse than refusing. The cursor is at the first byte of audio.
func secondData(name string, h header, in cursor, riffEnd int64) error {
	if _, err := in.skip(h.size + h.size%2); err != nil {
		return nil
	}
	for range maxChunks {
		at := in.offset()
		b, err := in.peek(8)
		if err != nil || len(b) < 8 || at >= riffEnd || !chunkName(b[:4]) {
			return nil // whatever follows is no chunk of this file
		}
		if string(b[:4]) == "data" {
			return &Error{Name: name, Offset: at, Reason: "there is a second data chunk", Err: ErrUnsupported}
		}
		order := binary.ByteOrder(binary.LittleEndian)
		if h.bigEndian {
			order = binary.BigEndian
		}
		size := int64(order.Uint32(b[4:]))
		if _, err := in.skip(8 + size + size%2); err != nil {
			return nil
		}
	}
	return nil
}
