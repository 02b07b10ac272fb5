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

// File is an audio file: a pcm.Source and pcm.Changer. It keeps no file open; every
// reading opens it again and decodes it. It may be used concurrently.
type File struct {
	name   string
	info   fs.FileInfo // of the file when it was looked at
	kind   Kind
	opened opened

	concealed atomic.Int64
}

var (
	_ pcm.Source  = (*File)(nil)
	_ pcm.Changer = (*File)(nil)
)

// opened is what the look at a file found out.
type opened struct {
	format pcm.Format
	frames int64
	tags   Tags
	via    string
	note   string
	base   int64 // where the container begins
	chance bool  // the frames of an MP3 file are so few that they may be chance
	// direct returns the samples of a file that holds them as they are.
	direct func() (io.ReadCloser, error)
	// start begins to decode the file.
	start func(in input) (decoder, error)
}

// input is a file that is open.
type input struct {
	name string
	r    io.ReaderAt
	base int64 // where the container begins: after a tag in front of it
	size int64
}

// Open looks at the content of the file at path and, where its length isn't written
// in it, decodes it once to count. An error is an *Error, or a *wav.Error, and
// matches ErrNotAudio, ErrUnsupported, ErrCorrupt, ErrTruncated, ErrFFmpeg or what
// the file system said.
//
// That a file can be opened doesn't mean that it is whole: pcm.Check reads it to
// its end.
func Open(path string) (*File, error) { return OpenContext(context.Background(), path) }

// OpenContext is Open; ctx ends the counting.
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

// unjoin returns the only error of a join itself.
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
	maxFrames   = 1 << 42 // of 64 bytes each, that is within int64
)

// validate refuses what no reading could deliver.
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

// openRegular opens path if it is a regular file.
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

// wrapPath converts an error of opening the file.
func (in input) wrapPath(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return &audio.Error{Name: in.name, Err: err}
}

// Name is the path.
func (f *File) Name() string { return f.name }

// Format is how the samples are delivered. Decoders that compute them (MP3, Vorbis,
// Opus) deliver 32 bit float; FLAC and AIFF 16, 24 or 32 bits, whichever holds those
// of the file.
func (f *File) Format() pcm.Format { return f.opened.format }

// Frames is the exact length in sample frames.
func (f *File) Frames() int64 { return f.opened.frames }

// Kind is what the file is, by its content.
func (f *File) Kind() Kind { return f.kind }

// Tags returns the tags of the file.
func (f *File) Tags() Tags { return f.opened.tags }

// Via names the program that decodes the file, "ffmpeg", or is "" for redbook's own
// decoders.
func (f *File) Via() string { return f.opened.via }

// Note returns in plain words what is unusual about the file, such as a missing
// header; "" mostly.
func (f *File) Note() string { return f.opened.note }

// Direct reports whether the samples lie in the file as they are delivered, so that
// reading them costs nothing and may begin anywhere: WAV and AIFF.
func (f *File) Direct() bool { return f.opened.direct != nil }

// Concealed is how many damaged frames the last reading that came to its end had
// to conceal. Only MP3 does that; elsewhere damage is an error.
func (f *File) Concealed() int { return int(f.concealed.Load()) }

// Changed reports whether the file still has the size, time and identity that it had
// when it was looked at. An error is an *Error that matches pcm.ErrChanged.
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

// Open starts a reading at the first sample. It fails with an error that matches
// pcm.ErrChanged if the file isn't what it was. The reader's errors are
// *pcm.ReadError that lead to an *Error.
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
