package convert

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/redbook-audio/redbook/pcm"
)

// Options change the conversion. The zero value changes nothing.
type Options struct {
	// Gain multiplies every sample, as a factor of amplitude: 2 is 6 dB louder. 0 means
	// 1. It must be the same for all tracks of an album (AlbumGain).
	Gain float64
}

// ToCDDA converts src to the format of a compact disc. If src already has that format it
// is returned itself: its samples reach the disc bit for bit.
//
// Otherwise mono becomes two equal channels, more than two are mixed down by the
// coefficients of ITU-R BS.775 without clipping (Layout describes them), and other
// sampling rates are converted (Resampler). If the samples then have more than 16 bits
// they are dithered (triangular, two least significant bits wide) and rounded: 8 and 16
// bits at 44.1 kHz stay unchanged, even in a wider container. The dither starts from a
// fixed seed, which makes every reading yield the same bytes. Samples beyond full scale
// are limited and counted (reading.Digest). The result is a Changer if src is one.
//
// An error matches pcm.ErrUnsupportedFormat: a sampling rate outside minRate to maxRate, no
// channels, or more than 8 without a Layout.
func ToCDDA(src pcm.Source) (pcm.Source, error) { return Convert(src, Options{}) }

// Convert is ToCDDA with options. A source in the format of a disc is changed only by a
// gain other than 1.
func Convert(src pcm.Source, opts Options) (pcm.Source, error) {
	if opts.Gain == 0 {
		opts.Gain = 1
	}
	if !(opts.Gain > 0) || opts.Gain > maxGain {
		return nil, fmt.Errorf("%s: a gain of %g: it must lie above 0 and up to %d", src.Name(), opts.Gain, maxGain)
	}
	if src.Format() == pcm.CDDA && opts.Gain == 1 {
		return src, nil
	}
	return newConverted(src, opts.Gain)
}

// maxGain is 120 dB, more than a disc can hold.
const maxGain = 1000000

func newConverted(src pcm.Source, gain float64) (*converted, error) {
	f := src.Format()
	if f.FrameBytes() <= 0 || f.SampleRate < 1 {
		return nil, fmt.Errorf("%s: %w: %v", src.Name(), pcm.ErrUnsupportedFormat, f)
	}
	mix, err := newMix(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", src.Name(), err)
	}
	plan, err := newRatePlan(f.SampleRate)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", src.Name(), err)
	}
	return &converted{src: src, mix: mix, plan: plan, gain: gain}, nil
}

// Converted is a Source that was converted before, with a description of the conversion.
type Converted interface {
	pcm.Source
	Conversion() string // in the form of Conversion
}

// WithConversion returns src as a Converted with this description. It is a Changer.
func WithConversion(src pcm.Source, conversion string) Converted { return described{src, conversion} }

type described struct {
	pcm.Source
	conversion string
}

func (d described) Conversion() string { return d.conversion }
func (d described) Changed() error     { return changedSince(d.Source) }

// Conversion describes the effect of ToCDDA on src, such as "mono to stereo, 48 kHz
// resampled to 44.1, 24 bit dithered to 16"; "" if the samples are unchanged. For a
// Converted it returns the stored description.
func Conversion(src pcm.Source) string {
	if c, ok := src.(Converted); ok {
		return c.Conversion()
	}
	c, ok := src.(*converted)
	if !ok {
		return ""
	}
	var steps []string
	f := c.src.Format()
	switch {
	case f.Channels == 1:
		steps = append(steps, "mono to stereo")
	case f.Channels > 2:
		steps = append(steps, channelsOf(f)+" mixed down to stereo")
	}
	if f.SampleRate != pcm.CDDA.SampleRate {
		steps = append(steps, fmt.Sprintf("%g kHz resampled to 44.1", float64(f.SampleRate)/1000))
	}
	switch gain := 20 * math.Log10(c.gain); {
	case gain > 0:
		steps = append(steps, fmt.Sprintf("made louder by %.1f dB", gain))
	case gain < 0:
		steps = append(steps, fmt.Sprintf("made quieter by %.1f dB", -gain))
	}
	switch computed := f.Channels > 2 || f.SampleRate != pcm.CDDA.SampleRate || c.gain != 1; {
	case f.Encoding != pcm.S16 && f.Encoding != pcm.U8:
		steps = append(steps, fmt.Sprintf("%v dithered to 16", f.Encoding))
	case computed:
		steps = append(steps, "dithered to 16 bit")
	case f.Encoding == pcm.U8:
		steps = append(steps, "8 bit to 16")
	}
	return strings.Join(steps, ", ")
}

