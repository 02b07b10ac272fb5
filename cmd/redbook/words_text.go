package main

import (
	"fmt"

	"github.com/redbook-audio/redbook/cdtext"
)

// textNote says how text on the disc differs from what was given.
func textNote(n cdtext.Note) string {
	what := n.Field.String() + " of the album"
	if n.Track > 0 {
		what = fmt.Sprintf("%v of track %d", n.Field, n.Track)
	}
	switch n.Kind {
	case cdtext.Changed:
		return fmt.Sprintf("CD-TEXT: the %s is written as %s", what, quoted(n.To))
	case cdtext.Unwritable:
		return fmt.Sprintf("CD-TEXT: the %s is left out; its letters cannot be written: %s", what, quoted(n.From))
	case cdtext.Shortened:
		return fmt.Sprintf("CD-TEXT: the %s is shortened to %s", what, quoted(n.To))
	case cdtext.Dropped:
		return fmt.Sprintf("CD-TEXT: there is no room for the %v of the tracks", n.Field)
	}
	return "CD-TEXT: the " + what + " is not written as it was given"
}

// quoted is a text in quotes as people read it, without escapes; lines go into one.
func quoted(text string) string { return `"` + oneLine(text) + `"` }
