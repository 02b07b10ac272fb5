package album

import (
	"math"

	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/decode"
	"github.com/redbook-audio/redbook/pcm"
)

// File is an audio file, or audio from a pipe, from which tracks are cut.
type File struct {
	source pcm.Source
	audio  *decode.File // nil for audio without a header
	kind   string
	direct bool    // the samples can be read without decoding
	gain   float64 // a factor; 0 and 1 leave the samples unchanged

	ready     pcm.Source // CD audio, set by Prepare
	clipped   int64
	concealed int
}

// fromAudio makes a File of a file opened by package decode.
func fromAudio(f *decode.File) *File {
	return &File{source: f, audio: f, kind: string(f.Kind()), direct: f.Direct()}
}

// Name returns the path, or the name of a stream.
func (f *File) Name() string { return f.source.Name() }

// Format returns the format of the samples before any conversion.
func (f *File) Format() pcm.Format { return f.source.Format() }

// Frames returns the length in sample frames at the rate of Format.
func (f *File) Frames() int64 { return f.source.Frames() }

// Kind returns the type of the file, detected from its content, such as "FLAC".
func (f *File) Kind() string { return f.kind }

// Via returns "ffmpeg" if that program decodes the file, or "" if redbook does.
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

// note describes in plain English what is unusual about the file; "" if nothing is.
func (f *File) note() string {
	if f.audio == nil {
		return ""
	}
	return f.audio.Note()
}

// Gain returns the change of level in dB; 0 leaves the samples unchanged. It is final once
// Album.Prepare has returned.
func (f *File) Gain() float64 {
	if f.gain == 0 {
		return 0
	}
	return decibels(f.gain)
}

// Clipped returns how many samples Album.Prepare had to limit to full scale.
func (f *File) Clipped() int64 { return f.clipped }

// Concealed returns how many damaged frames Album.Prepare found and concealed (MP3).
func (f *File) Concealed() int { return f.concealed }

// Direct reports whether the file is CD audio already, so that Album.Prepare needn't
// convert it.
func (f *File) Direct() bool {
	return f.direct && f.source.Format() == pcm.CDDA && f.Gain() == 0
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

// cdda returns the file as CD audio: the result of Prepare, or a source of the same length
// that converts while it is read.
func (f *File) cdda() (pcm.Source, error) {
	switch {
	case f.ready != nil:
		return f.ready, nil
	case f.Direct():
		return f.source, nil
	}
	return f.converted()
}

// converted returns a source that converts the file to CD audio while it is read.
func (f *File) converted() (pcm.Source, error) {
	return convert.Convert(f.source, convert.Options{Gain: f.gain})
}

// amplify sets the gain of the file, as a factor, unless it would be inaudible.
func (f *File) amplify(gain float64) {
	if f.gain = gain; audible(decibels(gain)) == 0 {
		f.gain = 1
	}
}

// decibels returns a factor in dB.
func decibels(factor float64) float64 { return 20 * math.Log10(factor) }
