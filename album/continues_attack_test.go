package album

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// sample returns a sample of a channel.
func sample(b []byte, frame, channel int) float64 {
	return float64(int16(binary.LittleEndian.Uint16(b[frame*4+channel*2:])))
}

// changed applies a function to each sample of a second.
func changed(track []byte, f func(i int, v float64) float64) []byte {
	return recording(1, func(i int) (left, right float64) { return f(i, sample(track, i, 0)), f(i, sample(track, i, 1)) })
}

// zero finds the next frame at which both channels pass zero upwards, or nearly.
func zero(data []byte, from int) int {
	for i := max(from, 1); i < len(data)/4-rate; i++ {
		if sample(data, i-1, 0) <= 0 && sample(data, i, 0) > 0 && math.Abs(sample(data, i, 1)) < 400 {
			return i
		}
	}
	return from
}

// Mastering changes the edges of unrelated tracks: short fades, cuts at zeros, a limiter,
// DC. They must not fit together because of it. With -short: four pairs of edges each.
func TestUnrelatedEdges(t *testing.T) {
	sounds := [][]byte{plucked(1, 4), plucked(9, 4), applause(1, 4), noise(4, 4, 3000)}
	fade := func(ms float64) func(a, b []byte, i, j int) (first, next []byte) {
		n := ms * rate / 1000
		return func(a, b []byte, i, j int) (first, next []byte) {
			return changed(at(a, i-rate), func(i int, v float64) float64 { return v * min(1, float64(rate-1-i)/n) }),
				changed(at(b, j), func(i int, v float64) float64 { return v * min(1, float64(i)/n) })
		}
	}
	each := func(f func(i int, v float64) float64) func(a, b []byte, i, j int) (first, next []byte) {
		return func(a, b []byte, i, j int) (first, next []byte) {
			return changed(at(a, i-rate), f), changed(at(b, j), f)
		}
	}
	r := rand.New(rand.NewPCG(5, 5))
	pairs := 24
	if testing.Short() {
		pairs = 4
	}
	for name, cut := range map[string]func(a, b []byte, i, j int) (first, next []byte){
		"fades of 1 ms":   fade(1),
		"fades of 3 ms":   fade(3),
		"fades of 10 ms":  fade(10),
		"fades of 50 ms":  fade(50),
		"cuts at zeros":   func(a, b []byte, i, j int) (first, next []byte) { return at(a, zero(a, i)-rate), at(b, zero(b, j)) },
		"a limiter":       each(func(_ int, v float64) float64 { return v * 40 }),
		"DC":              each(func(_ int, v float64) float64 { return v/4 + 900 }),
		"8 bits":          each(func(_ int, v float64) float64 { return math.Round(v/256) * 256 }),
		"a click at both": each(click),
	} {
		wrong := 0
		for range pairs {
			k := r.IntN(len(sounds))
			a, b := sounds[k], sounds[(k+1+r.IntN(len(sounds)-1))%len(sounds)]
			for _, s := range seamsOf(cut(a, b, rate+r.IntN(rate), r.IntN(2*rate))) {
				if s.Continues {
					wrong++
				}
			}
		}
		assert.Zero(t, wrong, name)
	}
}

// click adds a click to the first and the last sample of a second.
func click(i int, v float64) float64 {
	if i == 0 || i == rate-1 {
		return v + 20000
	}
	return v
}

// Processing a whole recording before it is cut doesn't hide the cuts. With -short: at one
// place in seven.
func TestTreatedRecordings(t *testing.T) {
	whole, step := plucked(1, 8), 29001
	if testing.Short() {
		step *= 7
	}
	treat := map[string]func(v float64) float64{
		"DC":     func(v float64) float64 { return v + 900 },
		"softer": func(v float64) float64 { return v / 8 },
		"louder": func(v float64) float64 { return max(-32768, min(32767, v*3)) },
	}
	for name, f := range treat {
		proven, n := 0, 0
		for from := 0; (from+2*rate)*4 <= len(whole); from += step {
			g := func(_ int, v float64) float64 { return f(v) }
			n++
			for _, s := range seamsOf(changed(at(whole, from), g), changed(at(whole, from+rate), g)) {
				if s.Continues {
					proven++
				}
			}
		}
		t.Log(name, n, proven)
		assert.GreaterOrEqual(t, 2*proven, n, name)
	}
}
