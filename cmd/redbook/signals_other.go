//go:build !unix

package main

import (
	"os"
	"syscall"
)

// endings are the signals that end redbook in order. On Windows Go reports the end of the
// console and a log-off as SIGTERM.
func endings() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

// The other functions do nothing here: neither pipes nor terminals send signals.

func unpiped()              {}
func ignoreStopSignals()    {}
func restoreSignals()       {}
func hangup(os.Signal) bool { return false }

func continued() (<-chan os.Signal, func()) { return nil, func() {} }

// brokenPipe is for systems that report such an end by a signal.
func brokenPipe(error) bool { return false }
