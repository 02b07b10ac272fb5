package mp3

const (
	reservoirMax = 511 // bytes that main_data_begin can reach back
	mainMax      = reservoirMax + maxFrame
	// After so many undecodable granules in a row, the output is silence.
	fadeGranules = 4
	fadeFactor   = 0.6
)

// frameDecoder decodes frames to samples. It holds everything that passes from one frame
// to the next, and allocates nothing while it works.
type frameDecoder struct {
	t    *tables
	crc  bool // the checksums of frames are compared, see checks.trusted
	side sideInfo
	sf   [2]factors

	main     [mainMax + slack]byte // the reservoir, followed by the main data of this frame
	mainSize int

	// Two spectra of two channels: the one being decoded, and the last good one, which
	// conceals a granule that can't be decoded.
	spec [2][2][lines]float32
	cur  int
	good [2]shape // of the last good spectrum, by channel
	bad  int      // granules concealed in a row

	spare [lines]float32
	sub   [lines]float32
	over  [2]overlap
	syn   [2]synth
}

// shape is what the transform needs to know about a spectrum.
type shape struct {
	g granule
	n int // lines in use
}

func newFrameDecoder() *frameDecoder { return &frameDecoder{t: theTables()} }

// reset forgets all frames.
func (d *frameDecoder) reset() { *d = frameDecoder{t: d.t, crc: d.crc} }

// decode decodes one frame to interleaved samples; out has exactly their length. What
// can't be decoded is concealed; the error is the reason.
func (d *frameDecoder) decode(h header, data []byte, out []float32) error {
	offset := h.mainOffset()
	if len(data) < offset {
		d.forget()
		d.conceal(h, out)
		return errSide
	}
	sideErr := d.side.parse(h, data[offset-h.sideBytes():offset])
	if d.crc && h.crc && !crcRight(h, data) {
		sideErr = errSide
	}
	start := d.addMain(data[offset:])
	switch {
	case sideErr != nil:
		d.conceal(h, out)
		return sideErr
	case start < 0:
		d.conceal(h, out)
		return errReservoir
	}
	var failed error
	per := lines * h.channels()
	pos := start * 8
	for gr := range h.granules() {
		if err := d.granule(h, gr, pos); err != nil {
			d.repeat(h.channels())
			failed = err
		} else {
			d.bad = 0
		}
		d.synthesize(h.channels(), out[gr*per:(gr+1)*per])
		for ch := range h.channels() {
			pos += d.side.gr[gr][ch].bits
		}
	}
	return failed
}

// addMain appends the main data of a frame to that of the previous frames, and returns
// where the data for this frame starts, or -1 if that is missing.
func (d *frameDecoder) addMain(data []byte) (start int) {
	if keep := d.mainSize - reservoirMax; keep > 0 {
		copy(d.main[:], d.main[keep:d.mainSize])
		d.mainSize = reservoirMax
	}
	start = d.mainSize - d.side.begin
	d.mainSize += copy(d.main[d.mainSize:mainMax], data)
	return start
}

// forget drops the reservoir: what comes next doesn't continue what came before.
func (d *frameDecoder) forget() { d.mainSize = 0 }

// granule decodes the spectrum of one granule, whose main data starts at pos, and
// leaves it transformed as far as aliasing.
func (d *frameDecoder) granule(h header, gr, pos int) error {
	channels := h.channels()
	spec := &d.spec[d.cur]
	ms, intensity := h.ext&2 != 0, h.ext&1 != 0
	lower := 0
	if ms && !intensity {
		lower = halfPower // 1/sqrt 2 of middle/side
	}
	var n [2]int
	for ch := range channels {
		g := &d.side.gr[gr][ch]
		b := bits{buf: d.main[:], pos: pos}
		end := pos + g.bits
		if end > d.mainSize*8 {
			return errMain
		}
		pos = end
		if h.lsf() {
			d.sf[ch].readLSF(&b, g, intensity && ch == 1)
		} else {
			d.sf[ch].read(&b, g)
		}
		if b.pos > end {
			return errMain
		}
		var ok bool
		if n[ch], ok = d.t.huffman(&spec[ch], d.main[:], b.pos, end, g); !ok {
			return errMain
		}
		d.t.scale(&spec[ch], n[ch], g, &d.sf[ch], lower)
	}
	switch {
	case intensity && channels == 2:
		n[0] = d.t.intensity(&spec[0], &spec[1], n, &d.side.gr[gr][1], &d.sf[1], h.lsf(), ms)
		n[1] = n[0]
	case ms && channels == 2:
		n[0] = max(n[0], n[1])
		n[1] = n[0]
		middleSide(spec[0][:n[0]], spec[1][:n[0]], 1)
	}
	for ch := range channels {
		d.good[ch] = d.finish(&spec[ch], n[ch], &d.side.gr[gr][ch])
	}
	d.cur ^= 1
	return nil
}

// finish brings the lines of a channel in order and undoes aliasing.
func (d *frameDecoder) finish(spec *[lines]float32, n int, g *granule) shape {
	if g.block == blockShort {
		reorder(spec, &d.spare, n, g.layout)
		n = g.layout.roundUp(n)
	}
	return shape{g: *g, n: d.t.unalias(spec, n, g)}
}

// repeat replaces a spectrum that can't be decoded by the last good one, weaker each time.
func (d *frameDecoder) repeat(channels int) {
	d.bad++
	for ch := range channels {
		s := &d.good[ch]
		if d.bad > fadeGranules || s.g.layout == nil {
			s.n = 0
			s.g = granule{layout: &layouts[0][layoutLong]}
			continue
		}
		part := d.spec[d.cur^1][ch][:s.n]
		for i := range part {
			part[i] *= fadeFactor
		}
	}
}

// conceal makes a whole frame from the previous ones.
func (d *frameDecoder) conceal(h header, out []float32) {
	per := lines * h.channels()
	for gr := range h.granules() {
		d.repeat(h.channels())
		d.synthesize(h.channels(), out[gr*per:(gr+1)*per])
	}
}

// synthesize turns the last good spectrum into samples.
func (d *frameDecoder) synthesize(channels int, out []float32) {
	for ch := range channels {
		s := &d.good[ch]
		d.t.transform(&d.sub, &d.spec[d.cur^1][ch], s.n, &d.over[ch], &s.g)
		d.syn[ch].granule(d.t, &d.sub, out[ch:], channels)
	}
}
