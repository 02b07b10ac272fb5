package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// understands has the console take escape sequences, which it does since Windows 10 if
// asked. An older one gets lines only. Characters need nothing: a console is written
// to in UTF-16 by package os, a file or pipe gets UTF-8.
func understands(f *os.File) (live bool, restore func()) {
	console := windows.Handle(f.Fd())
	var mode uint32
	if err := windows.GetConsoleMode(console, &mode); err != nil {
		return false, func() {}
	}
	const sequences = windows.ENABLE_PROCESSED_OUTPUT | windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING
	if err := windows.SetConsoleMode(console, mode|sequences); err != nil {
		return false, func() {}
	}
	// The mode is the console's, and outlives the program.
	return true, func() { _ = windows.SetConsoleMode(console, mode) }
}
