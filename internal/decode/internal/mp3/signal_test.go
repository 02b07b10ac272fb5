package mp3

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// music makes frames of a signal that exercises encoders: decaying chords with a difference
// between the channels, noise, clicks that switch to short blocks, silence and an
// overdriven passage.
func music(rate, channels, frames int) []int16 {
	played.Lock()
	defer played.Unlock()
	key := [2]int{rate, channels}
	if len(played.music[key]) < frames*channels {
		played.music[key] = play(rate, channels, frames+30000)
	}
	return played.music[key][:frames*channels]
}

// played keeps the longest music of each rate and number of channels: a shorter one is its
// beginning.
var played = struct {
	sync.Mutex
	music map[[2]int][]int16
}{music: map[[2]int][]int16{}}

func play(rate, channels, frames int) []int16 {
	out := make([]int16, 0, frames*channels)
	seed := uint32(2463534242)
	noise := func() float64 {
		seed ^= seed << 13
		seed ^= seed >> 17
		seed ^= seed << 5
		return float64(seed)/(1<<31) - 1
	}
	notes := [...]float64{220, 277.18, 329.63, 440, 554.37, 1318.5, 3520, 7040}
	for n := range frames {
		at := float64(n) / float64(rate)
		beat := math.Mod(at, 0.5)
		var v [2]float64
		for i, f := range notes {
			pan := float64(i) / float64(len(notes)-1)
			if f *= 1 + math.Floor(at*2)/7; f > 0.45*float64(rate) {
				continue
			}
			s := math.Sin(2*math.Pi*f*at) * math.Exp(-beat*float64(3+i)) * 0.12
			v[0] += s * (1 - pan)
			v[1] += s * pan
		}
		air := noise() * 0.01
		for ch := range v {
			v[ch] += air + noise()*0.003
			switch {
			case n%(rate/3) == 0:
				v[ch] += 0.7
			case math.Mod(at, 1) > 0.8:
				v[ch] = 0
			case math.Mod(at, 1) > 0.6:
				v[ch] *= 6
			}
		}
		for ch := range channels {
			out = append(out, int16(math.Round(min(max(v[ch], -1), 1)*32767)))
		}
	}
	return out
}

// waveFile wraps 16-bit samples for other programs.
func waveFile(rate, channels int, samples []int16) []byte {
	var b bytes.Buffer
	size := uint32(len(samples) * 2)
	b.WriteString("RIFF")
	for _, v := range []any{size + 36, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(channels), uint32(rate),
		uint32(rate * channels * 2), uint16(channels * 2), uint16(16), []byte("data"), size, samples} {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			panic(err)
		}
	}
	return b.Bytes()
}

// decode scans and decodes a file; the decoder is returned for its counters.
func decode(t testing.TB, data []byte) (Info, []float32, *Decoder) {
	t.Helper()
	r := bytes.NewReader(data)
	info, err := Scan(r, int64(len(data)))
	require.NoError(t, err)
	d := NewDecoder(r, info)
	out := readAll(t, d)
	require.Equal(t, int(info.Frames)*info.Channels, len(out))
	return info, out, d
}

// readAll reads in pieces of an odd size.
func readAll(t testing.TB, d *Decoder) []float32 {
	t.Helper()
	var out []float32
	buf := make([]float32, 1999)
	for {
		n, err := d.Read(buf)
		out = append(out, buf[:n]...)
		if err == io.EOF {
			return out
		}
		require.NoError(t, err)
	}
}

// difference returns the root of the mean square of a-b and its largest value.
func difference(a, b []float32) (rms, worst float64) {
	n := min(len(a), len(b))
	for i := range n {
		e := math.Abs(float64(a[i]) - float64(b[i]))
		rms += e * e
		worst = max(worst, e)
	}
	return math.Sqrt(rms / float64(max(n, 1))), worst
}

// equal requires the same samples, and reports the first difference.
func equal(t testing.TB, want, got []float32, what string) {
	t.Helper()
	if !assert.Equal(t, len(want), len(got), what) {
		return
	}
	for i := range want {
		if want[i] != got[i] {
			t.Errorf("%s: sample %d of %d is %g, not %g", what, i, len(want), got[i], want[i])
			return
		}
	}
}
