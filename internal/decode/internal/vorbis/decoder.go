package vorbis

import (
	"errors"
	"fmt"
	"math"
	mathbits "math/bits"
	"slices"
)

const maxChannels = 2

// Decoder decodes the packets of one stream. Make one with New. It isn't safe for
// concurrent use.
type Decoder struct {
	setup
	windows    [2][]float32  // the rising half, by block
	transforms [2]*transform // by block
	modeBits   int
	shapes     [maxChannels]shape
	spectra    [maxChannels][]float32
	pairs      []float32 // of residue 2: the channels, value by value
	present    [][]float32
	tails      [maxChannels][]float32 // what the next packet overlaps with
	before     int                    // half the length of the last block, 0 before the first
	out        []float32
}

// New makes a decoder from the identification and the setup header, which are packets
// 0 and 2 of a stream.
func New(identification, setupHeader []byte) (*Decoder, error) {
	d := &Decoder{}
	var err error
	if d.Info, err = ReadInfo(identification); err != nil {
		return nil, err
	}
	if d.Channels > maxChannels {
		return nil, fmt.Errorf("%d channels", d.Channels)
	}
	if err := d.read(setupHeader); err != nil {
		return nil, err
	}
	d.modeBits = mathbits.Len(uint(len(d.modes) - 1))
	for i, n := range d.blocks {
		d.windows[i] = makeWindow(n / 2)
		d.transforms[i] = newTransform(n / 2)
	}
	half := d.blocks[1] / 2
	for ch := range d.Channels {
		d.spectra[ch] = make([]float32, half)
		d.tails[ch] = make([]float32, half/2)
	}
	d.pairs = make([]float32, d.Channels*half)
	d.out = make([]float32, d.Channels*half)
	d.present = make([][]float32, 0, d.Channels)
	d.bits = bits{buf: make([]byte, 0, 4096)}
	return d, nil
}

// makeWindow makes the rising half of a window (4.3.1).
func makeWindow(n int) []float32 {
	w := make([]float32, n)
	for i := range w {
		s := math.Sin((float64(i) + .5) / float64(n) * math.Pi / 2)
		w[i] = float32(math.Sin(math.Pi / 2 * s * s))
	}
	return w
}

// newBits makes a reader of a copy of p.
func newBits(p []byte) bits {
	return bits{buf: append(append(make([]byte, 0, len(p)+slack), p...), make([]byte, slack)...), end: 8 * len(p)}
}

var (
	errNotAudio = errors.New("it isn't a packet of audio")
	errMode     = errors.New("it names a mode that doesn't exist")
)

// Decode decodes one packet to interleaved samples, full scale being 1.0; they are
// good until the next call. There are none for the first packet, and a quarter of the
// lengths of both blocks for every other one. A packet that ends early gives what it
// has, as the standard wants it, and an empty one nothing; one that isn't audio is an
// error.
func (d *Decoder) Decode(packet []byte) ([]float32, error) {
	d.buf = append(d.buf[:0], packet...)
	d.buf = append(d.buf, make([]byte, slack)...)
	d.pos, d.end = 0, 8*len(packet)
	if len(packet) == 0 { // which libvorbis passes over
		return nil, nil
	}
	if d.get(1) != 0 {
		return nil, errNotAudio
	}
	n := d.get(d.modeBits)
	if n >= len(d.modes) {
		return nil, errMode
	}
	m := &d.modes[n]
	if m.long == 1 {
		d.get(2) // the lengths of its neighbors, which are known
	}
	if d.over() {
		return nil, errNotAudio
	}
	half := d.blocks[m.long] / 2
	d.spectrum(m.mapping, half)
	for ch := range d.Channels {
		d.transforms[m.long].run(d.spectra[ch][:half])
	}
	return d.overlap(half), nil
}

// Block returns the length of the block in a packet that begins with start. It is 0 for an
// empty packet, and negative if the packet isn't one of audio.
func (d *Decoder) Block(start []byte) int {
	if len(start) == 0 {
		return 0
	}
	mode := int(start[0]>>1) & (1<<d.modeBits - 1)
	if start[0]&1 != 0 || mode >= len(d.modes) {
		return -1
	}
	return d.blocks[d.modes[mode].long]
}

// MaxSamples is the most samples that a packet gives.
func (d *Decoder) MaxSamples() int { return d.blocks[1] / 2 }

