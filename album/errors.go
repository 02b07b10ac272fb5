package album

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/internal/spool"
)

// Sentinels, matched by errors.Is. Those of Prepare are ErrTooLong and ErrNoSpace.
var (
	ErrNothing = errors.New("nothing to burn")      // no audio file was found, or a track is empty
	ErrTooMany = errors.New("too many tracks")      // more than 99 (Red Book)
	ErrTooLong = errors.New("longer than any disc") // a stream of more than 100 minutes
	ErrNoSpace = spool.ErrNoSpace                   // the disk has no room for the converted audio
)

// TrackError is an error in the file of a track of an album with several tracks.
type TrackError struct {
	Track int // counted from 1; in the order of the files if their tags can't be read
	Err   error
}

// Error returns "track 7: reason".
func (e *TrackError) Error() string { return fmt.Sprintf("track %d: %v", e.Track, e.Err) }

// Unwrap returns e.Err.
func (e *TrackError) Unwrap() error { return e.Err }

// Errors is the errors of several files, in the order of the files.
type Errors []error

// Error returns one line per error.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors for errors.Is and errors.As.
func (e Errors) Unwrap() []error { return e }

// oneError returns nil, the only error, or an Errors of those that are not nil.
func oneError(list []error) error {
	list = slices.DeleteFunc(slices.Clone(list), func(err error) bool { return err == nil })
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	return Errors(list)
}

// split is the inverse of oneError.
func split(err error) []error {
	if e, ok := err.(Errors); ok {
		return e
	}
	return []error{err}
}
