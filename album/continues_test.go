package album

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/pcm"
)

// The sounds are synthetic, with the properties of real edges. With recordings (the FLAC
// test files of the IETF, the MP3 ones of ISO) 211 of 562 true cuts are proven: almost none
// in noise and speech, up to four of five in music. Of 11,250 false ones 7 are, each cut
// where both waveforms are zero, or faded within a millisecond.
const rate = 44100

// recording turns a formula into CD audio: the channels are similar, not equal.
func recording(seconds int, of func(i int) (left, right float64)) []byte {
	b := make([]byte, 0, seconds*rate*4)
	clip := func(v float64) uint16 {
		return uint16(int16(math.Round(max(-32768, min(32767, v)))))
	}
	for i := range seconds * rate {
		l, r := of(i)
		b = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(b, clip(l)), clip(r))
	}
	return b
}

// plucked is music: plucked strings of random pitch over a bass, with a little hiss.
func plucked(seed uint64, seconds int) []byte {
	key := [2]uint64{seed, uint64(seconds)}
	if songs[key] == nil {
		songs[key] = pluck(seed, seconds)
	}
	return songs[key]
}

// songs are made once for all tests, which neither run in parallel nor change any.
var songs = map[[2]uint64][]byte{}

func pluck(seed uint64, seconds int) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	type note struct{ start, pitch, pan float64 }
	var list []note
	for at := 0.0; at < float64(seconds); at += 0.05 + 0.2*r.Float64() {
		list = append(list, note{at * rate, 110 * math.Pow(2, float64(r.IntN(36))/12), r.Float64()})
	}
	return recording(seconds, func(i int) (left, right float64) {
		bass := 3000 * math.Sin(2*math.Pi*55*float64(i)/rate)
		left, right = bass+r.NormFloat64()*3, bass+r.NormFloat64()*3
		for _, n := range list {
			t := (float64(i) - n.start) / rate
			if t < 0 {
				break
			}
			if t > 0.8 {
				continue
			}
			v := harmonics(2 * math.Pi * n.pitch * t)
			v *= 4000 * math.Exp(-5*t) * min(1, t*200)
			left, right = left+v*n.pan, right+v*(1-n.pan)
		}
		return left, right
	})
}

// harmonics returns the sum of sin(h*x)/h for the harmonics h from 1 to 6, with one sine and
// one cosine: sin((h+1)x) is 2*cos(x)*sin(hx) - sin((h-1)x).
func harmonics(x float64) (sum float64) {
	sin, cos := math.Sincos(x)
	last, now := 0.0, sin
	for h := 1.0; h <= 6; h++ {
		sum += now / h
		last, now = now, 2*cos*now-last
	}
	return sum
}

// applause is many claps at random: short noise of the pitch of hollow hands.
func applause(seed uint64, seconds int) []byte {
	r := rand.New(rand.NewPCG(seed, 2))
	type clap struct{ y1, y2 float64 } // a resonator for each channel
	var hands [2]clap
	return recording(seconds, func(int) (left, right float64) {
		var out [2]float64
		for c := range hands {
			h := &hands[c]
			in := r.NormFloat64() * 40
			if r.IntN(60) == 0 {
				in += r.NormFloat64() * 900
			}
			y := in + 1.86*h.y1 - 0.9*h.y2
			h.y2, h.y1 = h.y1, y
			out[c] = y
		}
		return out[0], out[1]
	})
}

// noise is a sound whose continuation is unpredictable.
func noise(seed uint64, seconds int, level float64) []byte {
	r := rand.New(rand.NewPCG(seed, 3))
	return recording(seconds, func(int) (left, right float64) { return r.NormFloat64() * level, r.NormFloat64() * level })
}

func tone(seconds int, hertz float64) []byte {
	return recording(seconds, func(i int) (left, right float64) {
		v := 8000 * math.Sin(2*math.Pi*hertz*float64(i)/rate)
		return v, v
	})
}

// at cuts a track of a second out of a recording.
func at(data []byte, frame int) []byte { return data[frame*4 : (frame+rate)*4] }

// seamsOf returns the seams found between tracks.
func seamsOf(tracks ...[]byte) []Seam {
	var list []pcm.Source
	for _, t := range tracks {
		list = append(list, pcm.FromBytes("x", pcm.CDDA, t))
	}
	return seams(list)
}

