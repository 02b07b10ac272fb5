package vorbis

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bitWriter writes bits in Vorbis order, the lowest first.
type bitWriter struct {
	p []byte
	n int
}

func (w *bitWriter) put(v uint64, bits int) *bitWriter {
	for i := range bits {
		if w.n%8 == 0 {
			w.p = append(w.p, 0)
		}
		w.p[w.n/8] |= byte(v>>i&1) << (w.n % 8)
		w.n++
	}
	return w
}

// reader makes a setup that reads the written bits, with two books: 0 has no vectors, 1 has
// them.
func (w *bitWriter) reader() *setup {
	s := &setup{Info: Info{Channels: 2, blocks: [2]int{256, 2048}}, bits: newBits(w.p)}
	s.end = w.n
	s.books = []book{{entries: 2, dimensions: 1}, {entries: 2, dimensions: 1, vectors: []float32{0, 1}}}
	return s
}

// codebook begins a codebook.
func codebook(dimensions, entries uint64) *bitWriter {
	return new(bitWriter).put(0x564342, 24).put(dimensions, 16).put(entries, 24)
}

// check compares an error with a part of its text, "" for none.
func check(t *testing.T, name string, err error, want string) {
	t.Helper()
	if want == "" {
		assert.NoError(t, err, name)
	} else {
		assert.ErrorContains(t, err, want, name)
	}
}

// Valid books, and claims that would take memory or never end.
func TestCodebook(t *testing.T) {
	for _, tc := range []struct {
		name string
		w    *bitWriter
		want string
	}{
		{"too many entries", codebook(1, 1<<23), "8388608 entries of 1 dimensions"},
		{"too many dimensions", codebook(1<<15, 1<<10), "1024 entries of 32768 dimensions"},
		{"no dimensions", codebook(0, 2), "2 entries of 0 dimensions"},
		{"no entry", codebook(1, 0), "0 entries"},
		{"one entry", codebook(1, 1).put(0, 2).put(0, 5).put(0, 4), ""}, // libvorbis: "single-entry codebooks"
		{"one entry of two values", codebook(2, 1).put(0, 2).put(0, 5).put(1, 4).put(0, 69).put(0, 1), ""},
		{"one entry, two bits", codebook(1, 1).put(0, 2).put(1, 5).put(0, 4), "don't form a tree"},
		{"two codes of one bit", codebook(1, 2).put(0, 2).put(0, 5).put(0, 5).put(0, 4), ""},
		{"three of one bit", codebook(1, 3).put(0, 2).put(0, 15), "don't form a tree"},
		{"not enough codes", codebook(1, 2).put(0, 2).put(0, 5).put(1, 5), "don't form a tree"},
		{"sparse, one code", codebook(1, 4).put(0, 1).put(1, 1).put(0b000001, 6).put(0, 3).put(0, 4), ""},
		{"sparse, one long code", codebook(1, 4).put(0, 1).put(1, 1).put(0b000101, 6).put(0, 3).put(0, 4), "don't form a tree"},
		{"sparse, none", codebook(1, 4).put(0, 1).put(1, 1).put(0, 4).put(0, 32), ""},
		{"ordered", codebook(1, 4).put(1, 1).put(1, 5).put(4, 3).put(0, 4), ""},
		{"ordered, no end", codebook(1, 4).put(1, 1).put(0, 5).put(0, 400), "the lengths of its codes are wrong"},
		{"ordered, too many", codebook(1, 4).put(1, 1).put(0, 5).put(7, 3), "the lengths of its codes are wrong"},
		{"cut", codebook(1, 200).put(0, 2).put(0, 5), "the header ends early"},
		{"cut ordered", codebook(1, 200).put(1, 1), "lengths of its codes"},
		{"cut after the codes", codebook(1, 2).put(0, 2).put(0, 10), "the header ends early"},
		{"lookup 3", codebook(1, 2).put(0, 2).put(0, 10).put(3, 4).put(0, 80), "lookup of type 3"},
		{"lookup 2 cut", codebook(2, 2).put(0, 2).put(0, 10).put(2, 4).put(0, 68).put(15, 4), "the header ends early"},
		{"no codebook", new(bitWriter).put(0, 64), "doesn't begin with BCV"},
	} {
		var k book
		check(t, tc.name, tc.w.reader().readBook(&k), tc.want)
	}
	for want, p := range map[int][2]int{3: {81, 4}, 2: {80, 4}, 9: {9, 1}, 1: {3, 2}, 16: {256, 2}} {
		assert.Equal(t, want, lookup1(p[0], p[1]))
	}
}

