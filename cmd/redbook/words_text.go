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
func textNotes(notes []cdtext.Note) []string {
	type kind struct {
		field    string
		language cdtext.Language
	}
	tracks := map[kind][]int{}
	for _, n := range notes {
		if n.Kind == "unwritable" && n.Track > 0 {
			k := kind{n.Field, n.Language}
			tracks[k] = append(tracks[k], n.Track)
		}
	}
	var list []string
	for _, n := range notes {
		alike := tracks[kind{n.Field, n.Language}]
		switch {
		case n.Kind != "unwritable" || n.Track == 0 || len(alike) <= mostAlike:
			list = append(list, textNote(n))
		case n.Track == alike[0]:
			list = append(list, fmt.Sprintf("CD-TEXT: the %v of %d tracks%s is left out; its letters cannot be written: %s",
				n.Field, len(alike), inLanguage(n), quoted(n.From)+" (track "+fmt.Sprint(n.Track)+") and others"))
		}
	}
	return slices.Compact(list) // blocks without a language may be equal
}

// inLanguage names the language of a text if the source has several.
func inLanguage(n cdtext.Note) string {
	if n.Language == cdtext.Unknown {
		return ""
	}
	return " in " + n.Language.String()
}

// textWords has the text for each kind of note about CD-TEXT. what names the text.
var textWords = map[cdtext.NoteKind]func(n cdtext.Note, what string) string{
	"changed": func(n cdtext.Note, what string) string {
		return fmt.Sprintf("the %s is written as %s", what, quoted(n.To))
	},
	"unwritable": func(n cdtext.Note, what string) string {
		return fmt.Sprintf("the %s is left out; its letters cannot be written: %s", what, quoted(n.From))
	},
	"shortened": func(n cdtext.Note, what string) string {
		return fmt.Sprintf("the %s is shortened to %s", what, quoted(n.To))
	},
	"dropped": func(n cdtext.Note, _ string) string {
		return fmt.Sprintf("no room for the %v of the tracks%s", n.Field, inLanguage(n))
	},
	"left-out": func(n cdtext.Note, _ string) string {
		return fmt.Sprintf("the text%s is left out; its letters cannot be written in the character code of the file", inLanguage(n))
	},
	"no-size": func(n cdtext.Note, _ string) string {
		return fmt.Sprintf("the file has no size information for the text%s, and many players will not show it", inLanguage(n))
	},
	"incomplete": func(n cdtext.Note, what string) string {
		return fmt.Sprintf("the %s is incomplete in the file: %s", what, quoted(n.To))
	},
	"undecodable": func(n cdtext.Note, what string) string {
		return fmt.Sprintf("the %s has characters that players cannot show; they will read %s", what, quoted(n.To))
	},
	"unknown-pack": func(n cdtext.Note, _ string) string {
		return fmt.Sprintf("pack %d of the file has no known meaning; it is written as it is", n.Pack)
	},
	"zero-crc": func(n cdtext.Note, _ string) string {
		return fmt.Sprintf("pack %d of the file has no checksum; one is added", n.Pack)
	},
	"bad-crc": func(n cdtext.Note, _ string) string {
		return fmt.Sprintf("pack %d of the file is damaged and left out", n.Pack)
	},
}

// textNote describes how one text on the disc differs from what was given.
func textNote(n cdtext.Note) string {
	what := n.Field + " of the album" + inLanguage(n)
	if n.Track > 0 {
		what = fmt.Sprintf("%v of track %d", n.Field, n.Track) + inLanguage(n)
	}
	return "CD-TEXT: " + textWords[n.Kind](n, what)
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
