package flac

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bitWriter writes bits, the highest first.
type bitWriter struct {
	p []byte
	n int
}

func (w *bitWriter) put(v int64, bits int) *bitWriter {
	for i := bits - 1; i >= 0; i-- {
		if w.n%8 == 0 {
			w.p = append(w.p, 0)
		}
		w.p[w.n/8] |= byte(v>>i&1) << (7 - w.n%8)
		w.n++
	}
	return w
}

// frame makes a frame of 16 bits with this number of samples and channel code: header with
// its CRC-8, body, CRC-16, both computed bit by bit.
func frame(code byte, samples int, body func(w *bitWriter)) []byte {
	head := []byte{0xFF, 0xF8, 0x69, code<<4 | 4<<1, 0, byte(samples - 1)}
	var c8 byte
	for _, v := range head {
		c8 ^= v
		for range 8 {
			c8 = c8<<1 ^ 7*(c8>>7)
		}
	}
	w := &bitWriter{p: append(head, c8), n: 56}
	body(w)
	var c uint16
	for _, v := range w.p {
		c ^= uint16(v) << 8
		for range 8 {
			c = c<<1 ^ 0x8005*(c>>15)
		}
	}
	return append(w.p, byte(c>>8), byte(c))
}

func decodeOne(data []byte) ([][]int64, error) {
	d := NewDecoder(iotest.OneByteReader(bytes.NewReader(data)), 0, 16)
	h, err := d.Next()
	if err != nil {
		return nil, err
	}
	var out [][]int64
	for c := range h.Channels {
		out = append(out, d.Samples(c))
	}
	return out, nil
}

// Every coding of a channel, by hand from RFC 9639 9.2.
func TestSubframes(t *testing.T) {
	for _, tc := range []struct {
		name string
		code byte
		body func(w *bitWriter)
		want [][]int64
	}{
		{"constant", 0, func(w *bitWriter) { w.put(0, 8).put(-5, 16) }, [][]int64{{-5, -5, -5, -5}}},
		{"verbatim", 0, func(w *bitWriter) { w.put(1<<1, 8).put(1, 16).put(-2, 16).put(32767, 16).put(-32768, 16) }, [][]int64{{1, -2, 32767, -32768}}},
		{"wasted bits", 0, func(w *bitWriter) { w.put(0<<1|1, 8).put(1, 3).put(-5, 13) }, [][]int64{{-40, -40, -40, -40}}},
		// order 1: 10, then +1, -1, +2 as Rice codes with k=1: 2->01 0, 1->1 1, 4->001 0
		{"fixed 1", 0, func(w *bitWriter) {
			w.put(9<<1, 8).put(10, 16).put(0, 2).put(0, 4).put(1, 4).put(0b010, 3).put(0b11, 2).put(0b0010, 4)
		}, [][]int64{{10, 11, 10, 12}}},
		{"fixed 0 in two parts, one plain", 0, func(w *bitWriter) {
			w.put(8<<1, 8).put(1, 2).put(1, 4).put(31, 5).put(3, 5).put(3, 3).put(-4, 3).put(0, 5).put(0b1, 1).put(0b01, 2)
		}, [][]int64{{3, -4, 0, -1}}},
		{"fixed 2, 0 bits", 0, func(w *bitWriter) {
			w.put(10<<1, 8).put(1, 16).put(3, 16).put(0, 2).put(0, 4).put(15, 4).put(0, 5)
		}, [][]int64{{1, 3, 5, 7}}},
		{"fixed 3", 0, func(w *bitWriter) {
			w.put(11<<1, 8).put(1, 16).put(4, 16).put(9, 16).put(0, 6).put(0, 4).put(1, 1)
		}, [][]int64{{1, 4, 9, 16}}},
		{"fixed 4", 0, func(w *bitWriter) {
			w.put(12<<1, 8).put(1, 16).put(8, 16).put(27, 16).put(64, 16).put(0, 6).put(0, 4)
		}, [][]int64{{1, 8, 27, 64}}},
		// x[n] = (2*x[n-1] - x[n-2]) >> 1, coefficients of 5 bits
		{"predicted", 0, func(w *bitWriter) {
			w.put(33<<1, 8).put(8, 16).put(10, 16).put(4, 4).put(1, 5).put(2, 5).put(-1, 5).put(0, 6).put(0, 4).put(1, 1).put(1, 1)
		}, [][]int64{{8, 10, 6, 1}}},
		{"left and side", 8, func(w *bitWriter) { w.put(0, 8).put(100, 16).put(0, 8).put(-7, 17) }, [][]int64{{100, 100, 100, 100}, {107, 107, 107, 107}}},
		{"side and right", 9, func(w *bitWriter) { w.put(0, 8).put(-7, 17).put(0, 8).put(100, 16) }, [][]int64{{93, 93, 93, 93}, {100, 100, 100, 100}}},
		{"mid and side", 10, func(w *bitWriter) { w.put(0, 8).put(100, 16).put(0, 8).put(-7, 17) }, [][]int64{{97, 97, 97, 97}, {104, 104, 104, 104}}},
		{"a long unary code", 0, func(w *bitWriter) {
			w.put(8<<1, 8).put(0, 6).put(0, 4)
			for range 10 {
				w.put(0, 20)
			}
			w.put(0b1111, 4)
		}, [][]int64{{100, 0, 0, 0}}},
	} {
		data := frame(tc.code, 4, tc.body)
		got, err := decodeOne(data)
		require.NoError(t, err, tc.name)
		assert.Equal(t, tc.want, got, tc.name)
		for n := range data {
			_, err := decodeOne(data[:n])
			assert.Error(t, err, "%s: %d bytes", tc.name, n)
			data[n] ^= 0x40
			_, err = decodeOne(data)
			assert.Error(t, err, "%s: bit in byte %d", tc.name, n)
			data[n] ^= 0x40
		}
	}
}