// tally cuts two recordings at many places: right is how often a true cut is proven, wrong
// how often two unrelated sounds are taken for one. With -short: at a fifth of the places.
func tally(one, other []byte) (places, right, wrong int) {
	step := 19001
	if testing.Short() {
		step = 94001
	}
	for from := 0; (from+2*rate)*4 <= len(one); from += step {
		places++
		for _, s := range seamsOf(at(one, from), at(one, from+rate)) {
			if s.Continues {
				right++
			}
		}
		for _, s := range seamsOf(at(one, from), at(other, from+rate/2)) {
			if s.Continues {
				wrong++
			}
		}
	}
	return places, right, wrong
}

func TestContinues(t *testing.T) {
	for _, kind := range []struct {
		name       string
		one, other []byte
		least      float64 // of the true cuts that are proven
	}{
		{"music", plucked(1, 8), plucked(2, 8), 0.6},
		{"the same song, elsewhere", plucked(1, 8), plucked(1, 8)[7*1234*4:], 0.6},
		{"applause", applause(1, 8), applause(2, 8), 0},
		{"music and applause", plucked(3, 8), applause(3, 8), 0.6},
		{"noise", noise(1, 8, 3000), noise(2, 8, 3000), 0},
	} {
		places, right, wrong := tally(kind.one, kind.other)
		t.Log(kind.name, places, right, wrong)
		assert.Zero(t, wrong, kind.name)
		assert.GreaterOrEqual(t, float64(right), kind.least*float64(places), kind.name)
	}
}

// faded is a track with a fade to silence at its end, or at its beginning.
func faded(track []byte, out bool) []byte {
	n := len(track) / 4
	return recording(1, func(i int) (left, right float64) {
		gain := float64(n-i) / float64(n)
		if !out {
			gain = float64(i) / float64(n)
		}
		v := func(c int) float64 {
			return gain * gain * float64(int16(binary.LittleEndian.Uint16(track[i*4+c:])))
		}
		return v(0), v(2)
	})
}

// Edges where a pause does no harm are not seams.
func TestQuietEdges(t *testing.T) {
	song := plucked(5, 4)
	first, next := at(song, 1000), at(song, 1000+rate)
	assert.Equal(t, []Seam{{Track: 2, Continues: true}}, seamsOf(first, next))
	assert.Empty(t, seamsOf(faded(first, true), next), "faded out")
	assert.Empty(t, seamsOf(first, faded(next, false)), "faded in")
	hall := noise(7, 3, 20) // -64 dB
	assert.Empty(t, seamsOf(at(hall, 0), at(hall, rate)), "the noise of an empty hall")
	assert.Empty(t, seamsOf(at(make([]byte, rate*8), 0), at(make([]byte, rate*8), 1)))
}

// Sound up to the edge, with or without a connection.
func TestDoubtfulEdges(t *testing.T) {
	doubt := []Seam{{Track: 2}}
	song := plucked(6, 4)
	first := at(song, 1000)
	assert.Equal(t, doubt, seamsOf(first, at(song, 1001+rate)), "a sample is missing")
	assert.Equal(t, doubt, seamsOf(first, at(song, 999+rate)), "a sample is doubled")
	assert.Equal(t, doubt, seamsOf(tone(1, 441), tone(1, 441)), "a tone matches itself at each period")
	dc := recording(2, func(int) (left, right float64) { return 900, 900 })
	assert.Empty(t, seamsOf(at(dc, 0), at(dc, rate)), "a constant is inaudible")
	// The delay of an MP3 decoder: sound, but not at the very edge.
	late := append(make([]byte, 400*4), at(song, 1000+rate)[:(rate-400)*4]...)
	assert.Equal(t, doubt, seamsOf(append(first[:(rate-400)*4:(rate-400)*4], make([]byte, 400*4)...), late))
	short := first[len(first)-4*3000:]
	assert.Equal(t, doubt, seamsOf(short, at(song, 1000+rate)), "too short to fit a predictor to")
	right := func(track []byte) []byte {
		return recording(1, func(i int) (left, right float64) { return 0, sample(track, i, 1) })
	}
	half, other := right(at(song, 20000)), right(at(song, 20000+rate))
	assert.Equal(t, []Seam{{Track: 2, Continues: true}}, seamsOf(half, other), "one silent channel proves nothing")
}

func BenchmarkContinues(b *testing.B) {
	song := plucked(6, 3)
	tail, head := newSound(at(song, 0)[(rate-contextFrames)*4:]), newSound(at(song, rate)[:contextFrames*4])
	for b.Loop() {
		continues(tail, head)
	}
}
