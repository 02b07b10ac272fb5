package main

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/redbook-audio/redbook/cmd/redbook/internal/line"
)

// console is stderr: permanent lines, and on a terminal one line below them that is rewritten
// in place. It locks, because signals print from their own goroutine.
type console struct {
	mu     sync.Mutex
	w      io.Writer
	screen screen
	shown  bool   // a live line is on the screen
	rows   []row  // the lines of several drives, in their order
	drawn  int    // rows on the screen, instead of a live line
	asked  bool   // a question is on the screen, without an end of line
	title  string // of the window, while it isn't the terminal's own
}

// print writes a permanent line.
func (c *console) print(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.erase()
	if c.asked { // Ctrl-C or Ctrl-D instead of an answer
		c.asked = false
		_, _ = fmt.Fprintln(c.w)
	}
	text = printable(text)
	if c.screen.live {
		text = line.Wrap(text, c.columns())
	}
	_, _ = fmt.Fprintln(c.w, text) // it can't be reported anywhere
}

// live shows text in the rewritten line. Without a terminal it shows nothing, so a log never
// contains carriage returns.
func (c *console) live(text string) {
	if !c.screen.live {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprint(c.w, "\r\x1b[K"+line.Cut(printable(text), c.columns()))
	c.shown = true
}

// fit shows as many of the parts in the rewritten line as fit.
func (c *console) fit(parts ...line.Part) {
	if c.screen.live {
		c.live(line.Fit(c.columns(), parts...))
	}
}

// mostRows is the maximum number of rewritten lines: more hide what is above.
const mostRows = 12

// row is one of several lines that are rewritten together.
type row struct {
	text    string
	percent string // for the line that sums up those without one of their own
}

// fitRow shows parts in one of several lines that are rewritten together; nth counts from
// 1. On a low terminal the last drives share a line.
func (c *console) fitRow(nth int, parts ...line.Part) {
	if !c.screen.live {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.rows) < nth {
		c.rows = append(c.rows, row{})
	}
	r := row{text: line.Cut(printable(line.Fit(c.columns(), parts...)), c.columns())}
	for _, p := range parts {
		if p.Rank == rankPercent && len(p.Forms) > 0 {
			r.percent = p.Forms[0]
		}
	}
	c.rows[nth-1] = r
	lines := c.rowLines()
	c.erase()
	_, _ = fmt.Fprint(c.w, "\r"+strings.Join(lines, "\n"))
	c.drawn = len(lines)
}

// rowLines are the lines of fitRow, as many as the terminal has room for.
func (c *console) rowLines() (lines []string) {
	room := mostRows
	if c.screen.height != nil {
		room = max(min(room, c.screen.height()-1), 1)
	}
	own := len(c.rows)
	if own > room {
		own = room - 1
	}
	for _, r := range c.rows[:own] {
		lines = append(lines, r.text)
	}
	if rest := c.rows[own:]; len(rest) > 0 {
		var percents []string
		for _, r := range rest {
			if r.percent != "" {
				percents = append(percents, r.percent)
			}
		}
		text := fmt.Sprintf("and %s: %s", count(len(rest), "more drive"), strings.Join(percents, ", "))
		lines = append(lines, line.Shorten(text, c.columns()))
	}
	return lines
}

// endRows removes the lines of fitRow.
func (c *console) endRows() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.erase()
	c.rows = nil
}

// columns is the width of the live line. A line as wide as the terminal wraps on some, so
// one column stays free.
func (c *console) columns() int { return c.screen.width() - 1 }

// entitle sets the title of the terminal's window; clearTitle restores the previous one
// (XTWINOPS 22 and 23). Terminals that don't support these ignore them.
func (c *console) entitle(text string) {
	if !c.screen.live {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.title == "" {
		_, _ = fmt.Fprint(c.w, "\x1b[22;0t")
	}
	if text != c.title {
		_, _ = fmt.Fprint(c.w, "\x1b]0;"+oneLine(text)+"\a")
	}
	c.title = text
}

func (c *console) clearTitle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.title != "" {
		_, _ = fmt.Fprint(c.w, "\x1b[23;0t")
		c.title = ""
	}
}

// ring rings the bell of the terminal if asked to.
func (c *console) ring(asked bool) {
	if !asked || !c.screen.live {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprint(c.w, "\a")
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
	question = printable(question)
	if c.screen.live {
		question = line.Wrap(question, c.columns())
	}
	_, _ = fmt.Fprint(c.w, question)
	c.asked = true
}

// answered records that the answer has ended the line of the question.
func (c *console) answered() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = false
}

// asking reports whether a question waits for its answer.
func (c *console) asking() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked
}

func (c *console) erase() {
	if c.drawn > 0 {
		_, _ = fmt.Fprint(c.w, "\r\x1b[K"+strings.Repeat("\x1b[A\x1b[K", c.drawn-1))
		c.drawn = 0
	}
	if c.shown {
		_, _ = fmt.Fprint(c.w, "\r\x1b[K")
		c.shown = false
	}
}

// printable removes everything that could control a terminal.
func printable(text string) string { return line.Defuse(text) }

// oneLine is printable without line breaks.
func oneLine(text string) string { return line.OneLine(text) }
