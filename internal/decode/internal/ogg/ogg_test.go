package ogg

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// build makes a page with the checksum computed bit by bit.
func build(flags byte, granule int64, serial, seq uint32, segments []byte, body []byte) []byte {
	le := binary.LittleEndian
	p := append([]byte("OggS\x00"), flags)
	p = le.AppendUint64(p, uint64(granule))
	p = le.AppendUint32(p, serial)
	p = le.AppendUint32(p, seq)
	p = append(p, 0, 0, 0, 0, byte(len(segments)))
	p = append(append(p, segments...), body...)
	var c uint32
	for _, v := range p {
		c ^= uint32(v) << 24
		for range 8 {
			c = c<<1 ^ 0x04C11DB7*(c>>31)
		}
	}
	le.PutUint32(p[22:], c)
	return p
}

// all returns the packets as text.
func all(t *testing.T, data []byte) (list []string, last Packet, err error) {
	p := NewPackets(bytes.NewReader(data), 0, int64(len(data)), 1)
	for {
		packet, err := p.Next()
		if err != nil {
			return list, last, err
		}
		list, last = append(list, string(packet.Data)), packet
	}
}

// A packet over three pages, several on one, an empty one, one of exactly 255 bytes,
// and pages of another stream in between.
func TestPackets(t *testing.T) {
	long := bytes.Repeat([]byte("x"), 600)
	exact := bytes.Repeat([]byte("y"), 255)
	data := bytes.Join([][]byte{
		build(First, 0, 7, 0, []byte{2}, []byte("id")),
		build(First, 0, 8, 0, []byte{5}, []byte("other")),
		build(0, -1, 7, 1, []byte{255}, long[:255]),
		build(0, 5, 8, 1, []byte{1}, []byte("o")),
		build(Continued, -1, 7, 2, []byte{255}, long[255:510]),
		build(Continued, 100, 7, 3, []byte{90, 0, 255, 0, 1}, append(append(bytes.Clone(long[510:]), exact...), 'z')),
		build(Last, 120, 7, 4, []byte{3}, []byte("end")),
		build(Last, 6, 8, 2, []byte{1}, []byte("o")),
	}, nil)
	list, last, err := all(t, data)
	assert.Equal(t, io.EOF, err)
	assert.Equal(t, []string{"id", string(long), "", string(exact), "z", "end"}, list)
	assert.True(t, last.Last)
	assert.Equal(t, int64(120), last.Granule)
	e, err := Scan(bytes.NewReader(data), 0, int64(len(data)), nil, func() error { return nil })
	require.NoError(t, err)
	assert.Equal(t, Extent{Begin: 100, End: 120, Tail: int64(len(data))}, e)

	p := NewPackets(bytes.NewReader(data), 0, int64(len(data)), 1)
	granules := []int64{}
	for range 6 {
		packet, err := p.Next()
		require.NoError(t, err)
		granules = append(granules, packet.Granule)
	}
	assert.Equal(t, []int64{0, -1, -1, -1, 100, 120}, granules)

	// The same as streams, and packets in turn with them.
	for _, odd := range []int{0, 1} {
		p = NewPackets(bytes.NewReader(data), 0, int64(len(data)), 1)
		for i, want := range list {
			if i%2 == odd {
				packet, err := p.Next()
				require.NoError(t, err)
				assert.Equal(t, want, string(packet.Data))
				continue
			}
			r, err := p.Stream()
			require.NoError(t, err)
			got, err := io.ReadAll(r)
			require.NoError(t, err)
			assert.Equal(t, want, string(got))
		}
		_, err = p.Stream()
		assert.Equal(t, io.EOF, err)
	}

	// Data appended by other programs are not part of it.
	_, _, err = all(t, append(bytes.Clone(data), "TAG and so on"...))
	assert.Equal(t, io.EOF, err)
}

// flipped damages the last byte.
func flipped(p []byte) []byte {
	p = bytes.Clone(p)
	p[len(p)-1] ^= 1
	return p
}

