package album

import (
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook/toc"
)

// NoteKind is the subject of a [Note]: one of the words below. They are stable, so that
// programs can choose their wording by them.
//
// Deviations from files, sheets and playlists (Note.File):
//
//   - "file": an audio file is unusual: Reason.
//   - "isrc": the ISRC of a file is invalid and left out: Reason.
//   - "no-length": a stream states no length, so it can't be checked for completeness.
//   - "other-name": Line of a sheet or playlist names Name, which doesn't exist; Used is used instead.
//   - "order-tags": a folder is sorted by track numbers in tags, which differs from the order of names.
//   - "order-names": a folder is sorted by name: the track numbers in the tags are incomplete or not unique.
//   - "encoding": a sheet isn't UTF-8; it was read as Name.
//   - "sheet-line": Line of a sheet was changed or ignored: Reason.
//   - "sheet-leaves": the audio file Name, in the folder of a sheet or of N sheets, is not used.
//   - "sheets": the N sheets of a folder are burned in the order of their names.
//   - "sheet-cuts": the sheet Name next to File cuts it into N tracks.
//   - "sheet-named": File is burned as part of the sheet Name, which was also given.
//   - "four-channel": track N is marked as four-channel audio; the mark is left out.
//   - "pregap-left": Length before track 1 is left out: the disc has a pause of two seconds there.
//   - "hidden-left": hidden audio of Length before track 1 is left out.
//   - "cd-text-file": the sheet names the file Name for the CD-TEXT.
//
// Cue sheets that are not used. Name is the sheet; "" is the one inside File:
//
//   - "sheet-unused": it can't be read or doesn't match: Reason.
//   - "sheet-foreign": it covers other files.
//   - "sheet-many": it covers N files, such as Used.
//   - "sheet-variant": it is for the same album as the sheet Used; File is the folder.
//   - "sheet-missing": some of its files are missing.
//
// Requests of a cue sheet that track-at-once can't fulfill ([Note.TrackAtOnce]). They don't
// apply to session-at-once:
//
//   - "joins": music that continues from track to track is interrupted.
//   - "hidden": track 1 begins with the hidden audio of Length before it.
//   - "gaps-kept": N recorded pauses stay at the end of the previous track.
//   - "gaps-left": N recorded pauses are left out.
//   - "silences": N silences are not two seconds long.
//   - "indexes": the index marks of the tracks in Tracks are left out.
type NoteKind string

const (
	noteFile        NoteKind = "file"
	noteISRC        NoteKind = "isrc"
	noteNoLength    NoteKind = "no-length"
	noteOtherName   NoteKind = "other-name"
	noteOrderTags   NoteKind = "order-tags"
	noteOrderNames  NoteKind = "order-names"
	noteEncoding    NoteKind = "encoding"
	noteSheetLine   NoteKind = "sheet-line"
	noteSheetLeaves NoteKind = "sheet-leaves"
	noteSheets      NoteKind = "sheets"
	noteSheetCuts   NoteKind = "sheet-cuts"
	noteSheetNamed  NoteKind = "sheet-named"
	noteFourChannel NoteKind = "four-channel"
	notePregapLeft  NoteKind = "pregap-left"
	noteHiddenLeft  NoteKind = "hidden-left"
	noteCDTextFile  NoteKind = "cd-text-file"

	noteSheetUnused  NoteKind = "sheet-unused"
	noteSheetForeign NoteKind = "sheet-foreign"
	noteSheetMany    NoteKind = "sheet-many"
	noteSheetVariant NoteKind = "sheet-variant"
	noteSheetMissing NoteKind = "sheet-missing"

	noteJoins    NoteKind = "joins"
	noteHidden   NoteKind = "hidden"
	noteGapsKept NoteKind = "gaps-kept"
	noteGapsLeft NoteKind = "gaps-left"
	noteSilences NoteKind = "silences"
	noteIndexes  NoteKind = "indexes"
)

// Note is a fact about an album that the user should know. Notes are comparable with ==.
type Note struct {
	Kind   NoteKind
	File   string // the file, sheet or folder concerned; "" for the disc
	Line   int    // of a sheet or playlist; 0 if none
	Name   string // of another file, or of an encoding
	Used   string // the name of the file or sheet that is used
	N      int    // the number in the description of Kind
	Length toc.Sectors
	Tracks string // numbers, such as "1, 3"
	Reason string // reason given by the decoder or parser
}

// TrackAtOnce reports whether the note is about a limit of track-at-once.
func (n Note) TrackAtOnce() bool {
	switch n.Kind {
	case noteJoins, noteHidden, noteGapsKept, noteGapsLeft, noteSilences, noteIndexes:
		return true
	}
	return false
}

// String returns "file: line N: kind" with the figures, for logs.
func (n Note) String() string {
	var b strings.Builder
	if n.File != "" {
		fmt.Fprintf(&b, "%s: ", n.File)
	}
	if n.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", n.Line)
	}
	fmt.Fprintf(&b, "%s", n.Kind)
	for _, name := range []string{n.Name, n.Used} {
		if name != "" {
			fmt.Fprintf(&b, " %q", name)
		}
	}
	if n.N > 0 {
		fmt.Fprintf(&b, " %d", n.N)
	}
	if n.Length > 0 {
		fmt.Fprintf(&b, " %s", n.Length.Position())
	}
	if n.Tracks != "" {
		fmt.Fprintf(&b, " %s", n.Tracks)
	}
	if n.Reason != "" {
		fmt.Fprintf(&b, ": %s", n.Reason)
	}
	return b.String()
}