// Invalid channels.
func TestReserved(t *testing.T) {
	for name, body := range map[string]func(w *bitWriter){
		"doesn't begin with a 0":      func(w *bitWriter) { w.put(0x80, 8) },
		"reserved way 2":              func(w *bitWriter) { w.put(2<<1, 8) },
		"reserved way 13":             func(w *bitWriter) { w.put(13<<1, 8) },
		"leaves out all bits":         func(w *bitWriter) { w.put(1, 8).put(0, 15).put(1, 1) },
		"coded in a reserved way":     func(w *bitWriter) { w.put(8<<1, 8).put(2, 2).put(0, 4) },
		"can't have 2^3 parts":        func(w *bitWriter) { w.put(8<<1, 8).put(0, 2).put(3, 4) },
		"can't have 2^2 parts":        func(w *bitWriter) { w.put(10<<1, 8).put(0, 32).put(0, 2).put(2, 4) },
		"have a reserved size":        func(w *bitWriter) { w.put(32<<1, 8).put(0, 16).put(15, 4) },
		"shifted the wrong way":       func(w *bitWriter) { w.put(32<<1, 8).put(0, 16).put(3, 4).put(-1, 5) },
		"is shorter than what its":    func(w *bitWriter) { w.put(40<<1, 8) },
		"the checksum of the frame":   func(w *bitWriter) { w.put(0, 8).put(0, 24).put(1, 9) },
		"a block is shorter than":     func(w *bitWriter) { w.put(63<<1, 8) },
		"coded in the reserved way 3": func(w *bitWriter) { w.put(3<<1, 8) },
	} {
		_, err := decodeOne(append(frame(0, 4, body), make([]byte, 40)...))
		var fe FormatError
		require.ErrorAs(t, err, &fe, name)
		assert.ErrorContains(t, err, name)
	}
}

