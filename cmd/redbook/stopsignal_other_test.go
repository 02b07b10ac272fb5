//go:build !unix

package main

import "os"

// stopSignal is what Ctrl-Z sends: nothing.
var stopSignal os.Signal
