package cdtext

// NoteKind classifies a Note.
type NoteKind int

// Notes of Encode and FormatSheet: how the text on the disc differs from the given
// text.
const (
	// Changed: From is written as To, because the character code lacks some of its
	// characters or because it held control characters or superfluous blanks.
	Changed NoteKind = iota + 1
	// Unwritable: From is left out, because the character code lacks its letters.
	Unwritable
	// Shortened: From is written as To, because common readers don't accept longer
	// text.
	Shortened
	// Dropped: Field is left out for the album and all tracks, because the block has
	// more text than packs can hold.
	Dropped
	// LeftOut: the block is left out, because its character code lacks the letters of all
	// its texts.
	LeftOut
)

// Notes of Decode and ParseFile: how packs differ from what Encode would write.
const (
	// ZeroCRC: the checksum of Pack is zero. Some drives return that for good packs,
	// so the pack is used.
	ZeroCRC NoteKind = iota + 16
	// BadCRC: the checksum of Pack is wrong, so the pack is left out.
	BadCRC
	// UnknownPack: Pack is of an unknown type, and is left out.
	UnknownPack
	// NoSize: the block has no size information. Character code and track numbers are
	// guessed from the packs, and the language is unknown.
	NoSize
	// Incomplete: From is the remainder of a text; the rest was in a lost pack.
	Incomplete
	// Undecodable: To is the text without the bytes that its character code lacks.
	Undecodable
)

// Note is one difference between the given and the resulting text.
type Note struct {
	Kind     NoteKind
	Block    int    // index in Disc.Blocks; in notes about packs, the block named by the pack
	Track    int    // 0 for the album
	Field    string // such as "title" or "disc ID"; "pack type 8Ah" for an unknown one
	Pack     int    // number of the pack, from 0, in notes about packs
	From, To string
}