// Frame headers: the marked examples are those of RFC 9639 appendix D.
func TestHeaders(t *testing.T) {
	h, err := ParseHeader([]byte{0xFF, 0xF8, 0x69, 0x18, 0x00, 0x00, 0xBF}) // D.1.3
	require.NoError(t, err)
	assert.Equal(t, Header{Block: 1, Rate: 44100, Channels: 2, Bits: 16, Size: 7}, h)
	h, err = ParseHeader([]byte{0xFF, 0xF8, 0x69, 0x98, 0x00, 0x0F, 0x99}) // D.2.7
	require.NoError(t, err)
	assert.Equal(t, Header{Block: 16, Rate: 44100, Channels: 2, Bits: 16, Size: 7, stereo: sideRight}, h)
	h, err = ParseHeader([]byte{0xFF, 0xF8, 0x68, 0x02, 0x00, 0x17, 0xE9}) // D.3.4
	require.NoError(t, err)
	assert.Equal(t, Header{Block: 24, Rate: 32000, Channels: 1, Bits: 8, Size: 7}, h)

	sum := func(p ...byte) []byte { return append(p, crc8(p)) }
	for _, tc := range []struct {
		p    []byte
		want Header
	}{
		{sum(0xFF, 0xF9, 0x7C, 0x7A, 0xC2, 0x80, 0xFF, 0xFF, 96), Header{Variable: true, Number: 128, Block: 65536, Rate: 96000, Channels: 8, Bits: 20, Size: 10}},
		{sum(0xFF, 0xF8, 0x1D, 0x0E, 0x05, 0xAC, 0x45), Header{Number: 5, Block: 192, Rate: 44101, Channels: 1, Bits: 32, Size: 8}},
		{sum(0xFF, 0xF8, 0xFE, 0x00, 0xFE, 0xBF, 0xBF, 0xBF, 0xBF, 0xBF, 0xBF, 0x11, 0x3A), Header{Number: 1<<36 - 1, Block: 32768, Rate: 44100, Channels: 1, Size: 14}},
	} {
		h, err := ParseHeader(tc.p)
		require.NoError(t, err)
		assert.Equal(t, tc.want, h)
		for n := range tc.p {
			_, err := ParseHeader(tc.p[:n])
			assert.Error(t, err)
		}
	}
	for _, bad := range [][]byte{
		{0xFF, 0xFA, 0x69, 0x18, 0, 0, 0}, {0xFF, 0xF8, 0x69, 0xB8, 0, 0, 0}, {0xFF, 0xF8, 0x09, 0x18, 0, 0, 0}, {0xFF, 0xF8, 0x6F, 0x18, 0, 0, 0},
		{0xFF, 0xF8, 0x69, 0x16, 0, 0, 0}, {0xFF, 0xF8, 0x69, 0x19, 0, 0, 0}, {0xFF, 0xF8, 0x69, 0x18, 0x80, 0, 0}, {0xFF, 0xF8, 0x69, 0x18, 0xFF, 0, 0},
		{0xFF, 0xF8, 0x69, 0x18, 0xC2, 0, 0, 0}, {0xFF, 0xF8, 0x69, 0x18, 0, 0, 0xBE},
	} {
		_, err := ParseHeader(bad)
		assert.Error(t, err, bad)
	}
}

// The whole file of RFC 9639 D.1: one sample of two channels.
func TestRFCExample(t *testing.T) {
	data := []byte{
		0x66, 0x4C, 0x61, 0x43, 0x80, 0x00, 0x00, 0x22, 0x10, 0x00, 0x10, 0x00, 0x00, 0x00, 0x0F, 0x00, 0x00, 0x0F, 0x0A, 0xC4, 0x42, 0xF0, 0x00, 0x00, 0x00, 0x01,
		0x3E, 0x84, 0xB4, 0x18, 0x07, 0xDC, 0x69, 0x03, 0x07, 0x58, 0x6A, 0x3D, 0xAD, 0x1A, 0x2E, 0x0F,
		0xFF, 0xF8, 0x69, 0x18, 0x00, 0x00, 0xBF, 0x03, 0x58, 0xFD, 0x03, 0x12, 0x8B, 0xAA, 0x9A,
	}
	r := bytes.NewReader(data)
	l, err := ReadLayout(r, 0, r.Size())
	require.NoError(t, err)
	assert.Equal(t, int64(42), l.Audio)
	assert.True(t, l.Found)
	assert.Equal(t, Info{4096, 4096, 44100, 2, 16, 1, [16]byte(data[26:42])}, l.Info)
	d := NewDecoder(bytes.NewReader(data[42:]), 42, 16)
	frames, sum, err := decodeAll(d, 16)
	require.NoError(t, err)
	assert.Equal(t, int64(1), frames)
	assert.Equal(t, l.Info.MD5, sum)
	assert.Equal(t, []int64{25588}, d.Samples(0))
	assert.Equal(t, []int64{10416}, d.Samples(1))
	at, h, ok := FindFrame(r, 0, r.Size(), 1000, 16)
	assert.True(t, ok)
	assert.Equal(t, int64(42), at)
	assert.Equal(t, 1, h.Block)
	_, _, ok = FindFrame(r, 0, r.Size(), 42, 16)
	assert.False(t, ok)
}

