package decode

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/audio"
)

// clock returns a time as 3:25.120.
func clock(d time.Duration) string {
	d = d.Truncate(time.Millisecond)
	return fmt.Sprintf("%d:%06.3f", int(d.Minutes()), (d % time.Minute).Seconds())
}

// unnamed is an Error inside another one that already has the name.
type unnamed struct{ e *audio.Error }

func (u unnamed) Error() string { return strings.TrimPrefix(u.e.Error(), u.e.Name+": ") }
func (u unnamed) Unwrap() error { return u.e }

// nowhere is the place of an error that is about the whole file.
const nowhere = -1

// fail makes an error about a byte of the file, before any audio.
func (in input) fail(at int64, sentinel error, format string, args ...any) error {
	return &audio.Error{Name: in.name, InFile: at >= 0, Byte: max(at, 0), Reason: fmt.Sprintf(format, args...), Err: sentinel}
}

// wrap converts an error of reading the file. An unexpected end of the file means that it
// was cut off.
func (in input) wrap(at int64, what string, err error) error {
	var e *audio.Error
	switch {
	case errors.As(err, &e):
		return err
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return in.fail(at, audio.ErrTruncated, "the file ends inside %s", what)
	}
	var pe *fs.PathError
	if errors.As(err, &pe) { // which names the path, as the Error does
		err = pe.Err
	}
	return &audio.Error{Name: in.name, InFile: at >= 0, Byte: max(at, 0), Reason: fmt.Sprintf("reading %s: %v", what, err), Err: err}
}
