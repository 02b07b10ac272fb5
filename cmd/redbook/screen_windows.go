package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// enableEscapes switches on the console's support for escape sequences, which exists since
// Windows 10. An older console gets only lines. Characters need no conversion: package os
// writes UTF-16 to a console, and UTF-8 to a file or pipe.
func enableEscapes(f *os.File) (live bool, restore func()) {
	console := windows.Handle(f.Fd())
	var mode uint32
	if err := windows.GetConsoleMode(console, &mode); err != nil {
		return false, func() {}
	}
	const sequences = windows.ENABLE_PROCESSED_OUTPUT | windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING
	if err := windows.SetConsoleMode(console, mode|sequences); err != nil {
		return false, func() {}
	}
	// The mode belongs to the console and remains after the program ends.
	return true, func() { _ = windows.SetConsoleMode(console, mode) }
}
