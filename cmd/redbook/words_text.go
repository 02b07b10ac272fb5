package main

import (
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/cdtext"
)

// textNote says how text on the disc differs from what was given.
func textNote(n redbook.TextLoss) string {
	in := ""
	if n.Language != cdtext.Unknown {
		in = " in " + n.Language.String()
	}
	what := n.Field.String() + " of the album" + in
	if n.Track > 0 {
		what = fmt.Sprintf("%v of track %d", n.Field, n.Track) + in
	}
	switch n.Kind {
	case cdtext.Changed:
		return fmt.Sprintf("CD-TEXT: the %s is written as %s", what, quoted(n.To))
	case cdtext.Unwritable:
		return fmt.Sprintf("CD-TEXT: the %s is left out; its letters cannot be written: %s", what, quoted(n.From))
	case cdtext.Shortened:
		return fmt.Sprintf("CD-TEXT: the %s is shortened to %s", what, quoted(n.To))
	case cdtext.Dropped:
		return fmt.Sprintf("CD-TEXT: there is no room for the %v of the tracks%s", n.Field, in)
	case cdtext.LeftOut:
		return fmt.Sprintf("CD-TEXT: the text%s is left out; its letters cannot be written in the character code of the file", in)
	case cdtext.NoSize:
		return fmt.Sprintf("CD-TEXT: the file has no size information for the text%s; many players will not show it", in)
	case cdtext.Incomplete:
		return fmt.Sprintf("CD-TEXT: the %s is incomplete in the file: %s", what, quoted(n.To))
	case cdtext.Undecodable:
		return fmt.Sprintf("CD-TEXT: the %s has characters that players cannot show; they will read %s", what, quoted(n.To))
	case cdtext.UnknownPack:
		return fmt.Sprintf("CD-TEXT: pack %d of the file has no known meaning; it is written as it is", n.Pack)
	}
	return "CD-TEXT: the " + what + " is not written as it was given"
}

// languagesText says in which languages there is text, if there are several.
func languagesText(blocks []cdtext.Block) string {
	if len(blocks) < 2 {
		return ""
	}
	return " in " + languageNames(blocks)
}

// languageNames are the languages of CD-TEXT in words.
func languageNames(blocks []cdtext.Block) string {
	names := make([]string, len(blocks))
	for i := range blocks {
		names[i] = blocks[i].Language.String()
	}
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// languagesKept says where the languages of the disc are that a cue sheet can't hold.
func languagesKept(r *redbook.ReadResult) string {
	text, _ := cdtext.Decode(r.Layout.Text.Value)
	switch {
	case len(text.Blocks) < 2:
		return ""
	case r.CDText == "":
		return fmt.Sprintf("The titles in %s are not kept: only reading all tracks keeps them.", languageNames(text.Blocks[1:]))
	}
	return fmt.Sprintf("The cue sheet has the titles in %v. %s has them in %s.",
		text.Blocks[0].Language, baseName(r.CDText), languageNames(text.Blocks))
}

// quoted is a text in quotes as people read it, without escapes; lines go into one.
func quoted(text string) string { return `"` + oneLine(text) + `"` }
