//go:build linux

package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// The size of the terminal.
const (
	columns = 80
	rows    = 24
)

// screen is a terminal that supports only what redbook prints: text, CR, LF, erase to the
// end of the line (EL 0), cursor up (CUU), and the window title, which it drops. Everything
// else is an error, and so are sequences that terminals interpret differently: a recording
// must look like a real terminal.
type screen struct {
	lines [][]rune // everything since the start; the last rows of it are on the screen
	top   int      // the line in the first row
	row   int      // the line of the cursor, counted as in lines
	col   int
	full  bool   // the last column is written: the next character wraps
	rest  []byte // the beginning of a sequence or a character
}

func newScreen() *screen { return &screen{lines: make([][]rune, 1)} }

// text returns a line of the document without the blanks at its end.
func (s *screen) text(line int) string { return strings.TrimRight(string(s.lines[line]), " ") }

// write interprets data. A sequence may be split between two calls.
func (s *screen) write(data []byte) error {
	s.rest = append(s.rest, data...)
	for len(s.rest) > 0 {
		n, err := s.step(s.rest)
		if err != nil {
			return err
		}
		if n == 0 {
			return nil // incomplete
		}
		s.rest = s.rest[n:]
	}
	return nil
}

// step interprets one character or sequence at the beginning of b and returns its length, or
// 0 if its end is missing.
func (s *screen) step(b []byte) (int, error) {
	switch b[0] {
	case '\r':
		s.col, s.full = 0, false
		return 1, nil
	case '\n':
		s.down()
		return 1, nil
	case 0x1B:
		return s.escape(b)
	}
	if !utf8.FullRune(b) {
		return 0, nil
	}
	r, n := utf8.DecodeRune(b)
	if r < ' ' || r == 0x7F || (r == utf8.RuneError && n == 1) || uniseg.StringWidth(string(r)) != 1 {
		return 0, fmt.Errorf("cannot draw %q", b[:n])
	}
	s.put(r)
	return n, nil
}

// put writes a character of one column.
func (s *screen) put(r rune) {
	if s.full {
		s.down()
		s.col, s.full = 0, false
	}
	line := s.lines[s.row]
	for len(line) <= s.col {
		line = append(line, ' ')
	}
	line[s.col] = r
	s.lines[s.row] = line
	if s.col == columns-1 {
		s.full = true
	} else {
		s.col++
	}
}

// down moves the cursor to the next row, and scrolls the screen in the last one.
func (s *screen) down() {
	s.row++
	s.full = false
	if s.row == len(s.lines) {
		s.lines = append(s.lines, nil)
	}
	s.top = max(s.top, s.row-rows+1)
}

// sequences are those that redbook uses. \x1b[22;0t and 23 save and restore the title.
var sequences = map[string]func(*screen) error{
	"\x1b[K":     (*screen).eraseLine,
	"\x1b[A":     (*screen).up,
	"\x1b[22;0t": func(*screen) error { return nil },
	"\x1b[23;0t": func(*screen) error { return nil },
}

func (s *screen) eraseLine() error {
	if s.full { // some terminals erase the last column, others don't
		return fmt.Errorf("line %q is erased right of its last column", s.text(s.row))
	}
	s.lines[s.row] = slices.Clone(s.lines[s.row][:min(s.col, len(s.lines[s.row]))])
	return nil
}

func (s *screen) up() error {
	if s.full {
		return fmt.Errorf("the cursor leaves line %q from its last column", s.text(s.row))
	}
	s.row = max(s.row-1, s.top)
	return nil
}

// escape interprets a sequence that starts with ESC.
func (s *screen) escape(b []byte) (int, error) {
	if title := []byte("\x1b]0;"); bytes.HasPrefix(b, title) {
		end := bytes.IndexByte(b, '\a')
		if i := bytes.IndexByte(b[1:], 0x1B); i >= 0 && (end < 0 || i+1 < end) {
			return 0, fmt.Errorf("a window title contains an escape: %q", b[:i+1])
		}
		return end + 1, nil
	} else if bytes.HasPrefix(title, b) {
		return 0, nil
	}
	for text, do := range sequences {
		if bytes.HasPrefix(b, []byte(text)) {
			return len(text), do(s)
		}
		if bytes.HasPrefix([]byte(text), b) {
			return 0, nil
		}
	}
	return 0, fmt.Errorf("unknown control sequence: %q", b[:min(len(b), 12)])
}