// All books together are limited.
func TestCodebooksTogether(t *testing.T) {
	s := new(bitWriter).reader()
	for i := range 20 {
		w := codebook(32, 1<<17).put(1, 1).put(16, 5).put(1<<17, 18).put(1, 4).put(0, 69).put(0, 2)
		s.bits = w.reader().bits
		var k book
		if err := s.readBook(&k); err != nil {
			assert.ErrorContains(t, err, "values in the codebooks")
			assert.Less(t, i, 3)
			return
		}
	}
	t.Fatal("20 of the largest are too many")
}

// The example of the specification (3.2.1): lengths 2 4 4 4 4 2 3 3 give the codes
// 00 0100 0101 0110 0111 10 110 111.
func TestCodes(t *testing.T) {
	var k book
	require.NoError(t, k.makeCodes([]uint8{2, 4, 4, 4, 4, 2, 3, 3}))
	for entry, code := range []string{"00", "0100", "0101", "0110", "0111", "10", "110", "111"} {
		w := new(bitWriter)
		for _, c := range code {
			w.put(uint64(c-'0'), 1)
		}
		b := newBits(w.p)
		b.end = w.n
		assert.Equal(t, entry, k.next(&b), code)
		assert.Equal(t, len(code), b.pos)
		b.pos, b.end = 0, w.n-1
		assert.Equal(t, -1, k.next(&b), "the packet ends inside %s", code)
		assert.Equal(t, -1, k.next(&b))
	}
}

// A book whose only entry has a code, and one without codes.
func TestFewCodes(t *testing.T) {
	for bit := range uint64(2) {
		var one, none book
		require.NoError(t, one.makeCodes([]uint8{1}))
		require.NoError(t, none.makeCodes([]uint8{0, 0}))
		b := newBits(new(bitWriter).put(bit, 1).put(0, 40).p)
		assert.Equal(t, 0, one.next(&b))
		assert.Equal(t, 1, b.pos)
		assert.Equal(t, -1, none.next(&b))
	}
}

// A code of 32 bits: one more bit leads to each entry but the last two.
func TestLongCodes(t *testing.T) {
	lengths := make([]uint8, 33)
	for i := range lengths {
		lengths[i] = uint8(min(i+1, 32))
	}
	var k book
	require.NoError(t, k.makeCodes(lengths))
	for entry := range lengths {
		w := new(bitWriter).put(1<<entry-1, entry).put(0, 33)
		b := newBits(w.p)
		assert.Equal(t, entry, k.next(&b))
		assert.Equal(t, int(lengths[entry]), b.pos)
	}
}

// Vectors of both kinds, with and without running sums (3.2.1), in steps of 0.5 from -1 on:
// numbers in 9.2.2 are a mantissa and 788 more than its power of two.
func TestVectors(t *testing.T) {
	minusOne, half := uint64(1<<31|788<<21|1), uint64(787<<21|1)
	begin := func(kind, sequence uint64) *bitWriter {
		return codebook(2, 4).put(0, 2).put(1, 5).put(1, 5).put(1, 5).put(1, 5).
			put(kind, 4).put(minusOne, 32).put(half, 32).put(2, 4).put(sequence, 1)
	}
	for _, tc := range []struct {
		w    *bitWriter
		want []float32
	}{
		{begin(1, 0).put(1, 3).put(6, 3), []float32{-.5, -.5, 2, -.5, -.5, 2, 2, 2}},
		{begin(1, 1).put(1, 3).put(6, 3), []float32{-.5, -1, 2, 1.5, -.5, 1.5, 2, 4}},
		{begin(2, 0).put(0o76543210, 24), []float32{-1, -.5, 0, .5, 1, 1.5, 2, 2.5}},
	} {
		var k book
		require.NoError(t, tc.w.reader().readBook(&k))
		assert.Equal(t, tc.want, k.vectors)
	}
}

