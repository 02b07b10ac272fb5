package main

import "encoding/binary"

const (
	rate   = 44100
	attack = rate / 100 // frames until a tone is at its loudest
	fade   = rate / 20  // last frames of a piece, which end in silence
)

// semitones are the frequencies from A4 to G#5, in thousandths of a hertz.
var semitones = [12]int64{440000, 466164, 493883, 523251, 554365, 587330, 622254, 659255, 698456, 739989, 783991, 830609}

// frequency returns the pitch in thousandths of a hertz.
func frequency(pitch int) int64 {
	octave := 0
	for ; pitch < 0; pitch += 12 {
		octave--
	}
	for ; pitch > 11; pitch -= 12 {
		octave++
	}
	f := semitones[pitch]
	if octave < 0 {
		return f >> -octave
	}
	return f << octave
}

// sine is the sine of a phase that runs from 0 to 65535 for a full turn, in the
// range -32768..32768. It is a polynomial, exact to about one part in 1000: enough
// for a tone whose color is a matter of taste.
func sine(phase uint32) int64 {
	x := int64(phase & 0x7FFF) // half a turn: 0..32767
	// Bhaskara I: 16 x (pi - x) / (5 pi^2 - 4 x (pi - x))
	p := x * (32768 - x)
	s := 32768 * 16 * p / (5*32768*32768 - 4*p)
	if phase&0x8000 != 0 {
		return -s
	}
	return s
}

// render computes the samples of a piece: little-endian, left and right.
func (p piece) render() []byte {
	mix := make([]int64, 2*p.frames)
	for _, n := range p.notes {
		n.play(mix)
	}
	out := make([]byte, 0, 4*p.frames)
	for i, v := range mix {
		if left := int64(p.frames - i/2); left < fade {
			v = v * left / fade
		}
		v = min(max(v, -32767), 32767)
		out = binary.LittleEndian.AppendUint16(out, uint16(int16(v)))
	}
	return out
}

// play adds one tone to the mix: three partials that die away, the higher the
// faster, and faster still when the tone is let go.
func (n note) play(mix []int64) {
	start, held := n.at*rate/1000, n.len*rate/1000
	step := frequency(n.pitch) << 32 / (rate * 1000) // of a turn of 2^32 per frame
	level := [3]int64{1 << 30, 1 << 28, 1 << 27}
	decay := [3]uint{15, 14, 13}
	var phase uint32
	for i := 0; start+i < len(mix)/2 && level[0] > 1<<16; i++ {
		var v int64
		for k := range level {
			v += sine(phase*uint32(k+1)>>16) * (level[k] >> 15) >> 15
			level[k] -= level[k] >> decay[k]
			if i > held {
				level[k] -= level[k] >> 11
			}
		}
		v = v * int64(n.loud) / 180
		if i < attack {
			v = v * int64(i) / attack
		}
		mix[2*(start+i)] += v * int64(100-n.pan) / 100
		mix[2*(start+i)+1] += v * int64(n.pan) / 100
		phase += uint32(step)
	}
}
