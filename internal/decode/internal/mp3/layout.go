package mp3

// Kinds of layout: the order in which a granule carries its lines.
const (
	layoutLong = iota
	layoutShort
	layoutMixed
)

const maxBands = 39 // 13 short bands of 3 windows

// layout lists the scale factor bands of a granule in the order of transmission.
// Short bands come three in a row, one of each window.
type layout struct {
	ends     [maxBands]uint16 // one past the last line of each band
	n        int              // bands
	long     int              // bands of long blocks, which come first
	coded    int              // bands that have a scale factor; the last ones have none
	first    int              // number of the first short band
	split    int              // lines of the long part
	mixed    int              // lines of the long part of a mixed block at this rate
	switched int              // where the second Huffman region starts if windows are switched
}

// start returns the first line of a band; the end of the granule for bands after the last.
func (l *layout) start(band int) int {
	switch {
	case band <= 0:
		return 0
	case band > l.n:
		return lines
	}
	return int(l.ends[band-1])
}

// layouts by header.rate and kind.
var layouts = makeLayouts()

func makeLayouts() (all [9][3]layout) {
	for rate := range all {
		long, short := &longBands[rate], &shortBands[rate]
		lsf := rate >= 3
		l := &all[rate][layoutLong]
		l.addLong(long, 22)
		l.coded = 21
		l.split = lines
		l.switched = int(long[8])

		s := &all[rate][layoutShort]
		s.addShort(short, 0)
		s.coded = s.n - 3
		s.switched = 3 * int(short[3])

		// The long part of a mixed block covers two subbands. At 8 kHz the bands
		// don't fit there and nothing is standardized: four subbands, as other
		// decoders do.
		m := &all[rate][layoutMixed]
		bands := 8
		if lsf {
			bands = 6
		}
		m.addLong(long, bands)
		m.addShort(short, 3)
		m.coded = m.n - 3
		m.switched = m.split
		l.mixed, s.mixed, m.mixed = m.split, m.split, m.split
	}
	return all
}

func (l *layout) addLong(edges *[23]uint16, bands int) {
	for i := range bands {
		l.ends[l.n] = edges[i+1]
		l.n++
	}
	l.long = l.n
	l.split = int(edges[bands])
}

func (l *layout) addShort(edges *[14]uint16, from int) {
	l.first = from
	at := l.split
	for i := from; i < 13; i++ {
		for range 3 {
			at += int(edges[i+1] - edges[i])
			l.ends[l.n] = uint16(at)
			l.n++
		}
	}
}

// longBands and shortBands are the first lines of the scale factor bands: 11172-3
// table B.8, 13818-3 table B.2, and what every encoder uses for MPEG-2.5. Short ones
// count the lines of one window.
var longBands = [9][23]uint16{
	{0, 4, 8, 12, 16, 20, 24, 30, 36, 44, 52, 62, 74, 90, 110, 134, 162, 196, 238, 288, 342, 418, 576},
	{0, 4, 8, 12, 16, 20, 24, 30, 36, 42, 50, 60, 72, 88, 106, 128, 156, 190, 230, 276, 330, 384, 576},
	{0, 4, 8, 12, 16, 20, 24, 30, 36, 44, 54, 66, 82, 102, 126, 156, 194, 240, 296, 364, 448, 550, 576},
	{0, 6, 12, 18, 24, 30, 36, 44, 54, 66, 80, 96, 116, 140, 168, 200, 238, 284, 336, 396, 464, 522, 576},
	{0, 6, 12, 18, 24, 30, 36, 44, 54, 66, 80, 96, 114, 136, 162, 194, 232, 278, 332, 394, 464, 540, 576},
	{0, 6, 12, 18, 24, 30, 36, 44, 54, 66, 80, 96, 116, 140, 168, 200, 238, 284, 336, 396, 464, 522, 576},
	{0, 6, 12, 18, 24, 30, 36, 44, 54, 66, 80, 96, 116, 140, 168, 200, 238, 284, 336, 396, 464, 522, 576},
	{0, 6, 12, 18, 24, 30, 36, 44, 54, 66, 80, 96, 116, 140, 168, 200, 238, 284, 336, 396, 464, 522, 576},
	{0, 12, 24, 36, 48, 60, 72, 88, 108, 132, 160, 192, 232, 280, 336, 400, 476, 566, 568, 570, 572, 574, 576},
}

var shortBands = [9][14]uint16{
	{0, 4, 8, 12, 16, 22, 30, 40, 52, 66, 84, 106, 136, 192},
	{0, 4, 8, 12, 16, 22, 28, 38, 50, 64, 80, 100, 126, 192},
	{0, 4, 8, 12, 16, 22, 30, 42, 58, 78, 104, 138, 180, 192},
	{0, 4, 8, 12, 18, 24, 32, 42, 56, 74, 100, 132, 174, 192},
	{0, 4, 8, 12, 18, 26, 36, 48, 62, 80, 104, 136, 180, 192},
	{0, 4, 8, 12, 18, 26, 36, 48, 62, 80, 104, 134, 174, 192},
	{0, 4, 8, 12, 18, 26, 36, 48, 62, 80, 104, 134, 174, 192},
	{0, 4, 8, 12, 18, 26, 36, 48, 62, 80, 104, 134, 174, 192},
	{0, 8, 16, 24, 36, 52, 72, 96, 124, 160, 162, 164, 166, 192},
}

// roundUp returns the end of the last group of short bands, or long band, that holds a
// line below n.
func (l *layout) roundUp(n int) int {
	if n <= l.split {
		return n
	}
	for band := l.long + 2; band < l.n; band += 3 {
		if int(l.ends[band]) >= n {
			return int(l.ends[band])
		}
	}
	return lines
}
