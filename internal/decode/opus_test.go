package decode

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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

// oggCut keeps the stream between two positions.
func TestOggCut(t *testing.T) {
	c := oggCut{pos: -5, first: 3, end: 20}
	for _, want := range [][3]int64{{6, 6, 6}, {6, 2, 6}, {10, 0, 10}, {10, 0, 3}, {5, 0, 0}} {
		from, to := c.keep(want[0])
		assert.Equal(t, want, [3]int64{want[0], from, to})
	}
}
