package mp3

import "math/rand/v2"

// forge writes streams that no encoder writes: granules of random side information, scale
// factors and values, with everything that the format allows. They are noise to the ear,
// but every decoder must decode them alike.
type forge struct {
	*rand.Rand
	head header
	// the features that granules may have
	blocks    []int // block types
	mixed     bool
	intensity bool
}

// bitWriter writes bits, most significant first.
type bitWriter struct {
	buf []byte
	n   int
}

func (w *bitWriter) put(v, n int) {
	for i := n - 1; i >= 0; i-- {
		if w.n&7 == 0 {
			w.buf = append(w.buf, 0)
		}
		w.buf[w.n>>3] |= byte(v>>i&1) << (7 - w.n&7)
		w.n++
	}
}

func (w *bitWriter) flag(b bool) bool {
	if b {
		w.put(1, 1)
	} else {
		w.put(0, 1)
	}
	return b
}

// bytesOf gives the four bytes of a header.
func (h header) bytesOf() []byte {
	w := &bitWriter{}
	w.put(0x7FF, 11)
	w.put([]int{3, 2, 0}[h.version], 2)
	w.put(1, 2)
	w.flag(!h.crc)
	w.put(int(h.bitrate), 4)
	w.put(int(h.rate)%3, 2)
	w.put(int(h.padding), 1)
	w.put(0, 1)
	w.put(int(h.mode), 2)
	w.put(int(h.ext), 2)
	w.put(0, 4)
	return w.buf
}

// stream concatenates frames.
func (f *forge) stream(frames int) []byte {
	var out []byte
	for frames > 0 {
		if frame := f.frame(); frame != nil {
			out = append(out, frame...)
			frames--
		}
	}
	return out
}

// frame makes a frame that needs no other, or nil if it got too long.
func (f *forge) frame() []byte {
	h := f.head
	side, main := &bitWriter{}, &bitWriter{}
	if h.lsf() {
		side.put(0, 8+h.channels())
	} else {
		side.put(0, 9+7-2*h.channels())
	}
	// The same blocks in both channels: otherwise joint stereo would mix lines of different
	// frequencies; scfsi only between long blocks.
	type kind struct {
		block int
		mixed bool
	}
	var kinds [2]kind
	for i := range kinds {
		kinds[i] = kind{f.blocks[f.IntN(len(f.blocks))], f.mixed && f.IntN(2) == 0}
	}
	reuse := [2]int{}
	if !h.lsf() {
		for ch := range h.channels() {
			if kinds[0].block != blockShort && kinds[1].block != blockShort {
				reuse[ch] = f.IntN(16)
			}
			side.put(reuse[ch], 4)
		}
	}
	for gr := range h.granules() {
		for ch := range h.channels() {
			g := granule{block: uint8(kinds[gr].block), mixed: kinds[gr].mixed && kinds[gr].block != 0}
			if gr == 1 {
				g.reuse = uint8(reuse[ch])
			}
			f.granule(side, main, g, ch)
		}
	}
	out := append(h.bytesOf(), side.buf...)
	out = append(out, main.buf...)
	size := h.size(0)
	if len(out) > size {
		return nil
	}
	return append(out, make([]byte, size-len(out))...)
}

