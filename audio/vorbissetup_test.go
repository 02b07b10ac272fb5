package audio

import (
	"bytes"
	"testing"

	"github.com/redbook-audio/redbook/audio/internal/ogg"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bitWriter writes bits as Vorbis has them, the lowest first.
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

// setup begins a setup header with one codebook.
func setup(dimensions, entries uint64) *bitWriter {
	w := &bitWriter{p: []byte("\x05vorbis"), n: 56}
	return w.put(0, 8).put(0x564342, 24).put(dimensions, 16).put(entries, 24)
}

// floor0 goes on with a time and one floor of type 0.
func (w *bitWriter) floor0() *bitWriter {
	return w.put(0, 6+16).put(0, 6).put(0, 16).put(0, 54).put(1, 4).put(0, 16)
}

// residue ends with one residue of two classes that have three books.
func (w *bitWriter) residue(begin, end uint64) *bitWriter {
	return w.put(0, 6).put(1, 16).put(begin, 24).put(end, 24).put(0, 24).put(1, 6).put(0, 8).
		put(0b0101, 4).put(0b1000, 4).put(0b10000, 5).put(0, 24)
}

// Claims of a codebook that the decoder would reserve memory for, or wait for ever
// on; and books that are right.
func TestVorbisSetup(t *testing.T) {
	for _, tc := range []struct {
		name string
		w    *bitWriter
		want string
	}{
		{"too many entries", setup(1, 1<<23), "8388608 entries of 1 dimensions"},
		{"too many dimensions", setup(1<<15, 1<<10), "1024 entries of 32768 dimensions"},
		{"no dimensions", setup(0, 2), "2 entries of 0 dimensions"},
		{"one entry", setup(1, 1), "1 entries"},
		{"two codes of one bit", setup(1, 2).put(0, 2).put(0, 5).put(0, 5).put(0, 4), ""},
		{"three of one bit", setup(1, 3).put(0, 2).put(0, 15), "don't form a tree"},
		{"not enough codes", setup(1, 2).put(0, 2).put(0, 5).put(1, 5), "don't form a tree"},
		{"sparse, one code", setup(1, 4).put(0, 1).put(1, 1).put(0b000001, 6).put(0, 3).put(0, 4), ""},
		{"sparse, none", setup(1, 4).put(0, 1).put(1, 1).put(0, 4).put(0, 32), "don't form a tree"},
		{"ordered", setup(1, 4).put(1, 1).put(1, 5).put(4, 3).put(0, 4), ""},
		{"ordered, no end", setup(1, 4).put(1, 1).put(0, 5).put(0, 400), "the lengths of its codes are wrong"},
		{"ordered, too many", setup(1, 4).put(1, 1).put(0, 5).put(7, 3), "the lengths of its codes are wrong"},
		{"cut", setup(1, 200).put(0, 2).put(0, 5), "the header ends early"},
		{"cut ordered", setup(1, 200).put(1, 1), "lengths of its codes"},
		{"lookup 3", setup(1, 2).put(0, 2).put(0, 10).put(3, 4).put(0, 80), "lookup of type 3"},
		{"lookup 1", setup(2, 9).put(0, 2).put(2, 5).put(2, 5).put(2, 5).put(2, 5).put(2, 5).put(2, 5).put(2, 5).put(3, 5).put(3, 5).put(1, 4).put(0, 69).put(0, 3), ""},
		{"lookup 2 cut", setup(2, 2).put(0, 2).put(0, 10).put(2, 4).put(0, 68).put(15, 4), "the header ends early"},
		{"no codebook", (&bitWriter{p: []byte("\x05vorbis"), n: 56}).put(0, 32), "doesn't begin with BCV"},
		{"nothing", &bitWriter{p: []byte("\x05vor")}, "the setup header is missing"},
	} {
		if tc.want == "" {
			tc.w.floor0().residue(0, 5)
		}
		err := checkVorbisSetup(tc.w.p)
		if tc.want == "" {
			assert.NoError(t, err, tc.name)
		} else {
			assert.ErrorContains(t, err, tc.want, tc.name)
		}
	}
	for want, p := range map[int][2]int{3: {81, 4}, 2: {80, 4}, 9: {9, 1}, 1: {3, 2}, 16: {256, 2}} {
		assert.Equal(t, want, lookup1(p[0], p[1]))
	}
}

// Floors and residues: those of the standard, and claims that would cost memory.
func TestVorbisFloorsAndResidues(t *testing.T) {
	book := func() *bitWriter { return setup(1, 2).put(0, 2).put(0, 5).put(0, 5).put(0, 4) }
	// Type 1: three partitions of the classes 1, 0, 1; class 0 has 2 points and no
	// subclasses, class 1 has 3 points and two of them; 5 bits for a point.
	floor1 := func(kind, partitions uint64) *bitWriter {
		return book().put(0, 6+16).put(0, 6).put(kind, 16).put(partitions, 5).put(1, 4).put(0, 4).put(1, 4).
			put(1, 3).put(0, 2).put(7, 8).put(2, 3).put(1, 2).put(7, 8).put(7, 16).put(0, 2).put(5, 4).put(0, 8*5)
	}
	for _, tc := range []struct {
		name string
		w    *bitWriter
		want string
	}{
		{"type 0", book().floor0().residue(3, 3), ""},
		{"type 1", floor1(1, 3).residue(0, 1<<24-1), ""},
		{"type 1, end before beginning", floor1(1, 3).residue(4, 3), "residue 0: it begins at 4 and ends at 3"},
		{"type 0, end before beginning", book().floor0().residue(1<<24-1, 0), "residue 0: it begins at 16777215 and ends at 0"},
		{"type 2", floor1(2, 3), "floor 0: type 2"},
		{"no partitions", floor1(1, 0), "floor 0: it has no partitions"},
		{"residue of type 3", book().floor0().put(0, 6).put(3, 16).put(0, 100), "residue 0: type 3"},
		{"cut in the floor", book().put(0, 6+16).put(0, 6), "floor 0: the header ends early"},
		{"cut in the residue", book().floor0().put(0, 6).put(1, 16), "residue 0: the header ends early"},
	} {
		err := checkVorbisSetup(tc.w.p)
		if tc.want == "" {
			assert.NoError(t, err, tc.name)
		} else {
			assert.ErrorContains(t, err, tc.want, tc.name)
		}
	}
}

// 256 books of the largest allowed size are too much in all.
func TestVorbisSetupTogether(t *testing.T) {
	w := &bitWriter{p: []byte("\x05vorbis"), n: 56}
	w.put(255, 8)
	for range 20 {
		w.put(0x564342, 24).put(32, 16).put(1<<17, 24).put(1, 1).put(16, 5).put(1<<17, 18).put(1, 4).put(0, 69).put(0, 1)
	}
	assert.ErrorContains(t, checkVorbisSetup(w.p), "values in the codebooks")
}

// The fixtures' own setup headers are right, and every cut of them is noticed.
func TestVorbisSetupOfFixture(t *testing.T) {
	data := fixture(t, "signal.ogg")
	p := ogg.NewPackets(bytes.NewReader(data), 0, int64(len(data)), 3)
	var setup []byte
	for range 3 {
		packet, err := p.Next()
		require.NoError(t, err)
		setup = packet.Data
	}
	require.NoError(t, checkVorbisSetup(setup))
	for n := range 500 {
		assert.Error(t, checkVorbisSetup(setup[:n]))
	}
}

// Lengths of packets (RFC 6716, table 2 and 3.2).
func TestOpusLength(t *testing.T) {
	for _, tc := range []struct {
		packet []byte
		want   int64
	}{
		{[]byte{0 << 3}, 480}, {[]byte{1 << 3}, 960}, {[]byte{2 << 3}, 1920}, {[]byte{3 << 3}, 2880}, {[]byte{11 << 3}, 2880},
		{[]byte{12 << 3}, 480}, {[]byte{13 << 3}, 960}, {[]byte{15 << 3}, 960},
		{[]byte{16 << 3}, 120}, {[]byte{17 << 3}, 240}, {[]byte{18 << 3}, 480}, {[]byte{31 << 3}, 960},
		{[]byte{31<<3 | 1}, 1920}, {[]byte{31<<3 | 2}, 1920}, {[]byte{31<<3 | 3, 6}, 5760}, {[]byte{16<<3 | 3, 48}, 5760},
	} {
		n, err := opusLength(tc.packet)
		require.NoError(t, err)
		assert.Equal(t, tc.want, n)
	}
	for _, bad := range [][]byte{nil, {31<<3 | 3}, {31<<3 | 3, 0}, {31<<3 | 3, 7}, {3<<3 | 3, 3}} {
		_, err := opusLength(bad)
		assert.Error(t, err)
	}
}

// Gain in the header, and a stream that was cut out of a longer one.
func TestOpusHeader(t *testing.T) {
	data := fixture(t, "signal.opus")
	plain := floats(t, open(t, write(t, "x", data)))
	louder := floats(t, open(t, write(t, "x", oggFix(at(data, 28+16, 0x00, 0xFA))))) // -6 dB: -1536 in Q7.8
	require.Len(t, louder, len(plain))
	for i := range plain {
		require.InDelta(t, plain[i]*0.501187, louder[i], 1e-6)
	}
	// One stream of two channels in the mapping that surround has.
	surround := at(data, 28+18, 1)
	head := surround[28 : 28+19]
	_, err := readOpusHead(input{}, append(bytes.Clone(head), 1, 1, 0, 1))
	assert.NoError(t, err)
	_, err = readOpusHead(input{}, head)
	assert.Error(t, err)
}

// oggCut keeps what lies between two positions.
func TestOggCut(t *testing.T) {
	c := oggCut{pos: -5, first: 3, end: 20}
	for _, want := range [][3]int64{{6, 6, 6}, {6, 2, 6}, {10, 0, 10}, {10, 0, 3}, {5, 0, 0}} {
		from, to := c.keep(want[0])
		assert.Equal(t, want, [3]int64{want[0], from, to})
	}
}
