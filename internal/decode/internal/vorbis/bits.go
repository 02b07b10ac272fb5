package vorbis

import "encoding/binary"

// slack is how many bytes past the end of a packet load may read.
const slack = 8

// bits reads a packet, the lowest bit of each byte first (2.1.4). buf has slack bytes
// more than the packet.
type bits struct {
	buf []byte
	pos int // in bits
	end int
}

// load gives at least 57 bits from pos on, in the bottom of the word. pos must not be
// past the end.
func load(buf []byte, pos int) uint64 {
	return binary.LittleEndian.Uint64(buf[pos>>3:]) >> (uint(pos) & 7)
}

// get gives the next n bits, 0 to 32; zeros from the end on.
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

// over reports whether more was asked for than there was.
func (b *bits) over() bool { return b.pos > b.end }
