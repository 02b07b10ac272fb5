//go:build !unix

package main

import (
	"os"
	"syscall"
)

// endings are the signals that end redbook in order. On Windows Go delivers the end of the
// console and a log-off as SIGTERM.
func endings() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

// The others have nothing to do here: no signal comes from a pipe or a terminal.

func unpiped()              {}
func unstoppable()          {}
func mortal()               {}
func hangup(os.Signal) bool { return false }

func continued() (<-chan os.Signal, func()) { return nil, func() {} }

// brokenPipe is for systems on which such an end is no news.
func brokenPipe(error) bool { return false }
