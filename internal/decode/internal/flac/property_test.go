package flac

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// plan is a frame that a test encodes. The encoder below follows RFC 9639 in the simplest
// way; the examples in frame_test.go, and the flac program in package decode, show that it
// is right.
type plan struct {
	bits     int
	channels [][]int64 // samples
	stereo   stereo
}

// any draws a frame of any shape.
func anyFrame(t *rapid.T) plan {
	p := plan{bits: rapid.SampledFrom([]int{8, 12, 16, 20, 24, 32}).Draw(t, "bits")}
	n := rapid.IntRange(1, 8).Draw(t, "channels")
	if n == 2 {
		p.stereo = stereo(rapid.IntRange(0, 3).Draw(t, "stereo"))
	}
	size := rapid.IntRange(1, 200).Draw(t, "size")
	limit := int64(1) << (p.bits - 1)
	for range n {
		var samples []int64
		level := rapid.SampledFrom([]int64{0, 1, 100, limit - 1}).Draw(t, "level")
		level = min(level, limit-1)
		v := int64(0)
		for range size {
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				v = rapid.Int64Range(-level-1, level).Draw(t, "sample")
			case 1:
				v = min(v+1, limit-1)
			}
			samples = append(samples, max(min(v, limit-1), -limit))
		}
		p.channels = append(p.channels, samples)
	}
	return p
}

// encode writes the frame; the coding of each channel is drawn, too.
func (p plan) encode(t *rapid.T) []byte {
	size := len(p.channels[0])
	code := map[int]byte{8: 1, 12: 2, 16: 4, 20: 5, 24: 6, 32: 7}[p.bits]
	channels := byte(len(p.channels) - 1)
	if p.stereo != independent {
		channels = byte(p.stereo) + 7
	}
	head := []byte{0xFF, 0xF8, 0x69, channels<<4 | code<<1, 0, byte(size - 1)}
	w := &bitWriter{p: append(head, crc8(head)), n: 56}
	for c, samples := range p.coded() {
		bits := p.bits
		if p.stereo == sideRight && c == 0 || (p.stereo == leftSide || p.stereo == midSide) && c == 1 {
			bits++
		}
		p.channel(t, w, samples, bits)
	}
	crc := crc16(0, w.p)
	return append(w.p, byte(crc>>8), byte(crc))
}

// coded returns the written channels of two that are coded together.
func (p plan) coded() [][]int64 {
	if p.stereo == independent {
		return p.channels
	}
	left, right := p.channels[0], p.channels[1]
	a, b := make([]int64, len(left)), make([]int64, len(left))
	for i := range left {
		side := left[i] - right[i]
		switch p.stereo {
		case leftSide:
			a[i], b[i] = left[i], side
		case sideRight:
			a[i], b[i] = side, right[i]
		case midSide:
			a[i], b[i] = (left[i]+right[i])>>1, side
		}
	}
	return [][]int64{a, b}
}

// channel writes one channel.
func (p plan) channel(t *rapid.T, w *bitWriter, samples []int64, bits int) {
	order := rapid.IntRange(-2, min(4, len(samples))).Draw(t, "order")
	constant := true
	for _, v := range samples {
		constant = constant && v == samples[0]
	}
	switch {
	case order == -2 && constant:
		w.put(0, 8).put(samples[0], bits)
	case order < 0:
		w.put(1<<1, 8)
		for _, v := range samples {
			w.put(v, bits)
		}
	default:
		w.put(int64(8+order)<<1, 8)
		for _, v := range samples[:order] {
			w.put(v, bits)
		}
		p.residual(t, w, samples, order)
	}
}

