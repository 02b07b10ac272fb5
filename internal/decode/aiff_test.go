package decode

import (
	"encoding/binary"
	"io"
	"math"
	"testing"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// chunk makes a chunk with its pad byte.
func chunk(name string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32([]byte(name), uint32(len(data)))
	out = append(out, data...)
	if len(data)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

// rate44100 is 44100 as an 80-bit float: AIFF 1.3, appendix D has 400E AC44 0000....
var rate44100 = []byte{0x40, 0x0E, 0xAC, 0x44, 0, 0, 0, 0, 0, 0}

// form makes an AIFF or AIFC file of chunks.
func form(kind string, chunks ...[]byte) []byte {
	body := []byte(kind)
	for _, c := range chunks {
		body = append(body, c...)
	}
	return append(binary.BigEndian.AppendUint32([]byte("FORM"), uint32(len(body))), body...)
}

func comm(channels, bits uint16, frames uint32, coding string) []byte {
	p := binary.BigEndian.AppendUint16(nil, channels)
	p = binary.BigEndian.AppendUint32(p, frames)
	p = binary.BigEndian.AppendUint16(p, bits)
	p = append(p, rate44100...)
	if coding != "" {
		p = append(p, coding+"\x00\x00"...) // an empty name, padded
	}
	return chunk("COMM", p)
}

func ssnd(data []byte) []byte { return chunk("SSND", append(make([]byte, 8), data...)) }

// aifc makes a file of the coding.
func aifc(coding string, channels, bits uint16, frames uint32, data []byte) []byte {
	return form("AIFC", chunk("FVER", []byte{0xA2, 0x80, 0x51, 0x40}), comm(channels, bits, frames, coding), ssnd(data))
}

// Every supported sample format.
func TestAIFFCodings(t *testing.T) {
	for _, tc := range []struct {
		coding   string
		bits     uint16
		encoding pcm.Encoding
		file     []byte
		want     []byte
	}{
		{"NONE", 16, pcm.S16, []byte{0x12, 0x34, 0x80, 0x00}, []byte{0x34, 0x12, 0x00, 0x80}},
		{"twos", 16, pcm.S16, []byte{0x12, 0x34, 0x80, 0x00}, []byte{0x34, 0x12, 0x00, 0x80}},
		{"sowt", 16, pcm.S16, []byte{0x34, 0x12, 0x00, 0x80}, []byte{0x34, 0x12, 0x00, 0x80}},
		{"NONE", 8, pcm.S16, []byte{0x12, 0x80}, []byte{0x00, 0x12, 0x00, 0x80}},
		{"sowt", 8, pcm.S16, []byte{0x12, 0x80}, []byte{0x00, 0x12, 0x00, 0x80}},
		{"raw ", 8, pcm.U8, []byte{0x80, 0x00}, []byte{0x80, 0x00}},
		{"NONE", 12, pcm.S16, []byte{0x12, 0x30, 0x80, 0x00}, []byte{0x30, 0x12, 0x00, 0x80}},
		{"NONE", 24, pcm.S24, []byte{1, 2, 3, 0x81, 5, 6}, []byte{3, 2, 1, 6, 5, 0x81}},
		{"in24", 16, pcm.S24, []byte{1, 2, 3, 0x81, 5, 6}, []byte{3, 2, 1, 6, 5, 0x81}},
		{"42ni", 24, pcm.S24, []byte{3, 2, 1, 6, 5, 0x81}, []byte{3, 2, 1, 6, 5, 0x81}},
		{"NONE", 32, pcm.S32, []byte{1, 2, 3, 4, 0x81, 5, 6, 7}, []byte{4, 3, 2, 1, 7, 6, 5, 0x81}},
		{"in32", 32, pcm.S32, []byte{1, 2, 3, 4, 0x81, 5, 6, 7}, []byte{4, 3, 2, 1, 7, 6, 5, 0x81}},
		{"23ni", 32, pcm.S32, []byte{4, 3, 2, 1, 7, 6, 5, 0x81}, []byte{4, 3, 2, 1, 7, 6, 5, 0x81}},
		{"fl32", 32, pcm.F32, []byte{0x3F, 0x80, 0, 0, 0xBF, 0, 0, 0}, []byte{0, 0, 0x80, 0x3F, 0, 0, 0, 0xBF}},
		{"FL32", 16, pcm.F32, []byte{0x3F, 0x80, 0, 0, 0xBF, 0, 0, 0}, []byte{0, 0, 0x80, 0x3F, 0, 0, 0, 0xBF}},
		{"fl64", 64, pcm.F64, []byte{0x3F, 0xF0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}, []byte{0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 8, 7, 6, 5, 4, 3, 2, 1}},
	} {
		f := open(t, write(t, "x.aiff", aifc(tc.coding, 1, tc.bits, 2, tc.file)))
		assert.Equal(t, pcm.Format{SampleRate: 44100, Channels: 1, Encoding: tc.encoding}, f.Format(), tc.coding)
		assert.Equal(t, tc.want, readAll(t, f), "%s %d", tc.coding, tc.bits)
	}
	f := open(t, write(t, "x.aiff", form("AIFF", comm(2, 16, 1, ""), ssnd([]byte{1, 2, 3, 4}))))
	assert.Equal(t, []byte{2, 1, 4, 3}, readAll(t, f))
}

// Chunks in any order, odd ones, unknown ones, and audio that begins later.
func TestAIFFChunks(t *testing.T) {
	sound := chunk("SSND", append([]byte{0, 0, 0, 3, 0, 0, 0, 0}, 9, 9, 9, 1, 2, 3, 4))
	data := form("AIFF", chunk("JUNK", []byte{1}), sound, chunk("NAME", []byte("A na\xEFve t\x92tle")), chunk("AUTH", []byte("Bänd")), comm(2, 16, 1, ""))
	f := open(t, write(t, "x", data))
	assert.Equal(t, []byte{2, 1, 4, 3}, readAll(t, f))
	assert.Equal(t, "A naïve t’tle", f.Tags().Title)
	assert.Equal(t, "Bänd", f.Tags().Performer)
	for _, twice := range [][]byte{form("AIFF", comm(1, 16, 0, ""), comm(1, 16, 0, "")), form("AIFF", ssnd(nil), ssnd(nil))} {
		assert.ErrorContains(t, check(write(t, "x", twice)), "a second")
	}
	assert.ErrorContains(t, check(write(t, "x", form("AIFF", comm(1, 16, 0, "")))), "holds no samples")
	assert.ErrorContains(t, check(write(t, "x", form("AIFF", ssnd(make([]byte, 10))))), "the COMM chunk is missing")
	assert.ErrorContains(t, check(write(t, "x", form("AIFF", comm(1, 40, 0, "")))), "40 bits")
}

func TestExtended(t *testing.T) {
	for want, p := range map[int][]byte{
		44100:  rate44100,
		8000:   {0x40, 0x0B, 0xFA, 0, 0, 0, 0, 0, 0, 0},
		96000:  {0x40, 0x0F, 0xBB, 0x80, 0, 0, 0, 0, 0, 0},
		22255:  {0x40, 0x0D, 0xAD, 0xDD, 0x17, 0x45, 0xD1, 0x74, 0x5D, 0x17}, // 22254.5454 of old Macs
		192000: {0x40, 0x10, 0xBB, 0x80, 0, 0, 0, 0, 0, 0},
	} {
		assert.Equal(t, want, extended(p))
	}
	for _, p := range [][]byte{make([]byte, 10), {0x7F, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0}, {0xC0, 0x0E, 0xAC, 0x44, 0, 0, 0, 0, 0, 0}} {
		assert.Zero(t, extended(p))
	}
}

// A part of an AIFF file is read without the audio before it.
func TestAIFFSeek(t *testing.T) {
	data := make([]byte, 20000)
	for i := range data {
		data[i] = byte(i * 7)
	}
	f := open(t, write(t, "x", form("AIFF", comm(1, 16, 10000, ""), ssnd(data))))
	all := readAll(t, f)
	r, err := f.Open()
	require.NoError(t, err)
	defer r.Close()
	s := r.(io.Seeker)
	for _, at := range []int64{10001, 0, 19999, 20000, 8192} {
		n, err := s.Seek(at, io.SeekStart)
		require.NoError(t, err)
		assert.Equal(t, at, n)
		rest, err := io.ReadAll(r)
		require.NoError(t, err)
		assert.Equal(t, all[at:], rest)
	}
	_, err = s.Seek(-4, io.SeekEnd)
	require.NoError(t, err)
	p := make([]byte, 2)
	_, err = io.ReadFull(r, p)
	require.NoError(t, err)
	n, err := s.Seek(-1, io.SeekCurrent)
	require.NoError(t, err)
	assert.Equal(t, int64(19997), n)
	_, err = s.Seek(-1, io.SeekStart)
	assert.Error(t, err)

	part, err := pcm.Section("part", f, 5000, 100)
	require.NoError(t, err)
	assert.Equal(t, all[10000:10200], readAll(t, part))
}

// Headers with the largest possible claims take no memory.
func TestClaimsCostNothing(t *testing.T) {
	for _, data := range [][]byte{
		aifc("NONE", 64, 32, math.MaxUint32, make([]byte, 100)),
		form("AIFF", chunk("ID3 ", []byte("ID3\x03\x00\x00\x7F\x7F\x7F\x7F"))),
		append([]byte("fLaC\x00\x00\x00\x22"), make([]byte, 34)...),
		append([]byte("fLaC\x84\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), make([]byte, 34)...),
	} {
		path := write(t, "x", data)
		allocs := testing.AllocsPerRun(1, func() { _ = check(path) })
		assert.Less(t, allocs, 5000.0)
	}
}
