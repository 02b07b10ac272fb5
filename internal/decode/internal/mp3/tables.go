package mp3

import (
	"math"
	"sync"
)

// window is one of the four windows of the long transform together with the last
// factors of long36.
type window [2 * slots]float32

// tables are what a decoder looks up. They are made once, when the first decoder is.
type tables struct {
	books        [32]*book
	quadA, quadB [64]uint8
	quads        quadTable
	pow43        [15 + 1<<13]float32 // n to the power 4/3, to the largest n with linbits
	small        [16]uint32          // the first of them, as bits
	gain         [gains]float32
	ratios       [32]ratio
	ratiosLSF    [2][32]ratio // by intensity scale
	cs, ca       [8]float32
	windows      [4][2]window // by block type, for even and odd subbands
	shortWindow  [12]float32
	taps         [16]tap
	firstEven    [ringLength]float32 // the window of sample 0
	firstOdd     [ringLength]float32
	middle       [ringLength]float32 // and of sample 16
	half32       [16]float32         // 1/(2 cos((2i+1) pi/64))
	half16       [8]float32
}

var theTables = sync.OnceValue(newTables)

func newTables() *tables {
	t := new(tables)
	for n, c := range codes {
		switch n {
		case tableA:
			t.quadA = newQuads(c)
		case tableB:
			t.quadB = newQuads(c)
		default:
			t.books[n] = newBook(c)
		}
	}
	t.quads.make()
	for n := 17; n < 24; n++ {
		t.books[n] = t.books[16]
		t.books[n+8] = t.books[24]
	}
	for n := range t.pow43 {
		t.pow43[n] = float32(math.Pow(float64(n), 4.0/3))
	}
	for n := range t.small {
		t.small[n] = math.Float32bits(t.pow43[n])
	}
	for i := range t.gain {
		t.gain[i] = float32(math.Exp2(float64(i-unity) / 4))
	}
	t.makeRatios()
	t.makeWindows()
	t.makeTaps()
	for i := range t.half32 {
		t.half32[i] = float32(0.5 / math.Cos(float64(2*i+1)*math.Pi/64))
	}
	for i := range t.half16 {
		t.half16[i] = float32(0.5 / math.Cos(float64(2*i+1)*math.Pi/32))
	}
	// 11172-3, table B.9
	for i, c := range [8]float64{-0.6, -0.535, -0.33, -0.185, -0.095, -0.041, -0.0142, -0.0037} {
		t.cs[i] = float32(1 / math.Sqrt(1+c*c))
		t.ca[i] = float32(c / math.Sqrt(1+c*c))
	}
	return t
}

// makeRatios fills in the ratios of intensity stereo (11172-3, 2.4.3.4.9.3; 13818-3,
// 2.4.3.2). Positions of MPEG-1 that aren't legal are marked so by factors.
func (t *tables) makeRatios() {
	for i := range 7 {
		// tan(i pi/12) to 1, written so that pi/2 does no harm
		s, c := math.Sincos(float64(i) * math.Pi / 12)
		t.ratios[i] = ratio{float32(s / (s + c)), float32(c / (s + c))}
	}
	for scale := range t.ratiosLSF {
		base := math.Exp2(-0.25 * float64(1+scale))
		for i := range t.ratiosLSF[scale] {
			r := ratio{1, 1}
			k := float32(math.Pow(base, float64((i+1)/2)))
			if i&1 != 0 {
				r.left = k
			} else {
				r.right = k
			}
			t.ratiosLSF[scale][i] = r
		}
	}
}

// makeWindows fills in the windows (2.4.3.4.10.3), times the factors that are left
// over from the transforms, times the signs of frequency inversion.
func (t *tables) makeWindows() {
	sine := func(i, of int) float64 { return math.Sin((float64(i) + 0.5) * math.Pi / float64(of)) }
	shape := func(block, i int) float64 {
		if block == blockStop {
			block, i = blockStart, 35-i
		}
		switch {
		case block == blockLong || i < 18:
			return sine(i, 36)
		case i < 24:
			return 1
		case i < 30:
			return sine(i-18, 12)
		}
		return 0
	}
	for block := range t.windows {
		if block == blockShort {
			continue
		}
		for i := range 36 {
			v := shape(block, i) * mirrored(i, 18)
			t.windows[block][0][i] = float32(v)
			if i&1 != 0 {
				v = -v
			}
			t.windows[block][1][i] = float32(v)
		}
	}
	for i := range t.shortWindow {
		t.shortWindow[i] = float32(sine(i, 12) * mirrored(i, 6))
	}
}

// mirrored returns the factor of sample i of a transform of n lines: the sign with
// which the point of the DCT-IV appears there and its 1/(2 cos).
func mirrored(i, n int) float64 {
	point, sign := i+n/2, 1.0
	switch {
	case i >= n*3/2:
		point, sign = i-n*3/2, -1
	case i >= n/2:
		point, sign = n*3/2-1-i, -1
	}
	return sign * 0.5 / math.Cos(float64(2*point+1)*math.Pi/float64(4*n))
}