// Floors of both types, and invalid ones.
func TestFloors(t *testing.T) {
	floor0 := func(order, size, bits, book uint64) *bitWriter {
		return new(bitWriter).put(0, 16).put(order, 8).put(44100, 16).put(size, 16).put(bits, 6).put(100, 8).put(0, 4).put(book, 8)
	}
	// Three partitions of the classes 1, 0, 1; class 0 has 2 points and no subclasses,
	// class 1 has 3 points and two of them; 5 bits for a point.
	floor1 := func(book uint64) *bitWriter {
		return new(bitWriter).put(1, 16).put(3, 5).put(1, 4).put(0, 4).put(1, 4).
			put(1, 3).put(0, 2).put(1, 8).put(2, 3).put(1, 2).put(book, 8).put(2, 8).put(0, 8).put(0, 2).put(5, 4)
	}
	points := func(w *bitWriter, x ...uint64) *bitWriter {
		for _, x := range x {
			w.put(x, 5)
		}
		return w
	}
	most := new(bitWriter).put(1, 16).put(31, 5)
	for range 31 {
		most.put(0, 4)
	}
	most.put(7, 3).put(0, 2).put(0, 8).put(0, 2).put(15, 4)
	for i := range uint64(31 * 8) {
		most.put(i+1, 15)
	}
	for _, tc := range []struct {
		name string
		w    *bitWriter
		want string
	}{
		{"type 0", floor0(16, 256, 6, 1), ""},
		{"type 0 without order", floor0(0, 256, 6, 1), "it has no size"},
		{"type 0 without size", floor0(16, 0, 6, 1), "it has no size"},
		{"type 0 without amplitude", floor0(16, 256, 0, 1), "it has no size"},
		{"type 0, book without vectors", floor0(16, 256, 6, 0), "codebook with vectors"},
		{"type 0, book", floor0(16, 256, 6, 2), "codebook 2 of 2"},
		{"type 1", points(floor1(1), 1, 2, 3, 4, 5, 6, 7, 8), ""},
		{"type 1, points twice", points(floor1(1), 1, 2, 3, 4, 5, 6, 7, 3), "two points are one above the other"},
		{"type 1, point at the edge", points(floor1(1), 1, 2, 3, 4, 5, 6, 7, 0), "two points are one above the other"},
		{"type 1, master book", points(floor1(7), 1), "codebook 7 of 2"},
		{"type 1, cut", points(floor1(1), 1, 2, 3), "the header ends early"},
		{"type 1, no partitions", new(bitWriter).put(1, 16).put(0, 5).put(0, 2).put(5, 4), ""},
		{"type 1, too many points", most, "250 points"},
		{"type 2", new(bitWriter).put(2, 16), "type 2"},
		{"nothing", new(bitWriter), "the header ends early"},
	} {
		_, err := tc.w.reader().readFloor()
		check(t, tc.name, err, tc.want)
	}
}

// Residues, and invalid ones.
func TestResidues(t *testing.T) {
	// Two classes that have three books.
	begin := func(kind, from, to, classBook, book uint64) *bitWriter {
		return new(bitWriter).put(kind, 16).put(from, 24).put(to, 24).put(0, 24).put(1, 6).put(classBook, 8).
			put(0b0101, 4).put(0b1000, 4).put(0b10000, 5).put(book*0x010101, 24)
	}
	cut := begin(1, 0, 5, 0, 1)
	cut.n -= 9
	for _, tc := range []struct {
		name string
		w    *bitWriter
		want string
	}{
		{"type 0", begin(0, 3, 3, 0, 1), ""},
		{"type 1, far too long", begin(1, 0, 1<<24-1, 0, 1), ""},
		{"type 2", begin(2, 0, 5, 1, 1), ""},
		{"end before beginning", begin(1, 4, 3, 0, 1), "it ends before it begins"},
		{"end far before beginning", begin(1, 1<<24-1, 0, 0, 1), "it ends before it begins"},
		{"type 3", begin(3, 0, 5, 0, 1), "type 3"},
		{"class book", begin(1, 0, 5, 2, 1), "codebook 2 of 2"},
		{"book", begin(1, 0, 5, 0, 2), "codebook 2 of 2"},
		{"book without vectors", begin(1, 0, 5, 0, 0), "codebook with vectors"},
		{"cut", cut, "the header ends early"},
	} {
		var r residue
		check(t, tc.name, tc.w.reader().readResidue(&r), tc.want)
	}
}

