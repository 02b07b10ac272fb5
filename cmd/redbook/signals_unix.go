//go:build unix

package main

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// endings are the signals that would end a program at once by default. They end redbook in
// order instead, so that no file or disc is left incomplete. SIGABRT keeps its effect, for
// developers who want to see where a program hangs. A signal that was ignored when the
// program started (nohup) stays ignored.
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

// brokenPipe reports that error.
func brokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }

// hangup reports the end of the terminal or of the ssh session in which the program was
// started. redbook handles SIGHUP instead of ignoring it, because Go can't undo an ignored
// SIGHUP.
func hangup(s os.Signal) bool { return s == syscall.SIGHUP }

// stopping are the signals that would suspend the program: Ctrl-Z, and writing to the
// terminal from the background.
var stopping = []os.Signal{syscall.SIGTSTP, syscall.SIGTTOU, syscall.SIGTTIN}

// unstoppable ignores them; mortal undoes that and unpiped.
func unstoppable() { signal.Ignore(stopping...) }

// continued reports when the program goes on after Ctrl-Z, until end is called.
func continued() (again <-chan os.Signal, end func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGCONT)
	return c, func() { signal.Stop(c) }
}

func mortal() { signal.Reset(append(stopping, syscall.SIGPIPE)...) }
