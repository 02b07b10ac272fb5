package mp3

import "errors"

// Why a granule can't be decoded. None of them leaves the package: a Problem names the
// place, these give the reason for debugging.
var (
	errSide      = errors.New("side information contradicts itself")
	errReservoir = errors.New("main data lies in frames that are missing")
	errMain      = errors.New("main data is damaged")
)

// maxBig is how many pairs of values a granule holds.
const maxBig = lines / 2

// Block types (2.4.2.7).
const (
	blockLong  = 0
	blockStart = 1
	blockShort = 2
	blockStop  = 3
)

// granule is the side information of one granule of one channel.
type granule struct {
	bits     int // part2_3_length: scale factors and Huffman codes
	big      int // pairs coded with the big tables
	gain     int // global_gain
	compress int // scalefac_compress
	block    uint8
	mixed    bool
	preflag  bool
	coarse   bool // scalefac_scale
	quadB    bool // count1table_select
	tables   [3]uint8
	subgain  [3]uint8
	regions  [2]int // first lines of the second and third region
	reuse    uint8  // scfsi: groups of scale factors taken from granule 0
	layout   *layout
}

// sideInfo is the side information of a frame (2.4.1.7).
type sideInfo struct {
	begin int // main_data_begin: how many bytes before this frame its main data starts
	gr    [2][2]granule
}

// parse reads the side information. Granules that contradict themselves are an
// error, since the rest of the frame can't be trusted then.
func (s *sideInfo) parse(h header, data []byte) error {
	var buf [32 + slack]byte
	copy(buf[:], data[:h.sideBytes()])
	b := bits{buf: buf[:]}
	channels := h.channels()
	var scfsi [2]uint8
	if h.lsf() {
		s.begin = b.get(8)
		b.get(channels) // private bits
	} else {
		s.begin = b.get(9)
		b.get(7 - 2*channels)
		for ch := range channels {
			scfsi[ch] = uint8(b.get(4))
		}
	}
	for gr := range h.granules() {
		for ch := range channels {
			g := &s.gr[gr][ch]
			g.reuse = 0
			if gr == 1 {
				g.reuse = scfsi[ch]
			}
			if !g.parse(h, &b) {
				return errSide
			}
		}
	}
	return nil
}

// parse reads the side information of one granule; false if it isn't possible.
func (g *granule) parse(h header, b *bits) bool {
	g.bits = b.get(12)
	g.big = b.get(9)
	g.gain = b.get(8)
	if h.lsf() {
		g.compress = b.get(9)
	} else {
		g.compress = b.get(4)
	}
	if b.flag() {
		if !g.parseSwitched(h, b) {
			return false
		}
	} else {
		g.parseLong(h, b)
	}
	g.preflag = false
	if !h.lsf() {
		g.preflag = b.flag()
	}
	g.coarse = b.flag()
	g.quadB = b.flag()
	// 2.4.2.7: scfsi is for long blocks; encoders leave it set on short ones.
	if g.block == blockShort {
		g.reuse = 0
	}
	for i, first := range [3]int{0, g.regions[0], g.regions[1]} {
		if first < 2*g.big && !tableExists(g.tables[i]) {
			return false
		}
	}
	return g.big <= maxBig
}

// tableExists: tables 4 and 14 were never defined.
func tableExists(n uint8) bool { return n != 4 && n != 14 }

// parseLong reads the part of a granule without window switching.
func (g *granule) parseLong(h header, b *bits) {
	g.block, g.mixed = blockLong, false
	g.layout = &layouts[h.rate][layoutLong]
	for i := range g.tables {
		g.tables[i] = uint8(b.get(5))
	}
	g.subgain = [3]uint8{}
	first := b.get(4) + 1
	second := first + b.get(3) + 1
	g.regions[0] = g.layout.start(first)
	g.regions[1] = g.layout.start(second)
}

// parseSwitched reads the part of a granule with window switching. Block type 0
// is reserved there.
func (g *granule) parseSwitched(h header, b *bits) bool {
	g.block = uint8(b.get(2))
	g.mixed = b.flag()
	if g.block == blockLong {
		return false
	}
	g.tables = [3]uint8{uint8(b.get(5)), uint8(b.get(5)), 0}
	for i := range g.subgain {
		g.subgain[i] = uint8(b.get(3))
	}
	g.layout = &layouts[h.rate][g.kind()]
	// The first region ends after eight long or three short bands: 36 lines in
	// MPEG-1. LSF mixed blocks are cut at 36 too, as the standard's own decoder does.
	g.regions = [2]int{g.layout.switched, lines}
	return true
}

// kind returns the kind of a granule's layout.
func (g *granule) kind() int {
	switch {
	case g.block != blockShort:
		return layoutLong
	case g.mixed:
		return layoutMixed
	}
	return layoutShort
}
