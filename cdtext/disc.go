package cdtext

import (
	"errors"
	"fmt"
)

// Disc is the CD-TEXT of a disc.
type Disc struct {
	First  int     // number of the first track, 1..99; 0 means 1
	Blocks []Block // one for each language, 1..8; the first is the one that most players show
}

// Block is all text of a disc in one language.
type Block struct {
	Language  Language // Unknown is written as English; several blocks may have the same
	Charset   Charset  // of the texts; the zero value is Latin1
	Protected bool     // the text is copyrighted ("Text Data Copy Protection")

	Album  Text
	Tracks []Track // the first belongs to track Disc.First

	DiscID    string // the label's catalog number of the disc, ASCII
	Genre     Genre
	GenreText string // supplements Genre, such as "USA Rock music in the 60s"; ASCII
	Closed    string // a memorandum that players do not show; Latin-1
	UPC       string // bar code of the disc, usually 13 digits; toc.ParseMCN checks one
}

// Text is the text that an album and a track can have. An empty string means none.
type Text struct {
	Title      string
	Performer  string
	Songwriter string
	Composer   string
	Arranger   string
	Message    string
}

// Track is the text of one track.
//
// A field that one track has is written for all, empty where a track has no text. This
// is the standard form, but libcdio 2.1.0, which many programs use to read discs,
// miscounts consecutive empty texts and shows the following ones for other tracks.
// It also numbers the tracks of every disc from 1.
type Track struct {
	Text
	ISRC string // 12 characters without dashes; toc.ParseISRC checks one
}

// field is a kind of text. Its value is the type byte of the packs that hold it.
type field byte

// The fields.
const (
	fieldTitle      field = 0x80
	fieldPerformer  field = 0x81
	fieldSongwriter field = 0x82
	fieldComposer   field = 0x83
	fieldArranger   field = 0x84
	fieldMessage    field = 0x85
	fieldDiscID     field = 0x86
	fieldGenre      field = 0x87 // Block.Genre and Block.GenreText
	fieldClosed     field = 0x8D
	fieldCodes      field = 0x8E // Block.UPC and Track.ISRC
)

// Types of packs without text. Except for size they are not written.
const (
	tocField    field = 0x88 // table of contents
	secondField field = 0x89 // of unknown use
	size        field = 0x8F
)

var fieldNames = map[field]string{
	fieldTitle: "title", fieldPerformer: "performer", fieldSongwriter: "songwriter", fieldComposer: "composer",
	fieldArranger: "arranger", fieldMessage: "message", fieldDiscID: "disc ID", fieldGenre: "genre",
	fieldClosed: "closed information", fieldCodes: "UPC/EAN and ISRC", tocField: "table of contents",
	secondField: "second table of contents", size: "size information",
}

// String returns a name such as "performer".
func (f field) String() string {
	if name, ok := fieldNames[f]; ok {
		return name
	}
	return fmt.Sprintf("pack type %02Xh", byte(f))
}

// at returns a pointer to field f, which must be one of Title to Message.
func (t *Text) at(f field) *string {
	return [...]*string{&t.Title, &t.Performer, &t.Songwriter, &t.Composer, &t.Arranger, &t.Message}[f-fieldTitle]
}

// Errors, for errors.Is.
var (
	ErrNoText  = errors.New("no CD-TEXT")          // a Disc without text, a file without packs
	ErrTooLong = errors.New("CD-TEXT is too long") // more packs than a disc can have
	ErrInvalid = errors.New("invalid CD-TEXT")
)

// sizeError reports a block whose titles and performers alone need more packs than a
// block can have. It matches ErrTooLong.
type sizeError struct {
	Block       int // index in Disc.Blocks
	Language    Language
	Charset     Charset
	Packs, Most int // packs of text that it needs, and that a block can have (253)
}

// Error returns the figures.
func (e *sizeError) Error() string {
	double := ""
	if e.Charset == MSJIS {
		double = " (MS-JIS, two bytes for each letter)"
	}
	return fmt.Sprintf("%v: the titles and performers in %v%s need %d packs, and a language can have %d",
		ErrTooLong, e.Language, double, e.Packs, e.Most)
}

// Unwrap makes the error match ErrTooLong.
func (e *sizeError) Unwrap() error { return ErrTooLong }
