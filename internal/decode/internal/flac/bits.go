package flac

import (
	"encoding/binary"
	"io"
	"math/bits"
)

// bufferSize is read from the file at a time.
const bufferSize = 64 << 10

// bitReader returns bits, the highest of each byte first, and keeps the CRC-16 of the
// bytes that were consumed.
type bitReader struct {
	r    io.Reader
	buf  []byte
	pos  int    // of the next byte of buf that goes into acc
	end  int    // bytes in buf
	base int64  // byte of the file at which buf begins
	acc  uint64 // bits not yet returned, left-aligned; after the first n come zeros or the bits that follow
	n    uint
	crc  uint16
	from int // first byte of buf that isn't in crc yet
	err  error
}

func newBitReader(r io.Reader, base int64) *bitReader {
	return &bitReader{r: r, base: base, buf: make([]byte, bufferSize)}
}

// consumed is the place in buf after the last byte of which a bit was returned.
func (b *bitReader) consumed() int { return b.pos - int(b.n/8) }

// offset is the byte of the file that comes next.
func (b *bitReader) offset() int64 { return b.base + int64(b.consumed()) }

// startCRC starts the CRC at the next byte.
func (b *bitReader) startCRC() { b.crc, b.from = 0, b.consumed() }

// sum updates the CRC up to the next byte and returns it.
func (b *bitReader) sum() uint16 {
	to := b.consumed()
	b.crc = crc16(b.crc, b.buf[b.from:to])
	b.from = to
	return b.crc
}

// refill makes at least 57 bits available, or all that are left. It reports
// whether there are any.
func (b *bitReader) refill() bool {
	if b.end-b.pos < 8 && b.err == nil {
		b.more()
	}
	if b.end-b.pos >= 8 {
		// After the first n bits acc already holds the same bits that come next.
		b.acc |= binary.BigEndian.Uint64(b.buf[b.pos:]) >> b.n
		b.pos += int(63-b.n) >> 3
		b.n |= 56
		return true
	}
	for b.n <= 56 && b.pos < b.end {
		b.acc |= uint64(b.buf[b.pos]) << (56 - b.n)
		b.pos++
		b.n += 8
	}
	return b.n > 0
}

// more reads from the file. What is in acc stays in front of buf, so that the bytes
// can still be counted.
func (b *bitReader) more() {
	keep := b.consumed()
	b.crc = crc16(b.crc, b.buf[b.from:keep])
	copy(b.buf, b.buf[keep:b.end])
	b.base += int64(keep)
	b.pos, b.end, b.from = b.pos-keep, b.end-keep, 0
	for b.end-b.pos < 8 && b.err == nil {
		var n int
		n, b.err = b.r.Read(b.buf[b.end:])
		b.end += n
	}
}

// fail is the reason why no more bits can be read.
func (b *bitReader) fail() error {
	if b.err == nil || b.err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return b.err
}

// bits returns the next n bits, at most 57.
func (b *bitReader) bits(n uint) (uint64, error) {
	if b.n < n {
		if b.refill(); b.n < n {
			return 0, b.fail()
		}
	}
	v := b.acc >> 1 >> (63 - n) // n may be 0
	b.acc <<= n
	b.n -= n
	return v, nil
}

// signed returns the next n bits as a number in two's complement, at most 57.
func (b *bitReader) signed(n uint) (int64, error) {
	v, err := b.bits(n)
	if n == 0 {
		return 0, err
	}
	return int64(v<<(64-n)) >> (64 - n), err
}

// unary returns the number of zeros before the next one.
func (b *bitReader) unary() (uint64, error) {
	var q uint64
	for {
		if b.n == 0 && !b.refill() {
			return 0, b.fail()
		}
		if zeros := uint(bits.LeadingZeros64(b.acc)); zeros < b.n {
			b.acc <<= zeros + 1
			b.n -= zeros + 1
			return q + uint64(zeros), nil
		}
		q += uint64(b.n)
		b.acc, b.n = 0, 0
	}
}

// riceFast reads Rice codes that are completely in acc, and returns how many there were
// before one that isn't, or before the end of buf.
func (b *bitReader) riceFast(out []int64, k uint) int {
	if b.n < 32 {
		b.refill()
	}
	acc, n, buf, pos := b.acc, b.n, b.buf[:b.end], b.pos
	i := 0
	for ; i < len(out); i++ {
		if n < 32 {
			if len(buf)-pos < 8 {
				b.acc, b.n, b.pos = acc, n, pos
				if b.refill(); b.end-b.pos < 8 && b.n < 32 {
					break
				}
				acc, n, buf, pos = b.acc, b.n, b.buf[:b.end], b.pos
			} else {
				acc |= binary.BigEndian.Uint64(buf[pos:]) >> (n & 63)
				pos += int(63-n) >> 3
				n |= 56
			}
		}
		zeros := uint(bits.LeadingZeros64(acc))
		used := zeros + 1 + k
		if used > n {
			break
		}
		v := uint64(zeros)<<(k&63) | acc<<(zeros&63)<<1>>1>>((63-k)&63)
		acc <<= used & 63
		n -= used
		out[i] = int64(v>>1) ^ -int64(v&1)
	}
	b.acc, b.n, b.pos = acc, n, pos
	return i
}

// align drops bits up to the next byte.
func (b *bitReader) align() {
	b.acc <<= b.n % 8
	b.n -= b.n % 8
}

var crc16Table, crc8Table = func() (t16 [256]uint16, t8 [256]uint8) {
	for i := range 256 {
		c, d := uint16(i)<<8, uint8(i)
		for range 8 {
			c = c<<1 ^ 0x8005*(c>>15)
			d = d<<1 ^ 0x07*(d>>7)
		}
		t16[i], t8[i] = c, d
	}
	return t16, t8
}()

// crc16Tables are for eight bytes at a time: crc16Tables[k][v] is the effect of v with
// k bytes after it.
var crc16Tables = func() (t [8][256]uint16) {
	t[0] = crc16Table
	for i := range 256 {
		for k := 1; k < len(t); k++ {
			t[k][i] = t[k-1][i]<<8 ^ t[0][t[k-1][i]>>8]
		}
	}
	return t
}()

// crc16 is the checksum of a frame (polynomial 8005h).
func crc16(crc uint16, p []byte) uint16 {
	t := &crc16Tables
	for ; len(p) >= 8; p = p[8:] {
		crc = t[7][p[0]^byte(crc>>8)] ^ t[6][p[1]^byte(crc)] ^ t[5][p[2]] ^ t[4][p[3]] ^
			t[3][p[4]] ^ t[2][p[5]] ^ t[1][p[6]] ^ t[0][p[7]]
	}
	for _, v := range p {
		crc = crc<<8 ^ crc16Table[byte(crc>>8)^v]
	}
	return crc
}

// crc8 is the checksum of a frame header (polynomial 07h).
func crc8(p []byte) uint8 {
	var crc uint8
	for _, v := range p {
		crc = crc8Table[crc^v]
	}
	return crc
}
