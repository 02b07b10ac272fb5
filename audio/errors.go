package audio

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"
)

// Sentinels for what is wrong with a file. Matched by errors.Is.
var (
	ErrNotAudio    = errors.New("no audio in it")                       // a ZIP archive, a picture, text ...
	ErrUnsupported = errors.New("audio of a kind that isn't supported") // or that only the user's ffmpeg could decode
	ErrCorrupt     = errors.New("the audio is damaged")
	ErrTruncated   = errors.New("the file is cut off")
	ErrFFmpeg      = errors.New("ffmpeg failed") // what it said is in the text
)

// Error is what is wrong with an audio file, and where. Err is one of the sentinels
// or the error of the file system.
type Error struct {
	Name   string
	Reason string
	Err    error

	InFile  bool          // it is about a place in the file
	Byte    int64         // that place
	InAudio bool          // it is about a place in the audio that is known
	At      time.Duration // that place
}

// Error returns "name: byte N of the file, 3:25.120 into the audio: reason".
func (e *Error) Error() string { return e.Name + ": " + e.detail() }

// detail is the text without the name.
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

// nowhere is the place of an error that is about the whole file.
const nowhere = -1

// fail makes an error about a byte of the file, before any audio.
func (in input) fail(at int64, sentinel error, format string, args ...any) error {
	return &Error{Name: in.name, InFile: at >= 0, Byte: max(at, 0), Reason: fmt.Sprintf(format, args...), Err: sentinel}
}

// wrap converts an error of reading the file. An unexpected end of the file means that it
// was cut off.
func (in input) wrap(at int64, what string, err error) error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return err
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return in.fail(at, ErrTruncated, "the file ends inside %s", what)
	}
	var pe *fs.PathError
	if errors.As(err, &pe) { // which names the path, as the Error does
		err = pe.Err
	}
	return &Error{Name: in.name, InFile: at >= 0, Byte: max(at, 0), Reason: fmt.Sprintf("reading %s: %v", what, err), Err: err}
}