// residual writes the error of the polynomial of that order.
func (p plan) residual(t *rapid.T, w *bitWriter, samples []int64, order int) {
	wrong := append([]int64(nil), samples...)
	for range order {
		for i := len(wrong) - 1; i > 0; i-- {
			wrong[i] -= wrong[i-1]
		}
	}
	parts := 0
	for len(samples)%(2<<parts) == 0 && len(samples)>>(parts+1) >= order && rapid.Bool().Draw(t, "more parts") {
		parts++
	}
	size := len(samples) >> parts
	w.put(1, 2).put(int64(parts), 4)
	for part := range 1 << parts {
		list := wrong[max(part*size, order) : (part+1)*size]
		most := int64(0)
		for _, v := range list {
			most = max(most, v, -v-1)
		}
		need := 0
		for most>>need != 0 {
			need++
		}
		if need < 31 && rapid.Bool().Draw(t, "plain") {
			w.put(31, 5).put(int64(need+1), 5)
			for _, v := range list {
				w.put(v, need+1)
			}
			continue
		}
		k := min(max(need-rapid.IntRange(-1, 2).Draw(t, "k"), 0), 30)
		w.put(int64(k), 5)
		for _, v := range list {
			u := v<<1 ^ v>>63
			for range u >> k {
				w.put(0, 1)
			}
			w.put(1, 1).put(u&(1<<k-1), k)
		}
	}
}

// Whatever the size of samples, the number of channels, and their coding: the samples are
// decoded, one frame after the other.
func TestAnyFrame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var data []byte
		var plans []plan
		for range rapid.IntRange(1, 3).Draw(rt, "frames") {
			p := anyFrame(rt)
			plans = append(plans, p)
			data = append(data, p.encode(rt)...)
		}
		d := NewDecoder(bytes.NewReader(data), 0, 0)
		for _, p := range plans {
			h, err := d.Next()
			if err != nil {
				rt.Fatal(err)
			}
			if h.Bits != p.bits || h.Channels != len(p.channels) || h.Block != len(p.channels[0]) {
				rt.Fatalf("%+v", h)
			}
			for c, want := range p.channels {
				for i, v := range want {
					if d.Samples(c)[i] != v {
						rt.Fatalf("channel %d, sample %d: %d, not %d", c, i, d.Samples(c)[i], v)
					}
				}
			}
		}
	})
}

// A block of the largest size, which a header counts as 65535 + 1.
func TestLargestBlock(t *testing.T) {
	head := []byte{0xFF, 0xF8, 0x79, 0x08, 0, 0xFF, 0xFF}
	w := &bitWriter{p: append(head, crc8(head)), n: 64}
	w.put(0, 8).put(-3, 16)
	crc := crc16(0, w.p)
	d := NewDecoder(bytes.NewReader(append(w.p, byte(crc>>8), byte(crc))), 0, 0)
	h, err := d.Next()
	require.NoError(t, err)
	require.Equal(t, 65536, h.Block)
	require.Equal(t, int64(-3), d.Samples(0)[65535])
}

// The buffer may end anywhere in a frame: many small frames extend past its end.
func TestAcrossBuffers(t *testing.T) {
	var one []byte
	rapid.Check(t, func(rt *rapid.T) {
		if one == nil {
			one = anyFrame(rt).encode(rt)
		}
	})
	data := bytes.Repeat(one, 3*bufferSize/len(one))
	d := NewDecoder(bytes.NewReader(data), 1000, 0)
	for n := 0; n < len(data); n += len(one) {
		_, err := d.Next()
		require.NoError(t, err)
		require.Equal(t, int64(1000+n), d.Offset())
	}
}

// Samples of 15 bits: the frame header has no code for it, but the stream info has
// (uncommon-07 of the official test files).
func TestSizeFromStreamInfo(t *testing.T) {
	head := []byte{0xFF, 0xF8, 0x69, 0x00, 0, 2}
	w := &bitWriter{p: append(head, crc8(head)), n: 56}
	w.put(1<<1, 8).put(16383, 15).put(-16384, 15).put(-1, 15)
	crc := crc16(0, w.p)
	data := append(w.p, byte(crc>>8), byte(crc))
	d := NewDecoder(bytes.NewReader(data), 0, 15)
	h, err := d.Next()
	require.NoError(t, err)
	require.Equal(t, 15, h.Bits)
	require.Equal(t, []int64{16383, -16384, -1}, d.Samples(0))
	_, err = NewDecoder(bytes.NewReader(data), 0, 0).Next()
	require.ErrorContains(t, err, "0 bits")
}
