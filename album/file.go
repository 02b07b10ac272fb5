package album

import (
	"io"
	"math"

	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/decode"
	"github.com/redbook-audio/redbook/pcm"
)

// File is what tracks are cut from: an audio file, or audio from a pipe. As a pcm.Source
// and a pcm.Changer it is the content of the file before any conversion.
type File struct {
	source pcm.Source
	audio  *decode.File // nil for audio without a header
	kind   string
	direct bool    // its samples can be read as they are, without decoding
	gain   float64 // a factor; 0 and 1 leave the samples alone

	ready     pcm.Source // CD audio, once Prepare has made it
	clipped   int64
	concealed int
}

// fromAudio makes a File of one that package decode has opened.
func fromAudio(f *decode.File) *File {
	return &File{source: f, audio: f, kind: string(f.Kind()), direct: f.Direct()}
}

// Name returns the path, or the name of a stream.
func (f *File) Name() string { return f.source.Name() }

// Format returns the format of the samples in the file or from its decoder.
func (f *File) Format() pcm.Format { return f.source.Format() }

// Frames returns the length in sample frames of Format.
func (f *File) Frames() int64 { return f.source.Frames() }

// Open reads the samples in Format.
func (f *File) Open() (io.ReadCloser, error) { return f.source.Open() }

// Changed implements pcm.Changer.
func (f *File) Changed() error {
	if c, ok := f.source.(pcm.Changer); ok {
		return c.Changed()
	}
	return nil
}

// Kind returns the type of the file, detected from its content, such as "FLAC"
// (decode.Kind).
func (f *File) Kind() string { return f.kind }

// Via returns the program that decodes the file, "ffmpeg", or "" for redbook's own
// decoders.
func (f *File) Via() string {
	if f.audio == nil {
		return ""
	}
	return f.audio.Via()
}

// tags returns the tags of the file.
func (f *File) tags() decode.Tags {
	if f.audio == nil {
		return decode.Tags{}
	}
	return f.audio.Tags()
}

// note describes in plain words what is unusual about the file; mostly "".
func (f *File) note() string {
	if f.audio == nil {
		return ""
	}
	return f.audio.Note()
}

// Gain returns the factor by which the samples are multiplied: 1 leaves them unchanged.
// It is final after Album.Prepare.
func (f *File) Gain() float64 {
	if f.gain == 0 {
		return 1
	}
	return f.gain
}

// Clipped returns how many samples Album.Prepare had to limit to full scale.
func (f *File) Clipped() int64 { return f.clipped }

// Concealed returns how many damaged frames Album.Prepare found and concealed (MP3).
func (f *File) Concealed() int { return f.concealed }

// Direct reports whether the samples go to the disc directly from the file, so that
// Album.Prepare needn't convert it.
func (f *File) Direct() bool {
	return f.direct && f.source.Format() == pcm.CDDA && f.Gain() == 1
}

// Conversion describes how the samples are changed, such as "48 kHz to 44.1 kHz"; "" if
// they are recorded unchanged.
func (f *File) Conversion() string {
	src, err := f.converted()
	if err != nil {
		return ""
	}
	return convert.Conversion(src)
}

// cdda returns the file as CD audio: the result of Prepare, or a stand-in of the same
// length that converts while it is read.
func (f *File) cdda() (pcm.Source, error) {
	switch {
	case f.ready != nil:
		return f.ready, nil
	case f.Direct():
		return f.source, nil
	}
	return f.converted()
}

// converted is the file as it becomes CD audio while it is read.
func (f *File) converted() (pcm.Source, error) {
	return convert.Convert(f.source, convert.Options{Gain: f.gain})
}

// amplify sets the gain of the file, as a factor, unless it would be inaudible.
func (f *File) amplify(gain float64) {
	if f.gain = gain; math.Abs(decibels(gain)) < Inaudible {
		f.gain = 1
	}
}

// decibels is a factor in dB.
func decibels(factor float64) float64 { return 20 * math.Log10(factor) }
