package pcm

import (
	"errors"
	"fmt"
	"io"
	"math/bits"
)

// Encoding is the format of one sample. Multi-byte samples are little-endian.
type Encoding uint8

// The encodings.
const (
	S16 Encoding = iota // signed 16 bits: the disc's own
	U8                  // unsigned 8 bits, silence is 128
	S24                 // signed 24 bits in three bytes
	S32                 // signed 32 bits
	F32                 // IEEE 754 single, full scale is 1.0
	F64                 // IEEE 754 double, full scale is 1.0
)

// Bytes returns the size of one sample.
func (e Encoding) Bytes() int {
	switch e {
	case U8:
		return 1
	case S16:
		return 2
	case S24:
		return 3
	case S32, F32:
		return 4
	case F64:
		return 8
	}
	return 0
}

// String returns the encoding in words, such as "16 bit".
func (e Encoding) String() string {
	switch e {
	case U8:
		return "8 bit"
	case S16:
		return "16 bit"
	case S24:
		return "24 bit"
	case S32:
		return "32 bit"
	case F32:
		return "32 bit float"
	case F64:
		return "64 bit float"
	}
	return fmt.Sprintf("encoding %d", uint8(e))
}

// Format describes the bytes of a Source: interleaved samples of all channels, left
// first.
type Format struct {
	SampleRate int // samples per second and channel
	Channels   int
	Encoding   Encoding
	// Layout has a bit for the loudspeaker of each channel, as dwChannelMask in a WAV file
	// (WAVEFORMATEXTENSIBLE): 0x3F is 5.1. 0, and a Layout with another number of bits than
	// Channels, mean the usual loudspeakers for that number, in the order of WAV and FLAC.
	Layout uint32
}

// CDDA is the format of a compact disc.
var CDDA = Format{SampleRate: 44100, Channels: 2, Encoding: S16}

// FrameBytes returns the size of one sample of every channel: 4 for CDDA.
func (f Format) FrameBytes() int { return f.Channels * f.Encoding.Bytes() }

// String returns the format in words, such as "44.1 kHz, 16 bit, stereo".
func (f Format) String() string {
	return fmt.Sprintf("%g kHz, %v, %s", float64(f.SampleRate)/1000, f.Encoding, f.channels())
}

// channels returns the usual name of the channels: "stereo", "5.1", "3 channels".
func (f Format) channels() string {
	usual := bits.OnesCount32(f.Layout) != f.Channels // another number of bits means nothing
	switch {
	case f.Channels == 1:
		return "mono"
	case f.Channels == 2:
		return "stereo"
	case f.Channels == 6 && (usual || f.Layout == 0x3F || f.Layout == 0x60F): // surrounds at the back or at the sides
		return "5.1"
	case f.Channels == 8 && (usual || f.Layout == 0x63F):
		return "7.1"
	}
	return fmt.Sprintf("%d channels", f.Channels)
}

// Source is audio of known length that can be read more than once: a burn reads every source to
// its end before the laser starts, and again while writing, and a verification reads it a third
// time. All three must deliver the same samples. A Source whose audio can change, such as a file,
// should be a Changer.
type Source interface {
	// Name returns its name in messages, usually the path of a file.
	Name() string
	// Format returns the meaning of the bytes.
	Format() Format
	// Frames returns the length in sample frames (4 bytes each in CDDA).
	Frames() int64
	// Open returns the samples from the first to the last. It may be called repeatedly
	// and concurrently. The reader ends with io.EOF after exactly Frames frames; a source
	// that turns out shorter ends with an error, never with silence. A Read may be for any
	// number of bytes, also for a part of a frame. If the reader is an io.Seeker, Seek is called
	// only to skip samples, with io.SeekCurrent and an offset above 0.
	Open() (io.ReadCloser, error)
}

// Changer is a Source that can detect whether its file or data have changed since the
// Source was made.
type Changer interface {
	// Changed returns nil as long as size, time and identity are the same, and
	// otherwise an error that matches ErrChanged and describes the difference.
	Changed() error
}

// Errors of sources, for errors.Is. Reading returns them in a *ReadError.
var (
	ErrShort             = errors.New("the audio ends early")             // before Frames frames
	ErrLong              = errors.New("the audio continues past its end") // more than Frames frames
	ErrChanged           = errors.New("the file has changed")             // since the Source was made
	ErrUnsupportedFormat = errors.New("audio format not supported")       // can't be joined or converted
)
