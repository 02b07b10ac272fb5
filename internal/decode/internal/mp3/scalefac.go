package mp3

// factors are the scale factors of one channel in the order of its layout. They are
// kept from granule to granule: scfsi lets the second one use those of the first.
type factors struct {
	sf [maxBands]uint8
	// illegal marks the intensity positions that mean none.
	illegal [maxBands]bool
}

// sfLengths are the bits of the scale factors of the lower and the upper bands by
// scalefac_compress (2.4.2.7).
var sfLengths = [16][2]uint8{
	{0, 0}, {0, 1}, {0, 2}, {0, 3}, {3, 0}, {1, 1}, {1, 2}, {1, 3},
	{2, 1}, {2, 2}, {2, 3}, {3, 1}, {3, 2}, {3, 3}, {4, 2}, {4, 3},
}

// sfParts is how many bands each of the four groups of scfsi has, by kind of
// layout. Short blocks know only two lengths, hence two groups of each.
var sfParts = [3][4]uint8{{6, 5, 5, 5}, {9, 9, 9, 9}, {17, 0, 18, 0}}

// sfPartsLSF is the same for LSF by how scalefac_compress is divided (13818-3,
// table 2.4.3.2): three ways for the usual channel, three for the right one of
// intensity stereo.
var sfPartsLSF = [6][3][4]uint8{
	{{6, 5, 5, 5}, {9, 9, 9, 9}, {6, 9, 9, 9}},
	{{6, 5, 7, 3}, {9, 9, 12, 6}, {6, 9, 12, 6}},
	{{11, 10, 0, 0}, {18, 18, 0, 0}, {15, 18, 0, 0}},
	{{7, 7, 7, 0}, {12, 12, 12, 0}, {6, 15, 12, 0}},
	{{6, 6, 6, 3}, {12, 9, 9, 6}, {6, 12, 9, 6}},
	{{8, 8, 5, 0}, {15, 12, 9, 0}, {6, 18, 9, 0}},
}

// read reads the scale factors of a granule of MPEG-1.
func (f *factors) read(b *bits, g *granule) {
	lengths := sfLengths[g.compress]
	at := 0
	for i, n := range sfParts[g.kind()] {
		if g.reuse>>(3-i)&1 != 0 {
			at += int(n)
			continue
		}
		for range n {
			f.sf[at] = uint8(b.get(int(lengths[i/2])))
			// 2.4.2.7: position 7 is none; the ones above aren't defined.
			f.illegal[at] = f.sf[at] >= 7
			at++
		}
	}
	f.finish(g)
}

// readLSF reads those of LSF. position means that this is the right channel of
// intensity stereo.
func (f *factors) readLSF(b *bits, g *granule, position bool) {
	lengths, row := splitCompress(g.compress, position)
	g.preflag = row == 2
	at := 0
	for i, n := range sfPartsLSF[row][g.kind()] {
		none := 1<<lengths[i] - 1
		for range n {
			v := b.get(int(lengths[i]))
			f.sf[at] = uint8(v)
			f.illegal[at] = v == none && lengths[i] > 0
			at++
		}
	}
	f.finish(g)
}

// splitCompress divides scalefac_compress of LSF into the lengths of the four parts
// (13818-3, 2.4.3.2).
func splitCompress(c int, position bool) (lengths [4]uint8, row int) {
	l := func(a, b, c, d int) [4]uint8 { return [4]uint8{uint8(a), uint8(b), uint8(c), uint8(d)} }
	if position {
		c >>= 1 // the low bit is the intensity scale
		switch {
		case c < 180:
			return l(c/36, c%36/6, c%6, 0), 3
		case c < 244:
			c -= 180
			return l(c>>4, c>>2&3, c&3, 0), 4
		}
		c -= 244
		return l(c/3, c%3, 0, 0), 5
	}
	switch {
	case c < 400:
		return l(c>>4/5, c>>4%5, c>>2&3, c&3), 0
	case c < 500:
		c -= 400
		return l(c>>2/5, c>>2%5, c&3, 0), 1
	}
	c -= 500
	return l(c/3, c%3, 0, 0), 2
}

// finish deals with the last bands, which have no scale factor.
func (f *factors) finish(g *granule) {
	clear(f.sf[g.layout.coded:])
}

// preemphasis is added to the scale factors of long bands if preflag is set
// (table B.6).
var preemphasis = [22]uint8{11: 1, 1, 1, 1, 2, 2, 3, 3, 3, 2, 0}