// Bytes between pages are skipped and counted; programs of about 2008 left zeros there. A
// stream without a page marked as the last is accepted, and reported as open.
func TestResync(t *testing.T) {
	a := build(First, 0, 7, 0, []byte{2}, []byte("id"))
	b := build(0, 50, 7, 1, []byte{1}, []byte("b"))
	c := build(Last, 60, 7, 2, []byte{1}, []byte("c"))
	open := build(0, 60, 7, 2, []byte{1}, []byte("c"))
	join := func(p ...[]byte) []byte { return bytes.Join(p, nil) }
	for _, tc := range []struct {
		name string
		data []byte
		want Extent
	}{
		{"zeros", join(a, make([]byte, 100_000), b, make([]byte, 3), c), Extent{End: 60, Skipped: 100_003}},
		{"a false page", join(a, []byte("OggS\x00"), b, c), Extent{End: 60, Skipped: 5}},
		{"the beginning of a page", join(a, c[:28], b, c), Extent{End: 60, Skipped: 28}},
		{"no end", join(a, b, open), Extent{End: 60, Open: true}},
		{"an early end", join(a, build(Last, 50, 7, 1, []byte{1}, []byte("b")), c), Extent{End: 60, Early: 1}},
		{"pages twice", join(a, a, b, b, b, c, c), Extent{End: 60, Again: 4}},
		{"no end and a tag", join(a, b, open, []byte("TAG...")), Extent{End: 60, Open: true}},
	} {
		e, err := Scan(bytes.NewReader(tc.data), 0, int64(len(tc.data)), nil, func() error { return nil })
		require.NoError(t, err, tc.name)
		tc.want.Tail, tc.want.Begin = e.Tail, 50
		assert.Equal(t, tc.want, e, tc.name)
		list, _, err := all(t, tc.data)
		assert.Equal(t, io.EOF, err, tc.name)
		assert.Equal(t, []string{"id", "b", "c"}, list, tc.name)
	}
	// A hostile file of nothing but beginnings doesn't take forever.
	data := join(a, bytes.Repeat([]byte("OggS\x00"), 1<<20))
	_, err := Scan(bytes.NewReader(data), 0, int64(len(data)), nil, func() error { return nil })
	assert.ErrorIs(t, err, ErrDamaged)
}

// A position at the end that leaves out what pages before it promise would cut the audio
// silently.
func TestPositions(t *testing.T) {
	a := build(First, 0, 7, 0, []byte{2}, []byte("id"))
	b := build(0, 50, 7, 1, []byte{1}, []byte("b"))
	for granule, text := range map[int64]string{
		-1: "doesn't state its position", 0: "states position 0, but a page before it 50", 49: "states position 49",
	} {
		data := bytes.Join([][]byte{a, b, build(Last, granule, 7, 2, []byte{1}, []byte("c"))}, nil)
		_, err := Scan(bytes.NewReader(data), 0, int64(len(data)), nil, func() error { return nil })
		require.ErrorIs(t, err, ErrDamaged, text)
		assert.ErrorContains(t, err, text)
	}
}

func TestBroken(t *testing.T) {
	a := build(First, 0, 7, 0, []byte{2}, []byte("id"))
	b := build(0, 50, 7, 1, []byte{1}, []byte("b"))
	c := build(Last, 60, 7, 2, []byte{1}, []byte("c"))
	join := func(p ...[]byte) []byte { return bytes.Join(p, nil) }
	for _, tc := range []struct {
		name string
		data []byte
		want error
		text string
		at   int64
	}{
		{"nothing", nil, ErrTruncated, "no pages", 0},
		{"zeros instead of the end", join(a, b, make([]byte, 500)), ErrDamaged, "no Ogg page begins", int64(len(a) + len(b))},
		{"ends inside a packet", join(a, build(0, -1, 7, 1, []byte{255}, make([]byte, 255))), ErrTruncated, "ends inside a packet", int64(len(a) + 28 + 255)},
		{"cut", join(a, b, c[:20]), ErrTruncated, "header of an Ogg page", int64(len(a) + len(b))},
		{"cut body", join(a, b, c[:28]), ErrTruncated, "inside an Ogg page", int64(len(a) + len(b))},
		{"lost page", join(a, c), ErrDamaged, "page 2 follows page 0", int64(len(a))},
		{"garbage only", join(a, []byte("OggX and so on")), ErrDamaged, "no Ogg page begins", int64(len(a))},
		{"damaged page", join(a, flipped(b), c), ErrDamaged, "the checksum of an Ogg page is", int64(len(a))},
		{"length damaged", join(a, bytes.Replace(b, []byte{1, 1}, []byte{1, 99}, 1), c), ErrDamaged, "the header of an Ogg page is damaged", int64(len(a))},
		{"chained without an end", join(a, b, build(First, 0, 9, 0, []byte{1}, []byte("x"))), ErrChained, "another Ogg stream", int64(len(a) + len(b))},
		{"twice the same", join(a, b, c, a, b, c), ErrChained, "another Ogg stream", int64(len(a) + len(b) + len(c))},
		{"no beginning", join(b, c), ErrDamaged, "begins in its middle", 0},
		{"chained", join(a, b, c, build(First, 0, 9, 0, []byte{1}, []byte("x"))), ErrChained, "another Ogg stream", int64(len(a) + len(b) + len(c))},
		{"after the end", join(a, b, c, build(0, 70, 7, 4, []byte{1}, []byte("x"))), ErrDamaged, "continues past its last page", int64(len(a) + len(b) + len(c))},
		{"incomplete", join(a, build(0, -1, 7, 1, []byte{255}, make([]byte, 255)), c), ErrDamaged, "incomplete", int64(len(a) + 27 + 1 + 255)},
		{"continued from nothing", join(a, build(Continued, 1, 7, 1, []byte{1}, []byte("x"))), ErrDamaged, "incomplete", int64(len(a))},
		{"no end of the last packet", join(a, build(Last, 1, 7, 1, []byte{255}, make([]byte, 255))), ErrDamaged, "has no end", int64(len(a))},
	} {
		_, _, err := all(t, tc.data)
		assert.ErrorIs(t, err, tc.want, tc.name)
		assert.ErrorContains(t, err, tc.text, tc.name)
		var pe *PageError
		require.ErrorAs(t, err, &pe)
		assert.Equal(t, tc.at, pe.Byte, tc.name)
		_, err = Scan(bytes.NewReader(tc.data), 0, int64(len(tc.data)), nil, func() error { return nil })
		assert.ErrorIs(t, err, tc.want, tc.name)
	}
	flipped := join(a, b, c)
	for i := range flipped {
		flipped[i] ^= 0x10
		_, _, err := all(t, flipped)
		if i < len(a)+len(b) { // after that it may count as appended data
			assert.NotEqual(t, io.EOF, err, i)
		}
		flipped[i] ^= 0x10
	}
}

