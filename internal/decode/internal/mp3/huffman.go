package mp3

import "math"

const (
	rootBits = 9
	// link marks an entry that leads to a table of the bits after the first rootBits.
	link = 1 << 31
	// A pair without linbits takes at most 19+2 bits, one with them 13+13 more.
	pairBits   = 21
	bigPair    = 47
	loadedBits = 57 // what load gives at least
)

// book decodes the pairs of one Huffman table.
//
// An entry is length<<8 | x<<4 | y, the length being that of the whole code; or
// link | bits<<16 | offset, where bits more choose an entry of sub.
type book struct {
	root [1 << rootBits]uint32
	sub  []uint32
}

// newBook makes the lookup tables of a code.
func newBook(c code) *book {
	b := new(book)
	var longest [1 << rootBits]int // bits after the root, by root
	for i, n := range c.lengths {
		if n := int(n); n > rootBits {
			prefix := int(c.codes[i]) >> (n - rootBits)
			longest[prefix] = max(longest[prefix], n-rootBits)
		}
	}
	for prefix, n := range longest {
		if n > 0 {
			b.root[prefix] = link | uint32(n)<<16 | uint32(len(b.sub))
			b.sub = append(b.sub, make([]uint32, 1<<n)...)
		}
	}
	for i, n := range c.lengths {
		n, bits := int(n), int(c.codes[i])
		entry := uint32(n<<8 | i/c.columns<<4 | i%c.columns)
		if n <= rootBits {
			fill(b.root[bits<<(rootBits-n):], 1<<(rootBits-n), entry)
			continue
		}
		to := b.root[bits>>(n-rootBits)]
		free := int(to>>16&31) - (n - rootBits)
		at := int(to&0xFFFF) + bits&(1<<(n-rootBits)-1)<<free
		fill(b.sub[at:], 1<<free, entry)
	}
	return b
}

func fill(to []uint32, n int, entry uint32) {
	for i := range to[:n] {
		to[i] = entry
	}
}

// newQuads makes the lookup table of a code for quads by its first 6 bits:
// length<<4 | vwxy.
func newQuads(c code) (q [64]uint8) {
	for i, n := range c.lengths {
		first := int(c.codes[i]) << (6 - n)
		for j := range 1 << (6 - n) {
			q[first+j] = n<<4 | uint8(i)
		}
	}
	return q
}

// linbits by table number; 16 to 23 share one code, and so do 24 to 31.
var linbits = [32]int{16: 1, 2, 3, 4, 6, 8, 10, 13, 4, 5, 6, 7, 8, 9, 11, 13}

// huffman decodes the lines of a granule between the bits pos and end of buf: |x|
// to the power 4/3 with the sign of x goes to spec, and n is one more than the
// last line that can be other than zero. ok is false if the codes run over the end.
func (t *tables) huffman(spec *[lines]float32, buf []byte, pos, end int, g *granule) (n int, ok bool) {
	clear(spec[:])
	from, top := 0, 2*g.big
	for i, to := range [3]int{g.regions[0], g.regions[1], lines} {
		to = min(to, top)
		if from >= to {
			continue
		}
		table := g.tables[i]
		switch bk := t.books[table]; {
		case bk == nil: // table 0: nothing but zeros
		case linbits[table] > 0:
			pos = t.bigPairs(spec[from:to], buf, pos, end, bk, linbits[table])
		default:
			pos = t.pairs(spec[from:to], buf, pos, end, bk)
		}
		if pos < 0 || pos > end {
			return 0, false
		}
		from = to
	}
	quads := &t.quadA
	if g.quadB {
		quads = &t.quadB
	}
	return t.fours(spec, from, buf, pos, end, quads), true
}

// pairs decodes pairs of values below 16. It returns the bit after the last one, or
// -1 once it has run over the end.
//
// Signs aren't predictable and nor are zeros: nothing in here branches on them.
func (t *tables) pairs(dst []float32, buf []byte, pos, end int, bk *book) int {
	var w uint64
	left := 0
	for len(dst) >= 2 {
		if left < pairBits {
			if pos > end {
				return -1
			}
			w, left = load(buf, pos), loadedBits
		}
		e := bk.root[w>>(64-rootBits)]
		if e >= link {
			e = bk.sub[int(e&0xFFFF)+int(w<<rootBits>>(-(e>>16)&63))]
		}
		n, x, y := e>>8&31, e>>4&15, e&15
		w <<= n
		dst[0] = math.Float32frombits(t.small[x] | uint32(w>>63)<<31)
		nx := (x + 15) >> 4 // 1 if there is a sign bit
		w <<= nx
		dst[1] = math.Float32frombits(t.small[y] | uint32(w>>63)<<31)
		ny := (y + 15) >> 4
		w <<= ny
		used := int(n + nx + ny)
		left -= used
		pos += used
		dst = dst[2:]
	}
	return pos
}

// bigPairs is pairs for tables where 15 is followed by lin bits to be added to it.
func (t *tables) bigPairs(dst []float32, buf []byte, pos, end int, bk *book, lin int) int {
	var w uint64
	left := 0
	for len(dst) >= 2 {
		if left < bigPair {
			if pos > end {
				return -1
			}
			w, left = load(buf, pos), loadedBits
		}
		e := bk.root[w>>(64-rootBits)]
		if e >= link {
			e = bk.sub[int(e&0xFFFF)+int(w<<rootBits>>(-(e>>16)&63))]
		}
		n, y := int(e>>8&31), e&15
		w <<= uint(n) & 63
		for i, x := range [2]uint32{e >> 4 & 15, y} {
			value := t.small[x]
			if x == 15 {
				value = math.Float32bits(t.pow43[15+int(w>>(64-uint(lin)))])
				w <<= uint(lin) & 63
				n += lin
			}
			dst[i] = math.Float32frombits(value | uint32(w>>63)<<31)
			sign := (x + 15) >> 4
			w <<= sign
			n += int(sign)
		}
		left -= n
		pos += n
		dst = dst[2:]
	}
	return pos
}

// fours decodes quads of values 0 and +-1 until the bits or the lines are used up, and
// returns the line after the last one. A quad that exceeds the end is dropped: encoders
// leave such bits there.
func (t *tables) fours(spec *[lines]float32, at int, buf []byte, pos, end int, quads *[64]uint8) int {
	for pos < end && at <= lines-4 {
		w := load(buf, pos)
		e := quads[w>>58]
		n, vwxy := e>>4&7, e&15
		pos += int(n + t.quads.signs[vwxy])
		q := (*[4]float32)(spec[at:])
		*q = t.quads.values[vwxy][w<<n>>60]
		if pos > end {
			clear(q[:])
			break
		}
		at += 4
	}
	return at
}

// quadTable holds the values of quads.
type quadTable struct {
	signs  [16]uint8          // how many values other than 0, by vwxy
	values [16][16][4]float32 // by vwxy and four bits that begin with the signs
}

func (t *quadTable) make() {
	for vwxy := range t.values {
		for next := range t.values[vwxy] {
			bit := 8
			for i := range 4 {
				if vwxy<<i&8 == 0 {
					continue
				}
				t.values[vwxy][next][i] = 1
				if next&bit != 0 {
					t.values[vwxy][next][i] = -1
				}
				bit >>= 1
				if next == 0 {
					t.signs[vwxy]++
				}
			}
		}
	}
}
