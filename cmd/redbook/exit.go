package main

import (
	"errors"
	"fmt"
)

// Exit codes. They are part of the interface: scripts act on them, so a code keeps
// its meaning, and a new meaning gets a new code (docs/cli.md has the table).
const (
	exitDone        = 0   // done
	exitFailed      = 1   // failed in a way that no other code describes
	exitUsage       = 2   // the command line is wrong, or a question could not be asked
	exitNoDrive     = 3   // no drive, no such drive, or no permission to use it
	exitNoDisc      = 4   // no disc, or an unsuitable one
	exitBadInput    = 5   // a file can't be burned
	exitDoesntFit   = 6   // too long, or too many tracks
	exitWriteFailed = 7   // the drive failed while it wrote
	exitVerify      = 8   // the disc differs from the files
	exitUnconfirmed = 9   // written, but the drive did not confirm it
	exitUnable      = 10  // the drive can't do what was asked for
	exitCanceled    = 130 // Ctrl-C (128 + SIGINT, as shells count)
	exitPipe        = 141 // the output is no longer read (128 + SIGPIPE)
)

// failure is an error with its exit code and advice for the user.
type failure struct {
	code int
	err  error
	next string // a sentence or a command; "" without advice
	// topic is where the user can read more; "" without.
	topic topic
	// brief, if it isn't "", replaces the text of err without --verbose.
	brief string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// fail returns a failure with a formatted message; %w works.
func fail(code int, next, format string, args ...any) error {
	return &failure{code: code, err: fmt.Errorf(format, args...), next: next}
}

// usage returns a failure for a wrong command line.
func usage(format string, args ...any) error { return fail(exitUsage, "", format, args...) }

// verdict returns the exit code and the advice of an error.
func verdict(err error) (code int, next string) {
	if err == nil {
		return exitDone, ""
	}
	code = classify(err)
	if f, ok := errors.AsType[*failure](err); ok {
		code, next = f.code, f.next
	}
	if next == "" && diskFull(err) {
		next = "Make room on that disk, or use a file on another one."
	}
	return code, next
}

// topicOf returns where the user can read more about an error, "" without.
func topicOf(err error) topic {
	f, ok := errors.AsType[*failure](err)
	switch {
	case ok && f.topic != "":
		return f.topic
	case diskFull(err):
		return "disk-full"
	}
	return ""
}

// explain gives a failure its topic.
func explain(t topic, err error) error {
	if f, ok := errors.AsType[*failure](err); ok {
		f.topic = t
	}
	return err
}
