//go:build unix

package main

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// endings are the signals whose default is to end a program at once, and which end redbook
// in order instead: no file is left half written, and no disc. SIGABRT stays, for a
// developer who wants to see where a program hangs. One that was ignored when the program
// started (nohup) stays ignored.
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

// outlive lets a burn survive the end of the terminal or of the ssh session that it was
// started from (SIGHUP), and of whoever reads its output (SIGPIPE): a disc isn't spoiled
// because no one listens. Ctrl-Z (SIGTSTP) would stop the program with the laser on, and so
// would writing to the terminal from the background (SIGTTOU).
func outlive() {
	signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE, syscall.SIGTSTP, syscall.SIGTTOU, syscall.SIGTTIN)
}
