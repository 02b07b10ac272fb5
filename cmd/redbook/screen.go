package main

import (
	"os"

	"golang.org/x/term"
)

// screen is what stderr leads to: a terminal whose last line can be rewritten, or
// a file or pipe that gets plain lines. The program uses no color anywhere, so
// NO_COLOR has nothing to switch off.
type screen struct {
	live    bool // the last line may be rewritten
	width   func() int
	height  func() int // nil: unknown
	restore func()     // puts the terminal back as it was
}

// screenOf looks at f. TERM=dumb is taken at its word: lines only.
func screenOf(f *os.File, env func(string) string) screen {
	fd := int(f.Fd())
	s := screen{
		restore: func() {},
		width: func() int {
			if w, _, err := term.GetSize(fd); err == nil && w > 0 {
				return w
			}
			return 80
		},
	}
	s.height = func() int {
		if _, h, err := term.GetSize(fd); err == nil && h > 0 {
			return h
		}
		return 24
	}
	if term.IsTerminal(fd) && env("TERM") != "dumb" {
		s.live, s.restore = understands(f)
	}
	return s
}