// spectrum decodes the spectra of a block (4.3.2 to 4.3.6).
func (d *Decoder) spectrum(m *mapping, half int) {
	var has [maxChannels]bool // a floor
	for ch := range d.Channels {
		has[ch] = m.floor[m.submap[ch]].decode(&d.bits, &d.shapes[ch])
		clear(d.spectra[ch][:half])
	}
	wanted := has
	if len(m.steps) > 0 && (has[0] || has[1]) {
		wanted = [maxChannels]bool{true, true}
	}
	for i, r := range m.residue {
		d.residue(m, i, r, wanted, half)
	}
	for _, swapped := range slices.Backward(m.steps) {
		magnitude, angle := d.spectra[0][:half], d.spectra[1][:half]
		if swapped {
			magnitude, angle = angle, magnitude
		}
		uncouple(magnitude, angle)
	}
	for ch := range d.Channels {
		part := d.spectra[ch][:half]
		if has[ch] {
			m.floor[m.submap[ch]].apply(&d.shapes[ch], part)
		} else {
			clear(part)
		}
	}
}

// residue decodes the residue of one submap.
func (d *Decoder) residue(m *mapping, submap int, r *residue, wanted [maxChannels]bool, half int) {
	members, some := 0, false
	d.present = d.present[:0]
	for ch := range d.Channels {
		if m.submap[ch] != submap {
			continue
		}
		members++
		some = some || wanted[ch]
		if wanted[ch] || r.kind == 2 {
			d.present = append(d.present, d.spectra[ch][:half])
		}
	}
	if r.kind != 2 || members < 2 {
		if some {
			r.decode(&d.bits, d.present)
		}
		return
	}
	if !some {
		return
	}
	pairs := d.pairs[:2*half]
	clear(pairs)
	r.decode(&d.bits, append(d.present[:0], pairs))
	left, right := d.spectra[0][:half], d.spectra[1][:half]
	for i := range left {
		left[i], right[i] = pairs[2*i], pairs[2*i+1]
	}
}

// uncouple turns magnitude and angle into two channels (4.3.5):
//
//	magnitude > 0:  angle > 0: m, m-a   else m+a, m
//	else            angle > 0: m, m+a   else m-a, m
//
// The signs are not predictable, so nothing branches on them: a takes the sign that it
// is added with, and goes to one of the channels.
func uncouple(magnitude, angle []float32) {
	angle = angle[:len(magnitude)]
	for i, m := range magnitude {
		a := math.Float32bits(angle[i])
		flip := ^(-int32(math.Float32bits(m)) >> 31) // all ones unless m > 0
		negative := uint32(int32(a) >> 31)
		a ^= uint32(flip) & 0x80000000
		magnitude[i] = m + math.Float32frombits(a&negative)
		angle[i] = m - math.Float32frombits(a&^negative)
	}
}

// overlap adds the block in spectra, transformed, to the one before (4.3.7, 4.3.8).
//
// The inverse MDCT of n values is their DCT-IV c, unfolded. Its first half is
// c[n/2..n-1] and then the same backwards and negative; its second half is c[n/2-1..0]
// and then c[0..n/2-1], both negative. So the upper half of c goes to this packet, the
// lower half to the next one, and the window joins two values of each at a time.
func (d *Decoder) overlap(half int) []float32 {
	before := d.before
	d.before = half
	short := min(before, half)
	window := d.windows[0]
	if short > len(window) {
		window = d.windows[1]
	}
	channels := d.Channels
	out := d.out[:channels*(before+half)/2]
	if before == 0 {
		out = nil
	}
	for ch := range channels {
		c, tail := d.spectra[ch][:half], d.tails[ch]
		if before > 0 {
			to := out[ch:]
			lead := (before - short) / 2 // of a long block, past its overlap with a short one
			for i, v := range tail[short/2:][:lead] {
				to[(lead-1-i)*channels] = -v
			}
			to = to[lead*channels:]
			upper := c[half/2:]
			rest := (half - short) / 2
			join(to, tail[:short/2], upper[rest:], window[:short], channels)
			if rest > 0 {
				to = to[short*channels:]
				for i, v := range upper[:rest] {
					to[(rest-1-i)*channels] = -v
				}
			}
		}
		copy(tail, c[:half/2])
	}
	return out
}

// join windows and adds tail, the lower half of the block before, and upper, of this
// one. Twice as many samples come of it, every channels-th of out.
func join(out, tail, upper, window []float32, channels int) {
	n := len(tail)
	upper, window = upper[:n], window[:2*n]
	for i, u := range upper {
		l := tail[n-1-i]
		up, down := window[i], window[2*n-1-i]
		out[i*channels] = up*u - down*l
		out[(2*n-1-i)*channels] = -(down*u + up*l)
	}
}
