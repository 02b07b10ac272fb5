package pcm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// ToCDDA brings src to the format of a compact disc. A source that is in it
// already is returned itself, so its samples reach the disc bit for bit.
//
// Otherwise mono becomes two equal channels, 8 bits are shifted, and what has more
// than 16 bits is dithered (triangular, two least significant bits wide) and
// rounded. The dither starts from a fixed seed: every reading gives the same bytes.
// Samples beyond full scale are limited and counted (Clipper). The result is a
// Changer if src is one.
//
// Other sample rates and more than two channels need a conversion that isn't here:
// the error matches ErrUnsupportedFormat and says what to do.
func ToCDDA(src Source) (Source, error) {
	f := src.Format()
	if f == CDDA {
		return src, nil
	}
	if f.Encoding.Bytes() == 0 || f.Channels < 1 || f.SampleRate < 1 {
		return nil, fmt.Errorf("%s: %w: %v", src.Name(), ErrUnsupportedFormat, f)
	}
	if f.Channels > 2 {
		return nil, fmt.Errorf("%s: %w: %d channels must be mixed down to two first; redbook can't do that yet: "+
			"convert it with sox IN.wav OUT.wav remix - or ffmpeg -i IN.wav -ac 2 OUT.wav",
			src.Name(), ErrUnsupportedFormat, f.Channels)
	}
	if f.SampleRate != CDDA.SampleRate {
		return nil, fmt.Errorf("%s: %w: %g kHz must be resampled to 44.1 kHz first; redbook can't do that yet: "+
			"convert it with sox IN.wav -r 44100 OUT.wav or ffmpeg -i IN.wav -ar 44100 OUT.wav",
			src.Name(), ErrUnsupportedFormat, float64(f.SampleRate)/1000)
	}
	return &converted{src: src}, nil
}

// Conversion says what ToCDDA does to src, such as "mono to stereo, 24 bit dithered
// to 16": empty where the samples pass through untouched.
func Conversion(src Source) string {
	c, ok := src.(*converted)
	if !ok {
		return ""
	}
	var steps []string
	f := c.src.Format()
	if f.Channels == 1 {
		steps = append(steps, "mono to stereo")
	}
	switch {
	case f.Encoding == U8:
		steps = append(steps, "8 bit to 16")
	case f.Encoding != S16:
		steps = append(steps, fmt.Sprintf("%v dithered to 16", f.Encoding))
	}
	return strings.Join(steps, ", ")
}

// converted is a source whose samples become CDDA while they are read.
type converted struct{ src Source }

func (c *converted) Name() string   { return c.src.Name() }
func (c *converted) Format() Format { return CDDA }
func (c *converted) Frames() int64  { return c.src.Frames() }
func (c *converted) Changed() error { return changed(c.src) }

// Unwrap gives the source that is converted.
func (c *converted) Unwrap() Source { return c.src }

func (c *converted) Open() (io.ReadCloser, error) {
	in, err := Open(c.src)
	if err != nil {
		return nil, err
	}
	f := c.src.Format()
	return &converter{
		in:       in,
		channels: f.Channels,
		size:     f.Encoding.Bytes(),
		sample:   sampler(f.Encoding),
		raw:      make([]byte, convertFrames*f.FrameBytes()),
		out:      make([]byte, 0, convertFrames*CDDA.FrameBytes()),
		dither:   dither{state: ditherSeed},
	}, nil
}

// convertFrames are converted at a time.
const convertFrames = 4096

// converter is the reader of a converted source.
type converter struct {
	in       *Reader
	channels int
	size     int // bytes of one sample
	sample   func(c *converter, p []byte) (int16, error)
	raw      []byte
	out      []byte // backing of ready
	ready    []byte // converted, not yet read
	done     int64  // bytes of in that were converted
	clipped  int64
	dither   dither
	err      error
}

// errNotANumber is what a sample that is no number (NaN or infinite) is.
var errNotANumber = errors.New("a sample is not a number")

func (c *converter) Read(p []byte) (int, error) {
	for len(c.ready) == 0 {
		if c.err != nil {
			return 0, c.err
		}
		c.fill()
	}
	n := copy(p, c.ready)
	c.ready = c.ready[n:]
	return n, nil
}

// fill converts the next frames. An error is kept until what came before it has
// been read.
func (c *converter) fill() {
	n, err := io.ReadFull(c.in, c.raw)
	if err == io.ErrUnexpectedEOF { // the last, shorter part; c.in checks the length
		err = io.EOF
	}
	c.err = err
	frame := c.channels * c.size
	c.out = c.out[:0]
	for i := 0; i+frame <= n; i += frame {
		left, err := c.sample(c, c.raw[i:])
		right := left // mono: one dithered value for both, so that they stay equal
		if err == nil && c.channels == 2 {
			right, err = c.sample(c, c.raw[i+c.size:])
		}
		if err != nil {
			c.err = &ReadError{Name: c.in.name, Offset: c.done, Err: err}
			break
		}
		c.out = binary.LittleEndian.AppendUint16(c.out, uint16(left))
		c.out = binary.LittleEndian.AppendUint16(c.out, uint16(right))
		c.done += int64(frame)
	}
	c.ready = c.out
}

// Clipped implements Clipper.
func (c *converter) Clipped() int64 { return c.clipped }

func (c *converter) Close() error { return c.in.Close() }

// sampler gives the function that turns one sample of an encoding into 16 bits.
func sampler(e Encoding) func(*converter, []byte) (int16, error) {
	switch e {
	case U8:
		return func(_ *converter, p []byte) (int16, error) { return int16(p[0]-128) << 8, nil }
	case S24:
		return func(c *converter, p []byte) (int16, error) {
			v := int32(uint32(p[0])<<8|uint32(p[1])<<16|uint32(p[2])<<24) >> 8
			return c.reduce(int64(v), 8), nil
		}
	case S32:
		return func(c *converter, p []byte) (int16, error) {
			return c.reduce(int64(int32(binary.LittleEndian.Uint32(p))), 16), nil
		}
	case F32:
		return func(c *converter, p []byte) (int16, error) {
			return c.float(float64(math.Float32frombits(binary.LittleEndian.Uint32(p))))
		}
	case F64:
		return func(c *converter, p []byte) (int16, error) {
			return c.float(math.Float64frombits(binary.LittleEndian.Uint64(p)))
		}
	}
	return func(_ *converter, p []byte) (int16, error) { // S16
		return int16(binary.LittleEndian.Uint16(p)), nil
	}
}

// floatBits is the number of bits behind the point that a float keeps on the way
// to 16 bits: more than its mantissa has to offer at full scale.
const floatBits = 16

// float brings a sample with full scale 1.0 to 16 bits. Exactly 1.0 is 32767 and
// doesn't count as clipped: converters write it for full scale.
func (c *converter) float(v float64) (int16, error) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, errNotANumber
	}
	if v > 1 || v < -1 {
		c.clipped++
		v = math.Copysign(1, v)
	}
	return c.reduce(int64(math.Round(v*(1<<(15+floatBits)))), floatBits), nil
}

// reduce drops the lowest bits of a sample: dither, round, limit. The dither alone
// may push a sample at full scale over the edge, which is not clipping.
func (c *converter) reduce(v int64, bits int) int16 {
	v = (v + c.dither.next(bits) + 1<<(bits-1)) >> bits
	return int16(min(max(v, math.MinInt16), math.MaxInt16))
}
