package mp3

import "encoding/binary"

// slack is how many bytes past the last one bits may load: it takes 64 bits at a time, and
// the Huffman decoder checks its position only after several codes.
const slack = 40

// bits reads a buffer, most significant bit first. The buffer is slack bytes longer than
// pos may reach; the reader itself checks nothing.
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

// load returns at least 57 bits from pos on, in the top of the word.
func load(buf []byte, pos int) uint64 {
	return binary.BigEndian.Uint64(buf[pos>>3:]) << (uint(pos) & 7)
}
