package wav

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/redbook-audio/redbook/internal/regular"
	"github.com/redbook-audio/redbook/pcm"
)

// File is the audio of a WAV or raw file: a pcm.Source and pcm.Changer. It keeps no file
// open: every reading opens it again. It is safe for concurrent use.
type File struct {
	name string
	h    header
	info fs.FileInfo // of the file when its header was read; nil without a path
	at   io.ReaderAt // instead of the file at the path: for tests
}

var (
	_ pcm.Source  = (*File)(nil)
	_ pcm.Changer = (*File)(nil)
)

// Open reads the header of the WAV file at path and checks it against the size of the
// file. An error is an *Error.
func Open(path string) (*File, error) {
	return openPath(path, func(f *os.File, info fs.FileInfo) (header, error) {
		return parseAt(path, f, 0, info.Size())
	})
}

// OpenAt is Open for a WAV file that begins at byte base of the file at path, after a tag
// that another program prepended.
func OpenAt(path string, base int64) (*File, error) {
	return openPath(path, func(f *os.File, info fs.FileInfo) (header, error) {
		return parseAt(path, f, base, info.Size())
	})
}

// OpenRaw treats the file at path as samples without a header, in the format of a disc:
// 44.1 kHz, 16 bits, stereo, little-endian. An error is an *Error.
func OpenRaw(path string) (*File, error) { return openRaw(path, header{}) }

// OpenMotorola is OpenRaw for big-endian samples, which cue sheets call MOTOROLA.
func OpenMotorola(path string) (*File, error) { return openRaw(path, header{bigEndian: true}) }

func openRaw(path string, h header) (*File, error) {
	return openPath(path, func(_ *os.File, info fs.FileInfo) (header, error) {
		h.format, h.size = pcm.CDDA, info.Size()
		frame := int64(h.format.FrameBytes())
		switch {
		case h.size == 0:
			return h, &Error{Name: path, Reason: "the file is empty", Err: ErrEmpty}
		case h.size%frame != 0:
			return h, &Error{Name: path, Offset: h.size - h.size%frame, Err: ErrTruncated,
				Reason: fmt.Sprintf("%d bytes are not a whole number of sample frames of %d bytes", h.size, frame)}
		}
		return h, nil
	})
}

// openPath opens a regular file, reads its header with parse and closes it again.
func openPath(path string, parse func(*os.File, fs.FileInfo) (header, error)) (*File, error) {
	f, info, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	h, err := parse(f, info)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, asError(path, err)
	}
	return &File{name: path, h: h, info: info}, nil
}

// openRegular opens path if it is a regular file.
func openRegular(path string) (*os.File, fs.FileInfo, error) {
	f, info, err := regular.Open(path)
	switch {
	case errors.Is(err, regular.ErrSpecial):
		return nil, nil, &Error{Name: path, Reason: err.Error() + ": read a pipe through Decode", Err: ErrNotWAV}
	case errors.Is(err, regular.ErrFolder):
		return nil, nil, &Error{Name: path, Reason: err.Error(), Err: ErrNotWAV}
	case err != nil:
		return nil, nil, asError(path, err)
	}
	return f, info, nil
}

// asError makes an *Error of err unless it is one. It drops the path from errors of the
// system, because the *Error contains it.
func asError(name string, err error) error {
	var e *Error
	if errors.As(err, &e) {
		return err
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return &Error{Name: name, Err: err}
}

// parseAt reads the header of a WAV file of size bytes that begins at byte base,
// also checking what follows the audio.
func parseAt(name string, r io.ReaderAt, base, size int64) (header, error) {
	in := &fileCursor{r: r, off: base, size: size}
	h, err := parse(name, in, false)
	if err != nil {
		return header{}, err
	}
	if err := h.settle(name, r); err != nil {
		return header{}, err
	}
	if err := h.behind(name, in); err != nil {
		return header{}, err
	}
	return h, nil
}

// Notes lists unusual properties of the file, in words: bytes that are left out, or that
// its completeness can't be checked.
func (f *File) Notes() []string { return f.h.notes }

// Name returns the path, or the name given to New.
func (f *File) Name() string { return f.name }

// Format returns the format in which the samples are delivered. They are little-endian
// even if the file is a RIFX.
func (f *File) Format() pcm.Format { return f.h.format }

// Extent returns the position of the audio in the file, in bytes.
func (f *File) Extent() (start, size int64) { return f.h.start, f.h.size }

// Frames returns the length in sample frames.
func (f *File) Frames() int64 { return f.h.size / int64(f.h.format.FrameBytes()) }

// Changed reports whether the file still has the size, time and identity that it had when
// its header was read: an error is an *Error that matches pcm.ErrChanged.
func (f *File) Changed() error {
	if f.info == nil {
		return nil
	}
	now, err := os.Stat(f.name)
	if err != nil {
		return &Error{Name: f.name, Reason: asError(f.name, err).(*Error).Err.Error(), Err: pcm.ErrChanged}
	}
	return f.compare(now)
}

func (f *File) compare(now fs.FileInfo) error {
	reason := regular.Difference(f.info, now)
	if reason == "" {
		return nil
	}
	return &Error{Name: f.name, Reason: reason, Err: pcm.ErrChanged}
}

// Open starts a reading at the first sample. If the file has changed, the error matches
// pcm.ErrChanged.
func (f *File) Open() (io.ReadCloser, error) {
	r := &dataReader{name: f.name, at: f.at, off: f.h.start, start: f.h.start, end: f.h.start + f.h.size}
	if f.info != nil {
		file, info, err := openRegular(f.name)
		if err != nil {
			return nil, err
		}
		if err := f.compare(info); err != nil {
			return nil, errors.Join(err, file.Close())
		}
		r.at, r.closer = file, file
	}
	if width := f.h.format.Encoding.Bytes(); f.h.bigEndian && width > 1 {
		return newSwapper(r, r, width), nil
	}
	if f.h.lift > 0 {
		return &lifter{r: r, c: r, by: f.h.lift}, nil
	}
	return r, nil
}
