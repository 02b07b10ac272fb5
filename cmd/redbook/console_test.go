package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/redbook-audio/redbook/cmd/redbook/internal/line"
	"github.com/stretchr/testify/assert"
)

func TestConsoleLive(t *testing.T) {
	var b bytes.Buffer
	c := &console{w: &b, screen: screen{live: true, width: func() int { return 12 }}}
	c.live("Writing track 1")
	c.print("a note")
	c.live("é é é é é é é é")
	c.clear()
	c.clear()
	assert.Equal(t, "\r\x1b[KWriting tra\r\x1b[Ka note\n\r\x1b[Ké é é é é é\r\x1b[K", b.String())
}

// A message after an unanswered question begins on a new line.
func TestConsoleQuestion(t *testing.T) {
	var b bytes.Buffer
	c := &console{w: &b}
	c.ask("Burn? ")
	c.print("Stopping.")
	c.ask("Burn? ")
	c.answered()
	c.print("Burning.")
	assert.Equal(t, "Burn? \nStopping.\nBurn? Burning.\n", b.String())
}

// Without a terminal no line is rewritten, and no carriage return is printed.
func TestConsolePlain(t *testing.T) {
	var b bytes.Buffer
	c := &console{w: &b}
	c.live("Writing track 1")
	c.clear()
	c.print("a note")
	assert.Equal(t, "a note\n", b.String())
}

// File names can contain anything.
func TestConsoleIsNotSteeredByNames(t *testing.T) {
	var b bytes.Buffer
	c := &console{w: &b, screen: screen{live: true, width: func() int { return 40 }}}
	c.print("a\x1b[31m\rb\u0085.wav\n  next")
	assert.Equal(t, "a\uFFFD[31m\uFFFDb\uFFFD.wav\n  next\n", b.String())
	b.Reset()
	c.live("x\x1b[2J")
	assert.Equal(t, "\r\x1b[Kx\uFFFD[2J", b.String())
	assert.Equal(t, "a\uFFFDb c", baseName("dir/a\nb\tc"))
}

// Drives share the last line if the terminal has no room for one line each.
func TestConsoleRows(t *testing.T) {
	var b bytes.Buffer
	height := 24
	c := &console{w: &b, screen: screen{live: true, width: func() int { return 40 }, height: func() int { return height }}}
	for n := 1; n <= 14; n++ {
		c.fitRow(n, line.Text(rankLeft, fmt.Sprintf("drive %d", n)), percentPart(float64(n)/100))
	}
	lines := c.rowLines()
	assert.Len(t, lines, mostRows)
	assert.Equal(t, []string{"drive 11  11 %", "and 3 more drives: 12 %, 13 %, 14 %"}, lines[mostRows-2:])
	height = 4
	assert.Equal(t, []string{"drive 1  1 %", "drive 2  2 %", "and 12 more drives: 3 %, 4 %, 5 %, 6 %…"}, c.rowLines())
	b.Reset()
	c.endRows()
	assert.Equal(t, mostRows-1, strings.Count(b.String(), "\x1b[A"))
}

// An abandoned question doesn't count as work with a disc.
func TestConsoleAsking(t *testing.T) {
	var b bytes.Buffer
	c := &console{w: &b}
	assert.False(t, c.asking())
	c.ask("Burn? ")
	assert.True(t, c.asking())
	c.answered()
	assert.False(t, c.asking())
}
