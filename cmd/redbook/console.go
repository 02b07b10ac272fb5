package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// console is stderr: lines that stay, and on a terminal one line below them that
// is rewritten in place. Signals speak from a goroutine of their own, so it locks.
type console struct {
	mu     sync.Mutex
	w      io.Writer
	screen screen
	shown  bool // a live line stands on the screen
	asked  bool // a question does, and its line isn't ended
}

// print writes a line that stays.
func (c *console) print(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.erase()
	if c.asked { // Ctrl-C or Ctrl-D instead of an answer
		c.asked = false
		_, _ = fmt.Fprintln(c.w)
	}
	_, _ = fmt.Fprintln(c.w, printable(line)) // nowhere is left to report it
}

// live shows text in the line that is rewritten; without a terminal it shows
// nothing, so no carriage return ever reaches a log.
func (c *console) live(text string) {
	if !c.screen.live {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	// A line as wide as the terminal wraps on some; keep one column free.
	text = cut(printable(text), c.screen.width()-1)
	_, _ = fmt.Fprint(c.w, "\r\x1b[K"+text)
	c.shown = true
}

// clear removes the live line.
func (c *console) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.erase()
}

// ask prints a question without ending the line.
func (c *console) ask(question string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.erase()
	_, _ = fmt.Fprint(c.w, question)
	c.asked = true
}

// answered says that the answer has ended the question's line.
func (c *console) answered() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = false
}

func (c *console) erase() {
	if c.shown {
		_, _ = fmt.Fprint(c.w, "\r\x1b[K")
		c.shown = false
	}
}

// printable replaces control characters, but for the ends of lines: names of files
// come from everywhere, and what is in them must not move the cursor of a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// oneLine is printable without ends of lines.
func oneLine(text string) string {
	return printable(strings.NewReplacer("\n", "\uFFFD", "\t", " ").Replace(text))
}

// cut shortens text to at most n characters.
func cut(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if n < 1 {
			break
		}
		n--
		b.WriteRune(r)
	}
	return b.String()
}
