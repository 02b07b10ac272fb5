package mp3

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// random returns values between -1 and 1.
func random(seed uint64, n int) []float32 {
	r := rand.New(rand.NewPCG(seed, 0))
	out := make([]float32, n)
	for i := range out {
		out[i] = r.Float32()*2 - 1
	}
	return out
}

// imdct is the formula of 2.4.3.4.10.2.
func imdct(x []float64) []float64 {
	n := 2 * len(x)
	out := make([]float64, n)
	for i := range out {
		for k, v := range x {
			out[i] += v * math.Cos(math.Pi/float64(2*n)*float64(2*i+1+n/2)*float64(2*k+1))
		}
	}
	return out
}

// windowOf is the formula of 2.4.3.4.10.3.
func windowOf(block, i int) float64 {
	sine := func(i, n int) float64 { return math.Sin(math.Pi / float64(n) * (float64(i) + 0.5)) }
	switch {
	case block == blockShort:
		return sine(i, 12)
	case block == blockStart && i >= 30, block == blockStop && i < 6:
		return 0
	case block == blockStart && i >= 24:
		return sine(i-18, 12)
	case block == blockStart && i >= 18, block == blockStop && i >= 12 && i < 18:
		return 1
	case block == blockStop && i < 12:
		return sine(i-6, 12)
	}
	return sine(i, 36)
}

// blockOf is one subband of a granule, transformed by the formulas.
func blockOf(in []float32, block int) (out [36]float64) {
	if block != blockShort {
		x := make([]float64, 18)
		for i := range x {
			x[i] = float64(in[i])
		}
		for i, v := range imdct(x) {
			out[i] = v * windowOf(block, i)
		}
		return out
	}
	for w := range 3 {
		x := make([]float64, 6)
		for i := range x {
			x[i] = float64(in[3*i+w])
		}
		for i, v := range imdct(x) {
			out[6+6*w+i] += v * windowOf(block, i)
		}
	}
	return out
}

// The fast transforms equal the formulas: every block type, mixed blocks, the overlap from
// one granule to the next, and the inversion of odd subbands.
func TestTransform(t *testing.T) {
	tab := theTables()
	var over overlap
	var want [subbands][18]float64 // overlap by the formulas
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 40 {
		g := granule{block: uint8(n) & 3, mixed: n&4 != 0, layout: &layouts[n%9][layoutLong]}
		spec := (*[lines]float32)(random(uint64(n), lines))
		top := r.IntN(lines + 1)
		clear(spec[top:])
		var out [lines]float32
		tab.transform(&out, spec, top, &over, &g)
		for sb := range subbands {
			block := int(g.block)
			if g.mixed && sb < g.layout.mixed/18 {
				block = blockLong
			}
			x := blockOf(spec[18*sb:18*sb+18], block)
			for i := range 18 {
				v := x[i] + want[sb][i]
				want[sb][i] = x[i+18]
				if i&sb&1 != 0 {
					v = -v
				}
				assert.InDelta(t, v, out[i*subbands+sb], 1e-5, "granule %d subband %d sample %d", n, sb, i)
			}
		}
	}
}

// The filter bank is the one of figure 3-A.2: matrixing, the shift register of 1024
// values and the window D.
func TestSynth(t *testing.T) {
	var s synth
	var v [1024]float64
	d := func(i int) float64 {
		switch {
		case i <= 256:
			return float64(synthesisWindow[i]) / 65536
		case i&63 == 0:
			return float64(synthesisWindow[512-i]) / 65536
		}
		return -float64(synthesisWindow[512-i]) / 65536
	}
	for n := range 3 {
		in := random(uint64(n), lines)
		out := make([]float32, 2*lines)
		work := [lines]float32(in)
		s.granule(theTables(), &work, out[1:], 2)
		for slot := range slots {
			copy(v[64:], v[:])
			for i := range 64 {
				v[i] = 0
				for k := range 32 {
					v[i] += math.Cos(float64((16+i)*(2*k+1))*math.Pi/64) * float64(in[slot*32+k])
				}
			}
			for j := range 32 {
				want := 0.0
				for i := range 8 {
					want += v[i*128+j]*d(64*i+j) + v[i*128+96+j]*d(64*i+32+j)
				}
				got := out[1+2*(slot*32+j)]
				assert.InDelta(t, want, got, 5e-6, "granule %d slot %d sample %d", n, slot, j)
				assert.Zero(t, out[2*(slot*32+j)])
			}
		}
	}
}

