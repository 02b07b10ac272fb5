package decode

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode/internal/whole"
	"github.com/redbook-audio/redbook/pcm"
)

// Containers whose plain samples are read without ffmpeg.
const (
	AU  Kind = "AU"
	W64 Kind = "Sony Wave64"
	CAF Kind = "CAF"
)

// plain is where the samples of such a file lie, and how.
type plain struct {
	start  int64
	rate   float64
	ch     int
	bits   int
	width  int // bytes of a sample
	float  bool
	little bool
}

// openPlain looks at an AU, Wave64 or CAF file. Any coding but PCM and floating point is
// left to ffmpeg.
func openPlain(ctx context.Context, in input, kind Kind) (opened, error) {
	read := map[Kind]func(input) (plain, bool){AU: readAU, W64: readW64, CAF: readCAF}[kind]
	p, ok := read(in)
	if ok && !(p.rate >= 1 && p.rate <= maxRate) {
		return opened{}, in.fail(in.base, audio.ErrCorrupt, "its header states a sample rate of %g Hz", p.rate)
	}
	format := pcm.Format{SampleRate: int(math.Round(p.rate)), Channels: p.ch}
	if !ok || p.ch < 1 || p.ch > maxChannels || !p.encoding(&format) {
		return opened{}, other(in, "%s", kind)
	}
	var head, again [12]byte
	_, _ = in.r.ReadAt(head[:], in.base)
	if n, _ := in.r.ReadAt(again[:], p.start); n == len(again) && again == head {
		// SoX, which can't go back in a pipe, writes the header of Wave64 and CAF a second time.
		return opened{}, in.fail(p.start, audio.ErrCorrupt, "its header is repeated where audio should be: it was written to a pipe by a program that can't write to pipes")
	}
	a, err := whole.Look(in.r, in.base, in.size, ctx.Err)
	if err != nil {
		return opened{}, in.wholeError(err)
	}
	frame := p.width * p.ch
	notes := a.Notes
	if a.Open || a.Frames < 0 {
		end := in.size
		if a.End > 0 {
			end = a.End
		}
		if rest := (end - p.start) % int64(frame); rest > 0 {
			notes = append(notes, fmt.Sprintf("%d bytes after the last whole sample frame are left out", rest))
		}
		a.Frames = max(end-p.start, 0) / int64(frame)
		notes = append(notes, "its header states no length, as pipes leave it, so nothing shows whether the file is complete")
	}
	f := &aiffFile{name: in.name, start: p.start, frames: a.Frames, frame: frame, width: p.width, format: format, how: p.how()}
	return opened{format: format, frames: a.Frames, note: joinNotes(append(notes, zeroNote(in.r, p.start, a.Frames*int64(frame), format))...), direct: f.open}, nil
}

// encoding returns the encoding in which the samples are delivered; false if it isn't
// supported.
func (p plain) encoding(f *pcm.Format) bool {
	switch {
	case p.float && p.bits == 32 && p.width == 4:
		f.Encoding = pcm.F32
	case p.float && p.bits == 64 && p.width == 8:
		f.Encoding = pcm.F64
	case p.float || p.bits < 1 || p.bits > 32 || p.width != (p.bits+7)/8:
		return false
	default:
		f.Encoding = encodingFor(p.bits)
	}
	return true
}

func (p plain) how() func(dst, src []byte, width int) []byte {
	switch {
	case p.width == 1:
		return widenSamples
	case p.little:
		return keepSamples
	}
	return reverseSamples
}

// readAU reads the header of an AU file, see whole. Codings 2 to 5 are PCM of 8 to 32
// bits, 6 and 7 floating point.
func readAU(in input) (p plain, ok bool) {
	var h [24]byte
	if _, err := in.r.ReadAt(h[:], in.base); err != nil {
		return p, false
	}
	be := binary.BigEndian
	coding := be.Uint32(h[12:])
	p = plain{start: in.base + int64(be.Uint32(h[4:])), rate: float64(be.Uint32(h[16:])), ch: int(min(be.Uint32(h[20:]), 1<<16))}
	switch {
	case coding >= 2 && coding <= 5:
		p.width = int(coding) - 1
	case coding == 6 || coding == 7:
		p.width, p.float = 4*(int(coding)-5), true
	}
	p.bits = 8 * p.width
	return p, p.width > 0
}

// readW64 finds the fmt chunk of a Wave64 file, which is that of WAV, and the audio.
// Samples of 8 bits are unsigned there, and left to ffmpeg.
func readW64(in input) (p plain, ok bool) {
	at, found := in.base+40, false
	le := binary.LittleEndian
	for range maxChunks {
		var c [24 + 40]byte
		n, _ := in.r.ReadAt(c[:], at)
		if n < 24 {
			return p, false
		}
		size := int64(le.Uint64(c[16:]))
		switch string(c[:4]) {
		case "fmt ":
			f := c[24:]
			tag := le.Uint16(f)
			if tag == 0xFFFE && size >= 24+40 {
				tag = le.Uint16(f[24:])
			}
			p = plain{rate: float64(le.Uint32(f[4:])), ch: int(le.Uint16(f[2:])), bits: int(le.Uint16(f[14:])), float: tag == 3, little: true}
			p.width = int(le.Uint16(f[12:])) / max(p.ch, 1)
			found = (tag == 1 || tag == 3) && p.bits > 8 && p.width*p.ch == int(le.Uint16(f[12:]))
		case "data":
			p.start = at + 24
			return p, found
		}
		if size < 24 || size > 1<<56 {
			return p, false
		}
		at += (size + 7) &^ 7
	}
	return p, false
}

// readCAF finds the desc chunk of a CAF file and its audio, which follows the number of edits:
//
//	0-7 rate (float)  8-11 coding  12-15 flags, 1: floating point, 2: little-endian
//	16-19 bytes per packet  20-23 frames per packet  24-27 channels  28-31 bits
func readCAF(in input) (p plain, ok bool) {
	at, found := in.base+8, false
	be := binary.BigEndian
	for range maxChunks {
		var c [12 + 32]byte
		n, _ := in.r.ReadAt(c[:], at)
		if n < 12 {
			return p, false
		}
		size := int64(be.Uint64(c[4:]))
		switch string(c[:4]) {
		case "desc":
			d := c[12:]
			flags, packet := be.Uint32(d[12:]), int(be.Uint32(d[16:]))
			p = plain{
				rate: math.Float64frombits(be.Uint64(d)), ch: int(min(be.Uint32(d[24:]), 1<<16)), bits: int(be.Uint32(d[28:])),
				float: flags&1 != 0, little: flags&2 != 0,
			}
			p.width = packet / max(p.ch, 1)
			found = string(d[8:12]) == "lpcm" && be.Uint32(d[20:]) == 1 && p.width*p.ch == packet
		case "data":
			p.start = at + 16
			return p, found
		case "chan": // an order of its own
			found = found && p.ch <= 2
		}
		if size < 0 || size > 1<<56 {
			return p, false
		}
		at += 12 + size
	}
	return p, false
}
