package vorbis

import "encoding/binary"

// slack is how many bytes load may read past the end of a packet.
const slack = 8

// bits reads a packet, least significant bit first (2.1.4). buf has slack bytes more than the
// packet.
type bits struct {
	buf []byte
	pos int // in bits
	end int
}

// load returns at least 57 bits from pos, at the bottom of the word. pos must not be past the
// end.
func load(buf []byte, pos int) uint64 {
	return binary.LittleEndian.Uint64(buf[pos>>3:]) >> (uint(pos) & 7)
}

// get returns the next n bits, 0 to 32, or 0 if fewer are left.
func (b *bits) get(n int) int {
	if n > b.end-b.pos {
		b.pos = b.end + 1
	}
	if b.pos > b.end {
		return 0
	}
	w := load(b.buf, b.pos)
	b.pos += n
	return int(w & (1<<uint(n) - 1))
}

// over reports whether a read went past the end.
func (b *bits) over() bool { return b.pos > b.end }