// Metadata that lies about its size, or has no end.
func TestLayouts(t *testing.T) {
	layout := func(p []byte) (Layout, error) { return ReadLayout(bytes.NewReader(p), 0, int64(len(p))) }
	l, err := layout([]byte("fLaC\x81\x00\x00\x04abcdXX"))
	require.NoError(t, err)
	assert.Equal(t, int64(12), l.Audio)
	assert.False(t, l.Found)
	l, err = layout([]byte("fLaC\x01\x00\x00\x02ab\x04\xFF\xFF\xFFabc"))
	require.NoError(t, err)
	assert.True(t, l.Cut)
	assert.Len(t, l.Blocks, 1)
	_, err = layout([]byte("fLaC\x01\x00"))
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	_, err = layout(append([]byte("fLaC"), bytes.Repeat([]byte{1, 0, 0, 0}, maxBlocks+1)...))
	assert.ErrorContains(t, err, "more than 4096 blocks")
	// A frame far past the window that is searched at once.
	far := append(make([]byte, 200_000), frame(0, 4, func(w *bitWriter) { w.put(0, 24) })...)
	far[100_000], far[100_001] = 0xFF, 0xF8
	at, _, ok := FindFrame(bytes.NewReader(far), 0, int64(len(far)), 1<<20, 16)
	assert.True(t, ok)
	assert.Equal(t, int64(200_000), at)
}

func TestReadErrors(t *testing.T) {
	boom := errors.New("boom")
	d := NewDecoder(iotest.ErrReader(boom), 0, 16)
	_, err := d.Next()
	assert.ErrorIs(t, err, boom)
	data := frame(0, 200, func(w *bitWriter) {
		w.put(1<<1, 8)
		for i := range 200 {
			w.put(int64(i), 16)
		}
	})
	d = NewDecoder(io.MultiReader(bytes.NewReader(data[:100]), iotest.ErrReader(boom)), 0, 16)
	_, err = d.Next()
	assert.ErrorIs(t, err, boom)
	_, err = NewDecoder(bytes.NewReader([]byte("no frame at all")), 0, 16).Next()
	assert.Equal(t, ErrNoFrame, err)
	_, err = NewDecoder(bytes.NewReader([]byte{0xFF, 0xF8, 0x69, 0x10, 0x00, 0x00, crc8([]byte{0xFF, 0xF8, 0x69, 0x10, 0, 0})}), 0, 40).Next()
	assert.ErrorContains(t, err, "40 bits")
}

func FuzzDecode(f *testing.F) {
	f.Add(frame(0, 4, func(w *bitWriter) { w.put(0, 8).put(-5, 16) }))
	f.Add(frame(10, 4, func(w *bitWriter) { w.put(9<<1, 8).put(0, 200) }))
	f.Fuzz(func(t *testing.T, data []byte) {
		d := NewDecoder(bytes.NewReader(data), 0, 16)
		for range 100 {
			if h, err := d.Next(); err != nil {
				return
			} else if h.Block < 1 || h.Block > 65536 || len(d.Samples(h.Channels-1)) != h.Block {
				t.Fatalf("%+v", h)
			}
		}
	})
}

// Decoding doesn't allocate per frame.
func TestAllocations(t *testing.T) {
	one := frame(10, 200, func(w *bitWriter) { w.put(0, 8).put(100, 16).put(0, 8).put(-7, 17) })
	data := bytes.Repeat(one, 500)
	allocs := testing.AllocsPerRun(5, func() {
		d := NewDecoder(bytes.NewReader(data), 0, 16)
		for {
			if _, err := d.Next(); err != nil {
				break
			}
		}
	})
	assert.Less(t, allocs, 20.0)
}