// The window as the standard prints it: some values of table B.3.
func TestSynthesisWindow(t *testing.T) {
	for i, want := range map[int]float64{
		0: 0, 1: -0.000015259, 16: -0.000076294, 64: 0.003250122, 128: 0.031082153,
		192: 0.100311279, 255: -1.144287109, 256: 1.144989014,
	} {
		assert.InDelta(t, want, float64(synthesisWindow[i])/65536, 1e-9, "D[%d]", i)
	}
}

// Aliasing is undone by rotations: applied to the output of the encoder's butterflies, they
// restore the input.
func TestUnalias(t *testing.T) {
	tab := theTables()
	for i := range 8 {
		assert.InDelta(t, 1, tab.cs[i]*tab.cs[i]+tab.ca[i]*tab.ca[i], 1e-6)
	}
	// Table B.9 contains cs and ca too.
	assert.InDelta(t, 0.857492926, tab.cs[0], 1e-7)
	assert.InDelta(t, -0.514495755, tab.ca[0], 1e-7)
	assert.InDelta(t, -0.003699975, tab.ca[7], 1e-7)

	var spec [lines]float32
	spec[17] = 1
	n := tab.unalias(&spec, 18, &granule{layout: &layouts[0][layoutLong]})
	assert.Equal(t, 26, n)
	assert.InDelta(t, 0.857492926, spec[17], 1e-7)
	assert.InDelta(t, -0.514495755, spec[18], 1e-7)

	short := granule{block: blockShort, layout: &layouts[0][layoutShort]}
	spec[17] = 1
	assert.Equal(t, 18, tab.unalias(&spec, 18, &short))
	assert.Equal(t, float32(1), spec[17])
}

// Bands cover all lines, in every layout.
func TestLayouts(t *testing.T) {
	for rate := range layouts {
		for kind, want := range [3]int{22, 39, 0} {
			l := &layouts[rate][kind]
			if want > 0 {
				assert.Equal(t, want, l.n)
			}
			assert.Equal(t, uint16(lines), l.ends[l.n-1], "rate %d kind %d", rate, kind)
			for i := range l.n {
				assert.Less(t, l.start(i), l.start(i+1))
				assert.Zero(t, l.start(i)&1, "pairs never cross a band")
			}
			assert.Equal(t, lines, l.start(100))
			assert.Equal(t, lines, l.roundUp(lines))
			if l.n > l.long {
				assert.Equal(t, l.start(l.long+3), l.roundUp(l.split+1))
			}
		}
	}
	// 2.4.2.7: the regions of switched windows.
	assert.Equal(t, 36, layouts[0][layoutLong].switched)
	assert.Equal(t, 36, layouts[0][layoutShort].switched)
	assert.Equal(t, 54, layouts[3][layoutLong].switched)
	assert.Equal(t, 72, layouts[8][layoutShort].switched)
}

// reorder puts line i of window w at 3i+w of the band.
func TestReorder(t *testing.T) {
	var spec, spare [lines]float32
	for i := range spec {
		spec[i] = float32(i)
	}
	l := &layouts[0][layoutShort]
	reorder(&spec, &spare, lines, l)
	assert.Equal(t, []float32{0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11}, spec[:12])
	assert.Equal(t, []float32{408, 464, 520}, spec[408:411])
}