// granule writes a granule of one channel.
func (f *forge) granule(side, main *bitWriter, g granule, ch int) {
	right := f.intensity && ch == 1
	g.layout = &layouts[f.head.rate][g.kind()]
	g.compress = f.compress(right)
	start := main.n
	f.factors(main, &g, right)
	// Lines: pairs with big tables, then quads, then nothing.
	top := 100 + f.IntN(300)&^1
	if right {
		top = 40 + f.IntN(80)&^1
	}
	g.big = top / 2
	g.gain = 150 + f.IntN(12)
	g.regions = [2]int{g.layout.switched, lines}
	var regions [2]int
	if g.block == blockLong {
		regions = [2]int{f.IntN(8), f.IntN(4)}
		g.regions[0] = g.layout.start(regions[0] + 1)
		g.regions[1] = g.layout.start(regions[0] + regions[1] + 2)
	}
	usable := []uint8{1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 24, 25}
	for i := range g.tables {
		g.tables[i] = usable[f.IntN(len(usable))]
	}
	f.lines(main, &g, top)
	quadB := f.IntN(2) == 0
	if !right {
		f.quads(main, quadB, f.IntN((lines-top)/4))
	}
	side.put(main.n-start, 12)
	side.put(g.big, 9)
	side.put(g.gain, 8)
	if f.head.lsf() {
		side.put(g.compress, 9)
	} else {
		side.put(g.compress, 4)
	}
	if side.flag(g.block != blockLong) {
		side.put(int(g.block), 2)
		side.flag(g.mixed)
		side.put(int(g.tables[0]), 5)
		side.put(int(g.tables[1]), 5)
		side.put(f.IntN(1<<9), 9) // subblock_gain
	} else {
		for _, n := range g.tables {
			side.put(int(n), 5)
		}
		side.put(regions[0], 4)
		side.put(regions[1], 3)
	}
	if !f.head.lsf() {
		side.flag(f.IntN(2) == 0) // preflag
	}
	side.flag(f.IntN(4) == 0) // scalefac_scale
	side.flag(quadB)
}

// compress chooses scalefac_compress. For the right channel it leaves out those with
// positions above 7, which have no meaning.
func (f *forge) compress(right bool) int {
	switch {
	case f.head.lsf():
		return f.IntN(512)
	case right:
		return f.IntN(14)
	}
	return f.IntN(16)
}

// factors writes scale factors. For LSF it leaves out the positions that mean "none" to us
// or to other decoders, which don't implement the rule for LSF: 7 and more.
func (f *forge) factors(w *bitWriter, g *granule, right bool) {
	if !f.head.lsf() {
		for i, n := range sfParts[g.kind()] {
			bits := int(sfLengths[g.compress][i/2])
			for range n {
				if g.reuse>>(3-i)&1 == 0 {
					w.put(f.IntN(1<<bits), bits)
				}
			}
		}
		return
	}
	lengths, row := splitCompress(g.compress, right)
	for i, n := range sfPartsLSF[row][g.kind()] {
		bits := int(lengths[i])
		limit := 1 << bits
		if right && bits > 0 {
			limit = min(limit-1, 7)
		}
		for range n {
			w.put(f.IntN(limit), bits)
		}
	}
}

// lines writes top values in pairs.
func (f *forge) lines(w *bitWriter, g *granule, top int) {
	for i := 0; i < top; i += 2 {
		region := 0
		for region < 2 && i >= g.regions[region] {
			region++
		}
		n := int(g.tables[region])
		lin := linbits[n]
		c, ok := codes[n]
		switch {
		case n >= 24:
			c = codes[24]
		case !ok:
			c = codes[16]
		}
		x, y := f.value(c.columns, lin), f.value(c.columns, lin)
		at := min(x, c.columns-1)*c.columns + min(y, c.columns-1)
		w.put(int(c.codes[at]), int(c.lengths[at]))
		for _, v := range [2]int{x, y} {
			if lin > 0 && v >= 15 {
				w.put(v-15, lin)
			}
			if v > 0 {
				w.put(f.IntN(2), 1)
			}
		}
	}
}

// value chooses a value that a table can code; small ones are more frequent.
func (f *forge) value(columns, lin int) int {
	limit := columns
	if lin > 0 {
		limit = 15 + 1<<lin
	}
	return f.IntN(1 + f.IntN(limit))
}

// quads writes n quads.
func (f *forge) quads(w *bitWriter, b bool, n int) {
	c := codes[tableA]
	if b {
		c = codes[tableB]
	}
	for range n {
		q := f.IntN(16)
		w.put(int(c.codes[q]), int(c.lengths[q]))
		for ; q != 0; q &= q - 1 {
			w.put(f.IntN(2), 1)
		}
	}
}
