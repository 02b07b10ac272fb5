//go:build unix

package main

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// endings returns the signals that end a program at once by default. redbook handles them to
// end in order, without incomplete files or discs. SIGABRT keeps its effect, for developers
// who want to see where a program hangs. A signal that was ignored when the program started
// (nohup) stays ignored.
func endings() (list []os.Signal) {
	for _, s := range []os.Signal{
		syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT,
		syscall.SIGALRM, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGXCPU,
	} {
		if !signal.Ignored(s) {
			list = append(list, s)
		}
	}
	return list
}

// unpiped lets a write to a pipe that no one reads return an error instead of ending the
// program.
func unpiped() { signal.Ignore(syscall.SIGPIPE) }

// brokenPipe reports whether err is that of such a write.
func brokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }

// hangup reports whether a signal means the end of the terminal or ssh session in which the
// program was started. redbook handles SIGHUP instead of ignoring it, because Go can't undo an ignored
// SIGHUP.
func hangup(s os.Signal) bool { return s == syscall.SIGHUP }

// stopping are the signals that would suspend the program: Ctrl-Z, and writing to the
// terminal from the background.
var stopping = []os.Signal{syscall.SIGTSTP, syscall.SIGTTOU, syscall.SIGTTIN}

// ignoreStopSignals ignores stopping; restoreSignals undoes that and unpiped.
func ignoreStopSignals() { signal.Ignore(stopping...) }

// continued reports when the program continues after Ctrl-Z, until end is called.
func continued() (again <-chan os.Signal, end func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGCONT)
	return c, func() { signal.Stop(c) }
}

func restoreSignals() { signal.Reset(append(stopping, syscall.SIGPIPE)...) }
