//go:build linux

package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The .log files are the output of redbook in a terminal of 80x24: a burn, and the beginning
// of one on two drives. The .screen files are what tmux 3.3a shows after them (capture-pane
// -p).
func TestScreenAgreesWithTmux(t *testing.T) {
	for _, name := range []string{"burn", "drives"} {
		log, err := os.ReadFile("testdata/" + name + ".log")
		require.NoError(t, err)
		want, err := os.ReadFile("testdata/" + name + ".screen")
		require.NoError(t, err)
		s := newScreen()
		require.NoError(t, s.write(log), name)
		assert.Equal(t, string(want), strings.Join(s.shown(), "\n")+"\n", name)

		// It arrives in pieces of any length.
		bytewise := newScreen()
		for i := range log {
			require.NoError(t, bytewise.write(log[i:i+1]), name)
		}
		assert.Equal(t, s.lines, bytewise.lines, name)
	}
}

func TestScreenRefusesWhatItDoesNotKnow(t *testing.T) {
	full := strings.Repeat("x", columns)
	for _, text := range []string{
		"\x1b[31m", "\x1b[2K", "\x1b[2A", "\x1b[2J", "\x1b[H", "\x1b[B", "\x1bM", "\x1b[21t", "\x1b]8;;x\a", "\x1b]0;a\x1b\\",
		"\t", "\b", "\a", "\x00", "\x7f", "\xff", "\u0085", "\u202e", "e\u0301", "\u97f3", "\U0001F4BF",
		full + "\x1b[K", "\n" + full + "\x1b[A",
	} {
		assert.Error(t, newScreen().write([]byte(text)), "%q", text)
	}
	for _, text := range []string{"\x1b", "\x1b[", "\x1b]0;title", "\xc3"} { // without an end, neither an error nor text
		s := newScreen()
		require.NoError(t, s.write([]byte(text)), "%q", text)
		assert.Len(t, s.rest, len(text))
		assert.Empty(t, s.text(0))
	}
}

// shown returns the rows on the screen.
func (s *screen) shown() []string {
	list := make([]string, rows)
	for i := range list {
		if s.top+i < len(s.lines) {
			list[i] = s.text(s.top + i)
		}
	}
	return list
}
