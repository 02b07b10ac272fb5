package decode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/regular"
	"github.com/redbook-audio/redbook/pcm"
)

// File is an audio file. It implements pcm.Source and pcm.Changer. It keeps no file open:
// each call of Open opens and decodes the file again. It is safe for concurrent use.
type File struct {
	name   string
	info   fs.FileInfo // of the file when it was examined
	kind   Kind
	opened opened

	concealed atomic.Int64
}

var (
	_ pcm.Source  = (*File)(nil)
	_ pcm.Changer = (*File)(nil)
)

// opened describes a file that was examined.
type opened struct {
	format pcm.Format
	frames int64
	tags   Tags
	via    string
	note   string
	base   int64 // where the container begins
	chance bool  // the MPEG frames are so few that they may be random bytes
	// direct returns the samples of a file with uncompressed audio; nil for any other.
	direct func() (io.ReadCloser, error)
	// start returns a new decoder of the file.
	start func(in input) (decoder, error)
}

// input is an open file.
type input struct {
	name string
	r    io.ReaderAt
	base int64 // where the container begins, after any leading tags
	size int64
}

// Open examines the content of the file at path. If the file doesn't state its length, Open
// decodes it once to measure it. The error is an *audio.Error that matches audio.ErrNotAudio,
// audio.ErrUnsupported, audio.ErrCorrupt, audio.ErrTruncated, audio.ErrFFmpeg or the error of
// the file system.
//
// Open doesn't check the audio itself for damage; reading.Check does.
func Open(path string) (*File, error) { return OpenContext(context.Background(), path) }

// OpenContext is Open with a context that cancels the measuring.
func OpenContext(ctx context.Context, path string) (*File, error) {
	file, info, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	in := input{name: path, r: file, size: info.Size()}
	f := &File{name: path, info: info}
	f.kind, f.opened, err = look(ctx, in)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, unjoin(err)
	}
	if err := f.validate(); err != nil {
		return nil, err
	}
	return f, nil
}

// unjoin returns the error in a join of one, and any other error unchanged.
func unjoin(err error) error {
	if j, ok := err.(interface{ Unwrap() []error }); ok && len(j.Unwrap()) == 1 {
		return j.Unwrap()[0]
	}
	return err
}

// Limits on what is accepted as audio.
const (
	maxRate     = 1 << 20 // Hz
	maxChannels = 64
	maxFrames   = 1 << 42 // even with 64 channels of 8 bytes the size fits in an int64
)

// validate rejects formats and lengths outside the limits.
func (f *File) validate() error {
	format, frames := f.opened.format, f.opened.frames
	fail := func(sentinel error, text string, args ...any) error {
		return &audio.Error{Name: f.name, Reason: fmt.Sprintf(text, args...), Err: sentinel}
	}
	switch {
	case format.SampleRate < 1 || format.SampleRate > maxRate:
		return fail(audio.ErrUnsupported, "a sample rate of %d Hz", format.SampleRate)
	case format.Channels < 1 || format.Channels > maxChannels:
		return fail(audio.ErrUnsupported, "%d channels", format.Channels)
	case frames == 0:
		return fail(audio.ErrNotAudio, "the %s file holds no samples", f.kind)
	case frames < 0 || frames > maxFrames:
		return fail(audio.ErrCorrupt, "a length of %d samples", frames)
	}
	return nil
}

// openRegular opens a regular file. Anything else, such as a folder, is audio.ErrNotAudio.
func openRegular(path string) (*os.File, fs.FileInfo, error) {
	in := input{name: path}
	f, info, err := regular.Open(path)
	switch {
	case errors.Is(err, regular.ErrFolder), errors.Is(err, regular.ErrSpecial):
		return nil, nil, in.fail(nowhere, audio.ErrNotAudio, "%v", err)
	case err != nil:
		return nil, nil, in.wrapPath(err)
	}
	return f, info, nil
}

// wrapPath converts an error of opening the file to an *Error.
func (in input) wrapPath(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return &audio.Error{Name: in.name, Err: err}
}

// Name returns the path.
func (f *File) Name() string { return f.name }

// Format returns the format in which the samples are delivered. Lossy formats (MP3, Vorbis,
// Opus) deliver 32-bit float. FLAC and AIFF deliver the smallest of 16, 24 and 32 bits that
// holds their samples, and float samples unchanged.
func (f *File) Format() pcm.Format { return f.opened.format }

// Frames returns the exact length in sample frames.
func (f *File) Frames() int64 { return f.opened.frames }

// Kind returns the type of the file, detected from its content.
func (f *File) Kind() Kind { return f.kind }

// Tags returns the tags of the file.
func (f *File) Tags() Tags { return f.opened.tags }

// Via returns "ffmpeg" if that program decodes the file, or "" if this package does.
func (f *File) Via() string { return f.opened.via }

// Note describes in plain English what is unusual about the file, such as a missing header;
// "" if nothing is.
func (f *File) Note() string { return f.opened.note }

// Direct reports whether the file contains uncompressed samples (WAV, AIFF, AU, Wave64, CAF,
// raw), so that reading needs no decoder and can start anywhere.
func (f *File) Direct() bool { return f.opened.direct != nil }

// Concealed returns how many damaged frames were concealed the last time the file was read
// to its end. Only MP3 conceals frames; in other formats damage is an error.
func (f *File) Concealed() int { return int(f.concealed.Load()) }

// Changed returns an error if the size, time or identity of the file differs from when it
// was examined. The error is an *Error that matches pcm.ErrChanged.
func (f *File) Changed() error {
	now, err := os.Stat(f.name)
	if err != nil {
		return &audio.Error{Name: f.name, Reason: "it no longer exists", Err: pcm.ErrChanged}
	}
	return f.compare(now)
}

func (f *File) compare(now fs.FileInfo) error {
	reason := regular.Difference(f.info, now)
	if reason == "" {
		return nil
	}
	return &audio.Error{Name: f.name, Reason: reason, Err: pcm.ErrChanged}
}

// Open returns a reader of the samples in Format, from the first one. The error matches
// pcm.ErrChanged if the file changed. The errors of a decoding reader are *pcm.ReadError
// that wrap an *Error.
func (f *File) Open() (io.ReadCloser, error) {
	if f.opened.direct != nil {
		if err := f.Changed(); err != nil {
			return nil, err
		}
		return f.opened.direct()
	}
	file, info, err := openRegular(f.name)
	if err != nil {
		return nil, err
	}
	if err := f.compare(info); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	d, err := start(f.opened.start, input{name: f.name, r: file, base: f.opened.base, size: info.Size()})
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return newReader(f, d, file), nil
}
