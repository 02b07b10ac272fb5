package mp3

import "encoding/binary"

// slack is how many bytes bits may load past the end: it loads 64 bits at a time, and the
// Huffman decoder checks its position only after several codes.
const slack = 40

// bits reads a buffer, most significant bit first. It doesn't check pos: the buffer must
// have slack bytes after the data.
type bits struct {
	buf []byte
	pos int // in bits
}

// get returns the next n bits, 0 to 32.
func (b *bits) get(n int) int {
	w := load(b.buf, b.pos)
	b.pos += n
	return int(w >> (64 - uint(n))) // a shift by 64 gives 0
}

// flag returns the next bit.
func (b *bits) flag() bool { return b.get(1) != 0 }

// load returns at least 57 bits from pos, at the top of the word.
func load(buf []byte, pos int) uint64 {
	return binary.BigEndian.Uint64(buf[pos>>3:]) << (uint(pos) & 7)
}
