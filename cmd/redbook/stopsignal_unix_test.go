//go:build unix

package main

import (
	"os"
	"syscall"
)

// stopSignal is what Ctrl-Z sends.
var stopSignal os.Signal = syscall.SIGTSTP
