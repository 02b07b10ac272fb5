package wav

import (
	"errors"
	"fmt"
	"io/fs"
)

// Sentinels, matched by errors.Is.
var (
	// ErrNotWAV: the file is not a RIFF/WAVE file.
	ErrNotWAV = errors.New("not a WAV file")
	// ErrMalformed: it is a WAV file, but its structure is inconsistent.
	ErrMalformed = errors.New("malformed WAV file")
	// ErrTruncated: the file is shorter than the header declares.
	ErrTruncated = errors.New("the file is cut off")
	// ErrUnsupported: a coding or layout that this package doesn't support.
	ErrUnsupported = errors.New("WAV coding not supported")
	// ErrEmpty: the file contains no audio.
	ErrEmpty = errors.New("no audio in the file")
	// ErrTooLong: more was written than the header can declare.
	ErrTooLong = errors.New("too long for a WAV file")
)

// Error reports an error in a file, with its position.
type Error struct {
	Name   string // of the file
	Offset int64  // byte of the file that is wrong, or where bytes are missing
	Reason string // in words; may be empty if Err is enough
	Err    error  // a sentinel of this package, pcm.ErrChanged or the error of the system
}

// Error returns "name: byte N: reason", and "name: reason" for an error of the whole file,
// such as a full disk.
func (e *Error) Error() string {
	text := e.Reason
	switch {
	case text == "" && e.Err != nil:
		text = e.Err.Error()
	case e.Err != nil:
		text = e.Err.Error() + ": " + text
	}
	if e.Offset == 0 && (e.Reason == "" || errors.Is(e.Err, fs.ErrNotExist) || errors.Is(e.Err, fs.ErrPermission)) {
		return e.Name + ": " + text
	}
	return fmt.Sprintf("%s: byte %d: %s", e.Name, e.Offset, text)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
