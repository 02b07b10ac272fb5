package album

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Sentinels, matched by errors.Is.
var (
	ErrNothing = errors.New("nothing to burn")
	ErrTooMany = errors.New("too many tracks")
)

// TrackError reports an error in the file of a track, if there are several tracks.
type TrackError struct {
	Track int // counted from 1, in the order of the files if tags can't be read
	Err   error
}

// Error returns "track 7: reason".
func (e *TrackError) Error() string { return fmt.Sprintf("track %d: %v", e.Track, e.Err) }

// Unwrap returns the reason.
func (e *TrackError) Unwrap() error { return e.Err }

// Errors reports the errors of several files, in their order.
type Errors []error

// Error returns a line for each.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns them.
func (e Errors) Unwrap() []error { return e }

// oneError joins the errors that are not nil.
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

// split is the inverse.
func split(err error) []error {
	if e, ok := err.(Errors); ok {
		return e
	}
	return []error{err}
}
