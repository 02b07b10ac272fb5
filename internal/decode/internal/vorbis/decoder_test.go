package vorbis

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/decode/internal/ogg"
)

// packets returns the packets of a fixture of package decode, which compares the decoded
// samples with libvorbis.
func packets(t testing.TB, name string) (all [][]byte) {
	data, err := os.ReadFile("../../testdata/" + name)
	require.NoError(t, err)
	p := ogg.NewPackets(bytes.NewReader(data), 0, int64(len(data)), 3)
	for {
		packet, err := p.Next()
		if err != nil {
			return all
		}
		all = append(all, bytes.Clone(packet.Data))
	}
}

// Blocks of both lengths alternate: each packet but the first yields a quarter of the
// lengths of two neighbors.
func TestLengths(t *testing.T) {
	all := packets(t, "signal.ogg")
	d, err := New(all[0], all[2])
	require.NoError(t, err)
	seen := map[int]int{}
	for i, p := range all[3:] {
		s, err := d.Decode(p)
		require.NoError(t, err)
		if i == 0 {
			assert.Empty(t, s)
			continue
		}
		seen[len(s)/d.Channels]++
	}
	assert.Equal(t, [2]int{256, 2048}, d.blocks)
	assert.NotZero(t, seen[1024])
	assert.NotZero(t, seen[128])
	assert.NotZero(t, seen[576])
	assert.Len(t, seen, 3)
}

// Packets that aren't audio are refused, without an effect.
func TestNotAudio(t *testing.T) {
	all := packets(t, "mono.ogg")
	clean, err := New(all[0], all[2])
	require.NoError(t, err)
	d, err := New(all[0], all[2])
	require.NoError(t, err)
	for _, p := range all[3:] {
		want, err := clean.Decode(p)
		require.NoError(t, err)
		want = append([]float32(nil), want...)
		for _, not := range all[:3] {
			_, err := d.Decode(not)
			require.ErrorIs(t, err, errNotAudio)
		}
		nothing, err := d.Decode(nil)
		require.NoError(t, err)
		require.Empty(t, nothing)
		got, err := d.Decode(p)
		require.NoError(t, err)
		require.Equal(t, want, append([]float32(nil), got...))
	}
}

// Every cut and every changed byte of the headers is an error or leaves a working decoder,
// and so does every random packet.
func TestDamagedSetup(t *testing.T) {
	all := packets(t, "mono.ogg")
	r := rand.New(rand.NewPCG(3, 4))
	for n := 0; n < len(all[2]); n += 41 {
		_, err := New(all[0], all[2][:n])
		require.Error(t, err)
		changed := bytes.Clone(all[2])
		changed[n] ^= byte(1 + r.IntN(255))
		d, err := New(all[0], changed)
		if err != nil {
			continue
		}
		for range 3 {
			p := make([]byte, 1+r.IntN(300))
			for i := range p {
				p[i] = byte(r.Uint32())
			}
			s, _ := d.Decode(p)
			assert.LessOrEqual(t, len(s), d.blocks[1]/2)
		}
	}
}

// The four cases of the specification (4.3.5), and zeros.
func TestUncouple(t *testing.T) {
	values := []float32{-2, -1.5, -1, 0, 1, 1.5, 2}
	for _, m := range values {
		for _, a := range values {
			var left, right float32
			switch {
			case m > 0 && a > 0:
				left, right = m, m-a
			case m > 0:
				left, right = m+a, m
			case a > 0:
				left, right = m, m+a
			default:
				left, right = m-a, m
			}
			x, y := []float32{m}, []float32{a}
			uncouple(x, y)
			assert.Equal(t, [2]float32{left, right}, [2]float32{x[0], y[0]}, "%v %v", m, a)
		}
	}
}

// The table of the specification (10.1) in a few places.
func TestLevels(t *testing.T) {
	for i, want := range map[int]float64{
		0: 1.0649863e-07, 1: 1.1341951e-07, 60: 4.6555282e-06, 120: 0.00020351382, 180: 0.0088964928, 240: 0.38890521, 254: 0.9389798, 255: 1,
	} {
		assert.InEpsilon(t, want, levels[i], 2e-6, i)
	}
}

// A resonance without width stays finite.
func TestFloor0Resonance(t *testing.T) {
	f := &floor0{order: 2, offset: 100, cos: []float64{0.5}, cosines: [2][]int32{{0}, {0}}}
	out := []float32{1}
	f.apply(&shape{amplitude: 1, coefs: []float32{0.5, 0.5}}, out)
	assert.False(t, math.IsInf(float64(out[0]), 0))
}

// BenchmarkDecode decodes the fixture.
func BenchmarkDecode(b *testing.B) {
	all := packets(b, "signal.ogg")
	d, err := New(all[0], all[2])
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range all[3:] {
			if _, err := d.Decode(p); err != nil {
				b.Fatal(err)
			}
		}
	}
}