// Mappings and modes refer to existing entries.
func TestMappings(t *testing.T) {
	one := func() *bitWriter { return new(bitWriter).put(0, 16) }
	for _, tc := range []struct {
		name string
		w    *bitWriter
		want string
	}{
		{"plain", one().put(0, 1).put(0, 1).put(0, 2).put(0, 24), ""},
		{"coupled", one().put(0, 1).put(1, 1).put(0, 8).put(0b10, 2).put(0, 2).put(0, 24), ""},
		{"coupled with itself", one().put(0, 1).put(1, 1).put(0, 8).put(0b11, 2).put(0, 2).put(0, 24), "coupled with itself"},
		{"coupled twice", one().put(0, 1).put(1, 1).put(1, 8).put(0b1010, 4).put(0, 2).put(0, 24), ""},
		{"submap", one().put(1, 1).put(1, 4).put(0, 1).put(0, 2).put(0x21, 8).put(0, 48), "submap 2 of 2"},
		{"reserved", one().put(0, 1).put(0, 1).put(1, 2).put(0, 24), "its reserved bits are used"},
		{"floor", one().put(0, 1).put(0, 1).put(0, 2).put(0x000100, 24), "floor 1 of 1"},
		{"residue", one().put(0, 1).put(0, 1).put(0, 2).put(0x010000, 24), "residue 1 of 1"},
		{"type", new(bitWriter).put(1, 16), "type 1"},
		{"cut", one(), "the header ends early"},
	} {
		s := tc.w.reader()
		s.floors, s.residues = []floor{&floor1{}}, make([]residue, 1)
		var m mapping
		check(t, tc.name, s.readMapping(&m), tc.want)
	}
	for _, tc := range []struct {
		name string
		w    *bitWriter
		want string
	}{
		{"two", new(bitWriter).put(1, 6).put(1, 1).put(0, 40).put(0, 41), ""},
		{"mapping", new(bitWriter).put(0, 6).put(1, 1).put(1<<32, 40), "mapping 1 of 1"},
		{"type", new(bitWriter).put(0, 6).put(1, 1).put(1, 40), "mode 0: type 00000001h"},
		{"cut", new(bitWriter).put(1, 6).put(1, 1).put(0, 40), "the header ends early"},
	} {
		s := tc.w.reader()
		s.mappings = make([]mapping, 1)
		check(t, tc.name, s.readModes(), tc.want)
	}
}

// The identification header (4.2.2).
func TestReadInfo(t *testing.T) {
	header := func(change ...int) []byte {
		h := []byte("\x01vorbis\x00\x00\x00\x00\x02\x44\xAC\x00\x00............\xB8\x01")
		for i := 0; i < len(change); i += 2 {
			h[change[i]] = byte(change[i+1])
		}
		return h
	}
	i, err := ReadInfo(header())
	require.NoError(t, err)
	assert.Equal(t, Info{SampleRate: 44100, Channels: 2, blocks: [2]int{256, 2048}}, i)
	for want, h := range map[string][]byte{
		"doesn't begin with its header": header(0, 3),
		"doesn't begin":                 header()[:29],
		"blocks of 2^5 and 2^11":        header(28, 0xB5),
		"blocks of 2^8 and 2^14":        header(28, 0xE8),
		"blocks of 2^11 and 2^8":        header(28, 0x8B),
		"no channels":                   header(11, 0),
	} {
		_, err := ReadInfo(h)
		assert.ErrorContains(t, err, want)
	}
}
