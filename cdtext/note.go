package cdtext

// NoteKind is the subject of a [Note]: one of the words below.
//
// Notes of Encode and FormatSheet, about how the text on the disc differs from the given
// text:
//
//   - "changed": From is written as To, because the character code lacks some of its
//     characters or because it held control characters or superfluous blanks.
//   - "unwritable": From is left out, because the character code lacks its letters.
//   - "shortened": From is written as To, because common readers don't accept longer text.
//   - "dropped": Field is left out for the album and all tracks, because the block has more
//     text than packs can hold.
//   - "left-out": the block is left out, because its character code lacks the letters of all
//     its texts.
//
// Notes of Decode, Mend and ParseFile, about how packs differ from what Encode would write:
//
//   - "zero-crc": the checksum of Pack is zero. Some drives return that for good packs, so
//     the pack is used.
//   - "bad-crc": the checksum of Pack is wrong, so the pack is left out.
//   - "unknown-pack": Pack is of an unknown type, and is left out.
//   - "no-size": the block has no size information. Character code and track numbers are
//     guessed from the packs, and the language is unknown.
//   - "incomplete": From is the remainder of a text; the rest was in a lost pack.
//   - "undecodable": To is the text without the bytes that its character code lacks.
type NoteKind string

const (
	noteChanged    NoteKind = "changed"
	noteUnwritable NoteKind = "unwritable"
	noteShortened  NoteKind = "shortened"
	noteDropped    NoteKind = "dropped"
	noteLeftOut    NoteKind = "left-out"

	noteZeroCRC     NoteKind = "zero-crc"
	noteBadCRC      NoteKind = "bad-crc"
	noteUnknownPack NoteKind = "unknown-pack"
	noteNoSize      NoteKind = "no-size"
	noteIncomplete  NoteKind = "incomplete"
	noteUndecodable NoteKind = "undecodable"
)

// Note is one difference between the given and the resulting text.
type Note struct {
	Kind     NoteKind
	Block    int      // index in Disc.Blocks; in notes about a Pack, the block that it names
	Language Language // of the block if there are several; else, and in notes about a Pack, Unknown
	Track    int      // its number on the disc; 0 for the album
	// Field is "title", "performer", "songwriter", "composer", "arranger", "message",
	// "disc ID", "genre", "closed information" or "UPC/EAN and ISRC"; in notes about a Pack
	// also "table of contents", "second table of contents", "size information" or the number
	// of an unknown type, such as "pack type 8Ah".
	Field    string
	Pack     int    // index of the pack, from 0
	From, To string // the given text, and the resulting one
}

// inLanguages adds the languages to notes if there are several blocks.
func inLanguages(notes []Note, blocks []Block) []Note {
	for i := range notes {
		if n := &notes[i]; len(blocks) > 1 && n.Block < len(blocks) {
			n.Language = blocks[n.Block].Language
		}
	}
	return notes
}
