package audio

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"
)

// Sentinels, matched by errors.Is.
var (
	ErrNotAudio    = errors.New("no audio in it")                       // such as a ZIP archive, a picture or text
	ErrUnsupported = errors.New("audio of a kind that isn't supported") // including files that need an ffmpeg the user doesn't have
	ErrCorrupt     = errors.New("the audio is damaged")
	ErrTruncated   = errors.New("the file is cut off")
	ErrFFmpeg      = errors.New("ffmpeg failed") // Error.Reason quotes its output
)

// Error is an error in an audio file, with its position. Err is one of the sentinels,
// pcm.ErrChanged or the error of the file system.
type Error struct {
	Name   string
	Reason string
	Err    error

	InFile  bool          // Byte is known
	Byte    int64         // position in the file
	InAudio bool          // At is known
	At      time.Duration // position in the audio
}

// Error returns "name: byte N of the file, 3:25.120 into the audio: reason".
func (e *Error) Error() string { return e.Name + ": " + e.detail() }

// detail returns the text without the name.
func (e *Error) detail() string {
	text := e.Reason
	if text == "" && e.Err != nil {
		text = e.Err.Error()
	}
	where := ""
	if e.InFile {
		where = fmt.Sprintf("byte %d of the file", e.Byte)
	}
	if e.InAudio {
		if where != "" {
			where += ", "
		}
		where += clock(e.At) + " into the audio"
	}
	if where == "" {
		return text
	}
	return where + ": " + text
}

// Unwrap returns the sentinel or the cause.
func (e *Error) Unwrap() error { return e.Err }

// clock returns a time as 3:25.120.
func clock(d time.Duration) string {
	d = d.Truncate(time.Millisecond)
	return fmt.Sprintf("%d:%06.3f", int(d.Minutes()), (d % time.Minute).Seconds())
}

// unnamed is an Error inside another one that already has the name.
type unnamed struct{ e *Error }

func (u unnamed) Error() string { return u.e.detail() }
func (u unnamed) Unwrap() error { return u.e }

// nowhere is the position of an error that concerns the whole file.
const nowhere = -1

// fail returns an error at a byte of the file, or nowhere.
func (in input) fail(at int64, sentinel error, format string, args ...any) error {
	return &Error{Name: in.name, InFile: at >= 0, Byte: max(at, 0), Reason: fmt.Sprintf(format, args...), Err: sentinel}
}

// wrap converts an error of reading the file. The end of the file becomes ErrTruncated.
func (in input) wrap(at int64, what string, err error) error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return err
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return in.fail(at, ErrTruncated, "the file ends inside %s", what)
	}
	var pe *fs.PathError
	if errors.As(err, &pe) { // drop the path, which the Error has
		err = pe.Err
	}
	return &Error{Name: in.name, InFile: at >= 0, Byte: max(at, 0), Reason: fmt.Sprintf("reading %s: %v", what, err), Err: err}
}