// Endless packets take no memory beyond their limit, and those of audio are refused.
func TestLongPackets(t *testing.T) {
	pages := [][]byte{build(First, -1, 7, 0, bytes.Repeat([]byte{255}, 255), make([]byte, 255*255))}
	for i := range 300 {
		pages = append(pages, build(Continued, -1, 7, uint32(i+1), bytes.Repeat([]byte{255}, 255), make([]byte, 255*255)))
	}
	pages = append(pages, build(Continued|Last, 1, 7, 301, []byte{1}, []byte("x")))
	data := bytes.Join(pages, nil)
	p := NewPackets(bytes.NewReader(data), 0, int64(len(data)), 1)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	packet, err := p.Next()
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(MaxHeader+8<<20))
	assert.LessOrEqual(t, len(packet.Data), MaxHeader)
	assert.Greater(t, len(packet.Data), MaxHeader-256)
	runtime.ReadMemStats(&before)
	r, err := NewPackets(bytes.NewReader(data), 0, int64(len(data)), 1).Stream()
	require.NoError(t, err)
	n, err := io.Copy(io.Discard, r)
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	assert.Equal(t, int64(301*255*255+1), n)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20), "a stream takes a page")
	_, err = io.Copy(io.Discard, must(NewPackets(bytes.NewReader(data[:1<<20]), 0, 1<<20, 1).Stream()))
	assert.ErrorIs(t, err, ErrTruncated)
	p = NewPackets(bytes.NewReader(data), 0, int64(len(data)), 0)
	_, err = p.Next()
	assert.ErrorContains(t, err, "a packet of more than 1048576 bytes")
}

var errDisk = errors.New("the disk is gone")

type failing struct{}

func (failing) ReadAt([]byte, int64) (int, error) { return 0, errDisk }

func TestReadErrors(t *testing.T) {
	_, err := NewPackets(failing{}, 0, 1000, 1).Next()
	assert.ErrorIs(t, err, errDisk)
	_, err = Scan(failing{}, 0, 1000, nil, func() error { return nil })
	assert.ErrorIs(t, err, errDisk)
	_, err = Scan(failing{}, 0, 1000, nil, func() error { return os.ErrDeadlineExceeded })
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
}

// The checksum of 123456789 by this polynomial, not reflected, from 0, is in the catalog of
// CRC algorithms with another last step: CRC-32/CKSUM's register before its final XOR and
// length. Here it is compared with the simple method.
func TestCRC(t *testing.T) {
	p := make([]byte, 1000)
	for i := range p {
		p[i] = byte(i * i)
	}
	for _, n := range []int{0, 1, 7, 8, 9, 15, 16, 999} {
		var c uint32
		for _, v := range p[:n] {
			c ^= uint32(v) << 24
			for range 8 {
				c = c<<1 ^ 0x04C11DB7*(c>>31)
			}
		}
		assert.Equal(t, c, crc(p[:n]), n)
	}
}

func FuzzPackets(f *testing.F) {
	f.Add(build(First|Last, 0, 7, 0, []byte{2}, []byte("id")))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _, err := all(t, data)
		var pe *PageError
		if err != io.EOF && !errors.As(err, &pe) {
			t.Fatal(err)
		}
	})
}

func must(r io.Reader, err error) io.Reader {
	if err != nil {
		panic(err)
	}
	return r
}
