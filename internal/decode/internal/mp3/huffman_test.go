package mp3

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The codes of every table fill the code space, and none is the prefix of another.
func TestCodes(t *testing.T) {
	for n, c := range codes {
		assert.Equal(t, len(c.lengths), len(c.codes), "table %d", n)
		sum := 0
		seen := map[int]bool{}
		for i, length := range c.lengths {
			sum += 1 << (20 - int(length))
			assert.Less(t, int(c.codes[i]), 1<<length)
			from := int(c.codes[i]) << (20 - int(length))
			assert.False(t, seen[from], "table %d", n)
			seen[from] = true
		}
		assert.Equal(t, 1<<20, sum, "table %d", n)
	}
	assert.Len(t, codes, 17)
}

// Every pair of every table, with both signs, and the largest linbits.
func TestPairs(t *testing.T) {
	tab := theTables()
	for n := range 32 {
		bk := tab.books[n]
		if n == 0 || n == 4 || n == 14 {
			assert.Nil(t, bk)
			continue
		}
		c := codes[n]
		if n > 16 {
			c = codes[n&^7]
		}
		w := &bitWriter{}
		var want []float32
		for i := range c.lengths {
			w.put(int(c.codes[i]), int(c.lengths[i]))
			for k, v := range [2]int{i / c.columns, i % c.columns} {
				if v == 15 && linbits[n] > 0 {
					w.put(1<<linbits[n]-1, linbits[n])
					v += 1<<linbits[n] - 1
				}
				x := math.Pow(float64(v), 4.0/3)
				if v > 0 {
					w.put((i+k)&1, 1)
					if (i+k)&1 != 0 {
						x = -x
					}
				}
				want = append(want, float32(x))
			}
		}
		got := make([]float32, len(want))
		buf := append(w.buf, make([]byte, slack)...)
		end := tab.bigPairs(got, buf, 0, w.n, bk, linbits[n])
		if linbits[n] == 0 {
			end = tab.pairs(got, buf, 0, w.n, bk)
		}
		assert.Equal(t, w.n, end, "table %d", n)
		for i := range want {
			assert.InDelta(t, want[i], got[i], math.Abs(float64(want[i]))*1e-6, "table %d value %d", n, i)
		}
	}
}

// Codes that extend past their end are noticed; such quads are dropped.
func TestHuffmanEnd(t *testing.T) {
	tab := theTables()
	var spec [lines]float32
	buf := make([]byte, 3000)
	g := granule{big: 288, tables: [3]uint8{13, 13, 13}, regions: [2]int{100, 200}}
	_, ok := tab.huffman(&spec, buf, 0, 200, &g)
	assert.False(t, ok)

	// Table B: 0000 is four ones with signs, 8 bits.
	g = granule{quadB: true}
	n, ok := tab.huffman(&spec, buf, 0, 20, &g)
	assert.True(t, ok)
	assert.Equal(t, 8, n)
	assert.Equal(t, []float32{1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0}, spec[:12])
}

// Impossible side information is refused.
func TestSideInfo(t *testing.T) {
	h := header{mode: modeMono}
	build := func(big int, switched bool, block, table int) []byte {
		w := &bitWriter{}
		w.put(0, 9+5+4)
		for range 2 {
			w.put(0, 12)
			w.put(big, 9)
			w.put(0, 8+4)
			if w.flag(switched) {
				w.put(block<<1, 3)
				w.put(table<<5|table, 10)
				w.put(0, 9)
			} else {
				w.put(table<<10|table<<5|table, 15)
				w.put(0, 7)
			}
			w.put(0, 3)
		}
		return append(w.buf, 0, 0)
	}
	var s sideInfo
	assert.NoError(t, s.parse(h, build(288, false, 0, 1)))
	assert.Error(t, s.parse(h, build(289, false, 0, 1)), "more values than lines")
	assert.NoError(t, s.parse(h, build(10, true, 2, 1)))
	assert.Error(t, s.parse(h, build(10, true, 0, 1)), "reserved block type")
	assert.Error(t, s.parse(h, build(10, false, 0, 4)), "table 4")
	assert.Error(t, s.parse(h, build(10, true, 1, 14)), "table 14")
	assert.NoError(t, s.parse(h, build(0, false, 0, 14)), "a table that isn't used")
}