// converted is a source whose samples are converted to CDDA while they are read.
type converted struct {
	src  pcm.Source
	mix  mix // nil: one or two channels, unchanged
	plan *ratePlan
	gain float64
}

func (c *converted) Name() string       { return c.src.Name() }
func (c *converted) Format() pcm.Format { return pcm.CDDA }
func (c *converted) Changed() error     { return changedSince(c.src) }

func (c *converted) Frames() int64 { return resampledFrames(c.src.Frames(), c.plan.rate) }

// Unwrap returns the source that is converted.
func (c *converted) Unwrap() pcm.Source { return c.src }

func (c *converted) Open() (io.ReadCloser, error) { return c.open() }

func (c *converted) open() (*converter, error) {
	in, err := pcm.Open(c.src)
	if err != nil {
		return nil, err
	}
	f := c.src.Format()
	channels := 2
	if f.Channels == 1 {
		channels = 1
	}
	return &converter{
		name:      c.src.Name(),
		in:        in,
		format:    f,
		mix:       c.mix,
		resampler: c.plan.resampler(channels),
		raw:       make([]byte, convertFrames*f.FrameBytes()),
		samples:   make([]float64, convertFrames*f.Channels),
		quantizer: newQuantizer(c.gain),
	}, nil
}

// frames converted at a time
const convertFrames = 4096

// converter is the reader of a converted source.
type converter struct {
	name      string // of the source
	in        io.ReadCloser
	format    pcm.Format
	mix       mix
	resampler *Resampler
	raw       []byte
	samples   []float64 // of raw
	resampled []float64
	quantizer quantizer
	out       []byte // backing of ready
	ready     []byte // converted, not yet read
	done      int64  // bytes of in that were converted
	err       error
}

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

// fill converts the next frames. An error is kept until the samples before it have been
// read.
func (c *converter) fill() {
	samples := c.next()
	c.out = c.out[:0]
	if c.format.Channels == 1 {
		for _, v := range samples { // one dithered value for both, which keeps them equal
			s := uint16(c.quantizer.round(v))
			c.out = binary.LittleEndian.AppendUint16(c.out, s)
			c.out = binary.LittleEndian.AppendUint16(c.out, s)
		}
	} else {
		for _, v := range samples {
			c.out = binary.LittleEndian.AppendUint16(c.out, uint16(c.quantizer.round(v)))
		}
	}
	c.ready = c.out
}

// next returns the next samples at 44.1 kHz, of one channel or two, and stores in err why
// they end. The result may be empty before the end.
func (c *converter) next() []float64 {
	n, err := io.ReadFull(c.in, c.raw)
	if err == io.ErrUnexpectedEOF { // the last, shorter part; c.in checks the length
		err = io.EOF
	}
	frame := c.format.FrameBytes()
	whole := n - n%frame
	count, bad := decode(c.samples, c.raw[:whole], c.format.Encoding)
	frames := count / c.format.Channels
	c.done += int64(frames * frame)
	if bad != nil {
		err = &pcm.ReadError{Name: c.name, Offset: c.done, Err: bad}
	}
	c.err = err
	samples := c.samples[:frames*c.format.Channels]
	if c.mix != nil {
		samples = c.mix.apply(samples)
	}
	if c.resampler.plan.block == nil {
		return samples
	}
	c.resampled = c.resampler.Append(c.resampled[:0], samples)
	if err == io.EOF {
		c.resampled = c.resampler.Finish(c.resampled)
	}
	return c.resampled
}

// Clipped returns how many samples were limited to full scale.
func (c *converter) Clipped() int64 { return c.quantizer.clipped }

func (c *converter) Close() error { return c.in.Close() }

// channelsOf returns the channels of a format as its String ends: "5.1".
func channelsOf(f pcm.Format) string {
	text := f.String()
	return text[strings.LastIndex(text, ", ")+2:]
}

// changedSince returns the error of a source that has changed since it was looked at.
func changedSince(src pcm.Source) error {
	if c, ok := src.(pcm.Changer); ok {
		return c.Changed()
	}
	return nil
}
