package mp3

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// stereoCase is a granule whose left channel is 1 everywhere, and whose right channel
// is 1 below a line of each window.
func stereoCase(rate, kind int, used [3]int) (left, right [lines]float32, g granule) {
	g.layout = &layouts[rate][kind]
	if kind != layoutLong {
		g.block = blockShort
	}
	for band := range g.layout.n {
		w := 0
		if band >= g.layout.long {
			w = (band - g.layout.long) % 3
		}
		for i := g.layout.start(band); i < g.layout.start(band+1); i++ {
			left[i] = 1
			if i < used[w] {
				right[i] = 1
			}
		}
	}
	return left, right, g
}

// The ratios of MPEG-1 are those of tan(position pi/12) (11172-3, 2.4.3.4.9.3).
func TestIntensity(t *testing.T) {
	for position := range uint8(8) {
		left, right, g := stereoCase(0, layoutLong, [3]int{4})
		var f factors
		for i := range f.sf {
			f.sf[i], f.illegal[i] = position, position == 7
		}
		n := theTables().intensity(&left, &right, [2]int{lines, 4}, &g, &f, false, false)
		assert.Equal(t, lines, n)
		assert.Equal(t, []float32{1, 1}, []float32{left[3], right[3]})
		tan := math.Tan(float64(position) * math.Pi / 12)
		for _, i := range []int{4, 100, 417, 418, 575} {
			l, r := tan/(1+tan), 1/(1+tan)
			if position == 7 { // none: the channels are unchanged
				l, r = 1, 0
			}
			assert.InDelta(t, l, left[i], 1e-6, "position %d line %d", position, i)
			assert.InDelta(t, r, right[i], 1e-6, "position %d line %d", position, i)
		}
	}
}

// LSF: one channel is made weaker in steps of the fourth root of 2 or of the root
// (13818-3, 2.4.3.2).
func TestIntensityLSF(t *testing.T) {
	for scale := range 2 {
		step := math.Pow(2, -0.25*float64(scale+1))
		for position := range uint8(32) {
			left, right, g := stereoCase(3, layoutLong, [3]int{0})
			g.compress = scale
			var f factors
			for i := range f.sf {
				f.sf[i] = position
			}
			theTables().intensity(&left, &right, [2]int{lines, 0}, &g, &f, true, false)
			l, r := 1.0, math.Pow(step, float64(position/2))
			if position&1 != 0 {
				l, r = math.Pow(step, float64(position/2+1)), 1
			}
			for _, i := range []int{0, 300, 575} {
				assert.InDelta(t, l, left[i], 1e-6, "scale %d position %d", scale, position)
				assert.InDelta(t, r, right[i], 1e-6, "scale %d position %d", scale, position)
			}
		}
	}
}

// The last band takes the position of the previous one. If that is not a position, because
// the right channel is used there, the sound is in the middle.
func TestIntensityLastBand(t *testing.T) {
	for _, tc := range []struct {
		rate int
		used int
		lsf  bool
		l, r float32
	}{
		{0, 342, false, 0, 1}, {0, 343, false, 0.5, 0.5}, {3, 464, true, 1, 1}, {3, 465, true, 1, 1},
	} {
		left, right, g := stereoCase(tc.rate, layoutLong, [3]int{tc.used})
		var f factors
		f.sf[10] = 3
		theTables().intensity(&left, &right, [2]int{lines, tc.used}, &g, &f, tc.lsf, false)
		assert.Equal(t, tc.l, left[575])
		assert.Equal(t, tc.r, right[575])
	}
}

// Each window of short blocks has its own bound; middle/side applies below it.
func TestIntensityShort(t *testing.T) {
	left, right, g := stereoCase(0, layoutShort, [3]int{0, 12, 100})
	var f factors
	for i := range f.sf {
		f.sf[i] = 6 // all to the left
	}
	theTables().intensity(&left, &right, [2]int{lines, 100}, &g, &f, false, true)
	l := g.layout
	root := float32(math.Sqrt2)
	for band := range l.n {
		at := l.start(band)
		want := [2]float32{1, 0}
		if bound := [3]int{0, 12, 100}[band%3]; at < bound {
			want = [2]float32{root, 0} // sum and difference of two ones
		}
		assert.InDelta(t, want[0], left[at], 1e-6, "band %d", band)
		assert.InDelta(t, want[1], right[at], 1e-6, "band %d", band)
	}
}

// In mixed blocks the long part is shared only if the whole short part is.
func TestEmptyFrom(t *testing.T) {
	for name, tc := range map[string]struct {
		kind int
		used [3]int
		want bounds
	}{
		"long":              {layoutLong, [3]int{20}, bounds{5, 5, 5}},
		"long, all":         {layoutLong, [3]int{576}, bounds{22, 22, 22}},
		"long, none":        {layoutLong, [3]int{0}, bounds{}},
		"short":             {layoutShort, [3]int{1, 0, 0}, bounds{3, 1, 2}},
		"mixed, all empty":  {layoutMixed, [3]int{0}, bounds{}},
		"mixed, long used":  {layoutMixed, [3]int{5, 0, 0}, bounds{2, 2, 2}},
		"mixed, short used": {layoutMixed, [3]int{37, 0, 0}, bounds{11, 9, 10}},
	} {
		_, right, g := stereoCase(0, tc.kind, tc.used)
		assert.Equal(t, tc.want, emptyFrom(&right, lines, g.layout), name)
	}
}

// LSF positions as large as their bits allow mean none; those of no bits are positions.
func TestIllegalPositions(t *testing.T) {
	g := granule{layout: &layouts[3][layoutLong], compress: (0*36 + 2*6 + 3) << 1}
	w := &bitWriter{}
	for i := range 7 {
		w.put(i&3, 2)
	}
	for i := range 7 {
		w.put(7-i, 3)
	}
	var f factors
	f.readLSF(&bits{buf: append(w.buf, make([]byte, slack)...)}, &g, true)
	assert.Equal(t, []uint8{0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 1, 2, 7, 6, 5, 4, 3, 2, 1, 0}, f.sf[:22])
	for i, illegal := range f.illegal[:22] {
		assert.Equal(t, i == 10 || i == 14, illegal, "band %d", i)
	}
}

// scalefac_compress of LSF, at the edges of its ranges (13818-3, 2.4.3.2).
func TestSplitCompress(t *testing.T) {
	for _, tc := range []struct {
		c        int
		position bool
		lengths  [4]uint8
		row      int
	}{
		{0, false, [4]uint8{}, 0},
		{399, false, [4]uint8{4, 4, 3, 3}, 0},
		{400, false, [4]uint8{}, 1},
		{499, false, [4]uint8{4, 4, 3, 0}, 1},
		{500, false, [4]uint8{}, 2},
		{511, false, [4]uint8{3, 2, 0, 0}, 2},
		{359, true, [4]uint8{4, 5, 5, 0}, 3},
		{360, true, [4]uint8{}, 4},
		{487, true, [4]uint8{3, 3, 3, 0}, 4},
		{488, true, [4]uint8{}, 5},
		{511, true, [4]uint8{3, 2, 0, 0}, 5},
	} {
		lengths, row := splitCompress(tc.c, tc.position)
		assert.Equal(t, tc.lengths, lengths, "%d", tc.c)
		assert.Equal(t, tc.row, row, "%d", tc.c)
	}
}
