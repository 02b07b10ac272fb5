package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/cdtext"
)

// mostAlike is how many notes of the same kind about the same field are printed
// separately.
const mostAlike = 4

// textNotes describes how text on the disc differs from the given text. It combines many
// texts that can't be written into one note, so that the other notes stay visible.
func textNotes(losses []redbook.TextLoss) []string {
	type kind struct {
		field    string
		language cdtext.Language
	}
	tracks := map[kind][]int{}
	for _, n := range losses {
		if n.Kind == cdtext.Unwritable && n.Track > 0 {
			k := kind{n.Field, n.Language}
			tracks[k] = append(tracks[k], n.Track)
		}
	}
	var list []string
	for _, n := range losses {
		alike := tracks[kind{n.Field, n.Language}]
		switch {
		case n.Kind != cdtext.Unwritable || n.Track == 0 || len(alike) <= mostAlike:
			list = append(list, textNote(n))
		case n.Track == alike[0]:
			list = append(list, fmt.Sprintf("CD-TEXT: the %v of %d tracks%s is left out; its letters cannot be written: %s",
				n.Field, len(alike), inLanguage(n), quoted(n.From)+" (track "+fmt.Sprint(n.Track)+") and others"))
		}
	}
	return slices.Compact(list) // blocks without a language may be equal
}

// inLanguage names the language of a text if the source has several.
func inLanguage(n redbook.TextLoss) string {
	if n.Language == cdtext.Unknown {
		return ""
	}
	return " in " + n.Language.String()
}

// textNote describes how one text on the disc differs from what was given.
func textNote(n redbook.TextLoss) string {
	in := inLanguage(n)
	what := n.Field + " of the album" + in
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
		return fmt.Sprintf("CD-TEXT has no room for the %v of the tracks%s", n.Field, in)
	case cdtext.LeftOut:
		return fmt.Sprintf("CD-TEXT: the text%s is left out; its letters cannot be written in the character code of the file", in)
	case cdtext.NoSize:
		return fmt.Sprintf("CD-TEXT: the file has no size information for the text%s, and many players will not show it", in)
	case cdtext.Incomplete:
		return fmt.Sprintf("CD-TEXT: the %s is incomplete in the file: %s", what, quoted(n.To))
	case cdtext.Undecodable:
		return fmt.Sprintf("CD-TEXT: the %s has characters that players cannot show; they will read %s", what, quoted(n.To))
	case cdtext.UnknownPack:
		return fmt.Sprintf("CD-TEXT: pack %d of the file has no known meaning; it is written as it is", n.Pack)
	}
	return "CD-TEXT: the " + what + " is not written as it was given"
}

// languagesText lists the languages of a text if there are several.
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
		names[i] = languageName(blocks[i].Language.String())
	}
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// languageName is a language in words; name is its cdtext.Language.String.
func languageName(name string) string {
	if name == cdtext.Unknown.String() {
		return "an unnamed language"
	}
	return name
}

// languagesKept names the file with the languages that a cue sheet can't contain.
func languagesKept(r *redbook.ReadResult) string {
	text, _ := cdtext.Decode(r.Layout.Text.Value)
	switch {
	case len(text.Blocks) < 2:
		return ""
	case r.CDText == "":
		return fmt.Sprintf("The titles in %s are not kept: only reading all tracks keeps them.", languageNames(text.Blocks[1:]))
	}
	return fmt.Sprintf("The cue sheet has the titles in %s. %s has them in %s.",
		languageNames(text.Blocks[:1]), baseName(r.CDText), languageNames(text.Blocks))
}

// quoted puts a text in quotes without escapes and joins its lines.
func quoted(text string) string { return `"` + oneLine(text) + `"` }
