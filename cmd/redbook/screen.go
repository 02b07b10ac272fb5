package main

import (
	"os"

	"golang.org/x/term"
)

// screen describes stderr: a terminal whose last line can be rewritten, or a file or pipe
// that gets plain lines. The program uses no colors, so NO_COLOR has no effect.
type screen struct {
	live    bool // the last line can be rewritten
	width   func() int
	height  func() int // nil: unknown
	restore func()     // restores the terminal
}

// screenOf inspects f. With TERM=dumb it prints only lines.
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
		s.live, s.restore = enableEscapes(f)
	}
	return s
}
