package main

import (
	"fmt"

	"github.com/redbook-audio/redbook/album"
)

// albumWords has the text for each kind of note about an album.
var albumWords = map[album.NoteKind]func(n album.Note) string{
	"file":      func(n album.Note) string { return n.Reason },
	"isrc":      func(n album.Note) string { return "its ISRC is left out: " + n.Reason },
	"no-length": albumFixed("its header states no length, so nothing shows whether the file is complete"),
	"other-name": func(n album.Note) string {
		return fmt.Sprintf("%s does not exist; %s is used", quoted(n.Name), quoted(n.Used))
	},
	"order-tags":  albumFixed("the files are in the order of the track numbers in their tags, not of their names"),
	"order-names": albumFixed("the files are in the order of their names: not all have a track number of their own in their tags"),

	"encoding":   func(n album.Note) string { return "the text is not UTF-8; it was read as " + n.Name },
	"sheet-line": func(n album.Note) string { return n.Reason },
	"sheet-leaves": func(n album.Note) string {
		if n.N > 1 {
			return quoted(n.Name) + " is not in any of the cue sheets and is left out"
		}
		return quoted(n.Name) + " is not in the cue sheet and is left out"
	},
	"sheets": func(n album.Note) string {
		return fmt.Sprintf("the tracks of %d cue sheets follow one another, in the order of the sheets' names; to burn fewer, name the sheets", n.N)
	},
	"sheet-cuts": func(n album.Note) string {
		return fmt.Sprintf("the cue sheet next to it, %s, splits it into %d tracks", quoted(n.Name), n.N)
	},
	"sheet-named": func(n album.Note) string {
		return fmt.Sprintf("it is burned as the cue sheet %s describes, which is also named", quoted(n.Name))
	},
	"four-channel": func(n album.Note) string {
		return fmt.Sprintf("track %d is marked as four-channel audio, which no player supports: the mark is left out", n.N)
	},
	"pregap-left": func(n album.Note) string {
		return fmt.Sprintf("the %d sectors (%s) before track 1 are left out: the disc has its own pause of two seconds there", n.Length, n.Length.Position())
	},
	"hidden-left": func(n album.Note) string {
		return fmt.Sprintf("the audio hidden before track 1 (%v) is left out", n.Length)
	},
	"cd-text-file": func(n album.Note) string {
		return fmt.Sprintf("the CD-TEXT in %s is left out; --cd-text records it", quoted(n.Name))
	},

	"sheet-unused":  func(n album.Note) string { return sheetText(n) + n.Reason },
	"sheet-foreign": func(n album.Note) string { return sheetText(n) + "it describes other files" },
	"sheet-many": func(n album.Note) string {
		return fmt.Sprintf("%sit names %d files, such as %s", sheetText(n), n.N, quoted(n.Used))
	},
	"sheet-variant": func(n album.Note) string {
		return fmt.Sprintf("%s%s is used, for the same album; to choose it, name it instead of the folder", sheetText(n), quoted(n.Used))
	},
	"sheet-missing": func(n album.Note) string { return sheetText(n) + "not all of its files exist" },

	"joins": albumFixed("track-at-once puts two seconds of silence in front of every track: " +
		"music that continues from one track to the next is interrupted there"),
	"hidden": func(n album.Note) string {
		return fmt.Sprintf("%v of audio is hidden before track 1: track-at-once can't hide it, so track 1 begins with it", n.Length)
	},
	"gaps-kept": func(n album.Note) string {
		return gapsText(n) + " recorded (INDEX 00): kept at the end of the track before, and the two seconds of the disc are added"
	},
	"gaps-left": func(n album.Note) string {
		return gapsText(n) + " recorded (INDEX 00): left out, the two seconds of the disc take their place"
	},
	"silences": func(n album.Note) string {
		what := fmt.Sprintf("%d silences of other lengths than two seconds are", n.N)
		if n.N == 1 {
			what = "1 silence of another length than two seconds is"
		}
		return what + " asked for (PREGAP, POSTGAP): the disc has two seconds there, and what is longer is added as silence"
	},
	"indexes": func(n album.Note) string {
		return fmt.Sprintf("track-at-once can't write index marks: those of track %s are left out, the music is complete", n.Tracks)
	},
}

// albumFixed is a text without figures.
func albumFixed(text string) func(album.Note) string {
	return func(album.Note) string { return text }
}

// sheetText begins the text about a cue sheet that isn't used.
func sheetText(n album.Note) string {
	if n.Name == "" {
		return "the cue sheet inside is not used: "
	}
	return "the cue sheet " + quoted(n.Name) + " is not used: "
}

// gapsText counts recorded pauses.
func gapsText(n album.Note) string {
	if n.N == 1 {
		return "1 pause between tracks is"
	}
	return fmt.Sprintf("%d pauses between tracks are", n.N)
}

// albumNoteText is the text of a note, without its file.
func albumNoteText(n album.Note) string {
	if words, ok := albumWords[n.Kind]; ok {
		return words(n)
	}
	return n.String()
}

// remark is a note for the user and for --json.
type remark struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Kind string `json:"kind,omitempty"` // of album.Note
	Text string `json:"text"`

	trackAtOnce bool // it is about a limit of track-at-once
}

// String gives "file: line N: text".
func (r remark) String() string {
	file := ""
	if name := baseName(r.File); r.File != "" && name != "." { // else it is about the album
		file = name + ": "
	}
	if r.Line > 0 {
		file += fmt.Sprintf("line %d: ", r.Line)
	}
	return oneLine(file + r.Text)
}
