package cue

import (
	"errors"
	"fmt"
)

// ErrSyntax matches every error about the content of a cue sheet.
var ErrSyntax = errors.New("cue sheet not understood")

// Error reports an error in a cue sheet, with its place.
type Error struct {
	Name   string // of the sheet, as given to Parse
	Line   int    // 1..; 0 if it is about the whole sheet
	Reason string
	Err    error // a more precise cause, such as toc.ErrISRC; may be nil
}

// Error returns "name: line N: reason".
func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.Name, e.Reason)
	}
	return fmt.Sprintf("%s: line %d: %s", e.Name, e.Line, e.Reason)
}

// Unwrap lets errors.Is find ErrSyntax and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrSyntax}
	}
	return []error{ErrSyntax, e.Err}
}
