package cdtext

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"github.com/redbook-audio/redbook/toc"
)

// maxSheet is the longest text file that is read, in bytes. Eight blocks of 3,036
// bytes fit many times.
const maxSheet = 1 << 20

// sheetError reports an invalid line of a text file for ParseSheet. It matches
// ErrInvalid.
type sheetError struct {
	Line   int // from 1; 0 if it is about the whole file
	Reason string
}

// Error returns "line N: reason".
func (e *sheetError) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
}

// Unwrap makes the error match ErrInvalid.
func (e *sheetError) Unwrap() error { return ErrInvalid }

// ParseSheet reads a text file in Sony's format "Input Sheet Version 0.7T", which
// cdrskin calls v07t: lines such as
//
//	Album Title     = Joyful Nights
//	Track 01 Title  = Song of Joy
//
// A line "Input Sheet Version" or "Text Code" that comes a second time begins another
// block. Values may be numbers where libburn allows it (Text Code = 0x80), and keys may
// be pack types (Track 02 0x80). A file that is valid UTF-8, or UTF-16 with a byte order mark, is
// read as such; any other is read in its Text Code. An error names the line and matches
// ErrInvalid.
func ParseSheet(file []byte) (Disc, error) {
	if len(file) > maxSheet {
		return Disc{}, &sheetError{Reason: fmt.Sprintf("the file is longer than %d bytes", maxSheet)}
	}
	p := sheet{seen: map[string]bool{}}
	if utf16(file) {
		text, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(file)
		if err != nil {
			return Disc{}, &sheetError{Reason: "the file is not UTF-16"}
		}
		file = text
	}
	file = bytes.TrimPrefix(file, []byte("\xEF\xBB\xBF"))
	p.utf8 = utf8.Valid(file)
	for text := range bytes.Lines(file) {
		p.number++
		key, value, ok := strings.Cut(string(bytes.Trim(text, " \t\r\n")), "=")
		switch {
		case !ok && key == "":
		case !ok:
			return Disc{}, p.fail("%q has no =", short(key))
		default:
			if err := p.set(key, strings.TrimSpace(value)); err != nil {
				return Disc{}, err
			}
		}
	}
	return p.finish()
}

// utf16 reports whether a file begins with the byte order mark of UTF-16, in which
// editors on Windows save "Unicode".
func utf16(file []byte) bool {
	return bytes.HasPrefix(file, []byte("\xFF\xFE")) || bytes.HasPrefix(file, []byte("\xFE\xFF"))
}

// sheet is the state of parsing a text file.
type sheet struct {
	number      int
	utf8        bool
	blocks      []sheetBlock
	seen        map[string]bool // keys of the current block that may occur only once
	first, last int
}

// sheetBlock is a Block under construction. Its texts are kept as bytes until their
// character code is known, which may come after them.
type sheetBlock struct {
	Block
	texts  []sheetText
	tracks [toc.MaxTracks + 1]Track
}

type sheetText struct {
	line  int
	field field
	track int
	raw   string
}

func (p *sheet) fail(format string, args ...any) error {
	return &sheetError{Line: p.number, Reason: fmt.Sprintf(format, args...)}
}

// short shortens a quoted text for messages.
func short(s string) string {
	if r := []rune(strings.ToValidUTF8(s, "?")); len(r) > 30 {
		return string(r[:30]) + "..."
	}
	return strings.ToValidUTF8(s, "?")
}

// block returns the current block, which begins with its first line.
func (p *sheet) block() *sheetBlock {
	if len(p.blocks) == 0 {
		p.blocks = append(p.blocks, sheetBlock{})
	}
	return &p.blocks[len(p.blocks)-1]
}

// set handles one line.
func (p *sheet) set(key, value string) error {
	folded := strings.ToLower(strings.Join(strings.Fields(key), " "))
	if folded == "input sheet version" || folded == "text code" {
		if p.seen[folded] {
			if len(p.blocks) == maxBlocks {
				return p.fail("it has more than %d blocks", maxBlocks)
			}
			p.blocks = append(p.blocks, sheetBlock{})
			clear(p.seen)
		}
		p.seen[folded] = true
	}
	b := p.block()
	if folded == "remarks" || folded == "input sheet version" || strings.HasPrefix(folded, "disc information") || value == "" {
		return nil
	}
	if known, err := p.setting(b, folded, value); known {
		return err
	}
	field, track, err := p.place(folded)
	if err != nil {
		return err
	}
	b.texts = append(b.texts, sheetText{p.number, field, track, value})
	return nil
}

// sheetValues are examples of the values that are not text.
var sheetValues = map[string]string{
	"text code":                 "8859, ASCII or MS-JIS",
	"language code":             "English or 0x09",
	"genre code":                "Jazz or 0x0b",
	"text data copy protection": "ON or OFF",
	"first track number":        "1",
	"last track number":         "99",
}

// setting handles the lines whose value is not text.
func (p *sheet) setting(b *sheetBlock, key, value string) (known bool, err error) {
	ok := true
	switch key {
	case "text code":
		b.Charset, ok = parseCharset(value)
	case "language code":
		b.Language, ok = parseLanguage(value)
	case "genre code":
		b.Genre, ok = parseGenre(strings.Replace(value, " 0x", "", 1)) // "0x00 0x1b" is one number
	case "text data copy protection":
		var n uint16
		n, ok = hexCode(value, 2)
		b.Protected = n != 0 || strings.EqualFold(value, "ON")
		ok = ok || strings.EqualFold(value, "ON") || strings.EqualFold(value, "OFF")
	case "first track number":
		p.first, ok = trackNumber(value)
	case "last track number":
		p.last, ok = trackNumber(value)
	default:
		return false, nil
	}
	if !ok {
		return true, p.fail("%q is not a value of %q, such as %s", short(value), key, sheetValues[key])
	}
	return true, nil
}

func parseCharset(value string) (Charset, bool) {
	switch strings.ToUpper(strings.ReplaceAll(value, " ", "")) {
	case "8859", "8859-1", "ISO-8859-1", "ISO8859-1":
		return Latin1, true
	case "ASCII":
		return ASCII, true
	case "MS-JIS", "MSJIS", "0X80":
		return MSJIS, true
	}
	n, ok := hexCode(value, 2)
	return Charset(n), ok && (Charset(n) == Latin1 || Charset(n) == ASCII)
}

func trackNumber(text string) (int, bool) {
	n, err := strconv.ParseUint(text, 10, 8)
	return int(n), err == nil && n >= 1 && n <= toc.MaxTracks
}

// sheetKeys are the keys of text: that of the album, that after "Track NN", and the
// pack type, which libburn accepts in both places.
var sheetKeys = []struct {
	field        field
	album, track string
}{
	{fieldTitle, "Album Title", "Title"}, {fieldPerformer, "Artist Name", "Artist"}, {fieldSongwriter, "Songwriter", "Songwriter"},
	{fieldComposer, "Composer", "Composer"}, {fieldArranger, "Arranger", "Arranger"}, {fieldMessage, "Album Message", "Message"},
	{fieldDiscID, "Catalog Number", ""}, {fieldGenre, "Genre Information", ""}, {fieldClosed, "Closed Information", ""},
	{fieldCodes, "UPC / EAN", ""},
}

// place determines the field of a key of text.
func (p *sheet) place(key string) (f field, track int, err error) {
	if number, ok := strings.CutPrefix(key, "isrc "); ok {
		if n, ok := trackNumber(number); ok {
			return fieldCodes, n, nil
		}
		return 0, 0, p.fail("%q is not a track", short(number))
	}
	rest, isTrack := strings.CutPrefix(key, "track ")
	if isTrack {
		number, name, _ := strings.Cut(rest, " ")
		n, ok := trackNumber(number)
		if !ok {
			return 0, 0, p.fail("%q is not a track", short(number))
		}
		key, track = name, n
	}
	for _, k := range sheetKeys {
		name := k.album
		if isTrack {
			name = k.track
		}
		code := fmt.Sprintf("0x%02x", byte(k.field))
		forTrack := !isTrack || k.field <= fieldMessage || k.field == fieldCodes
		if key == strings.ToLower(name) && name != "" || key == code && forTrack && k.field != fieldGenre {
			return k.field, track, nil
		}
	}
	return 0, 0, p.fail("%q is not a field of an input sheet", short(key))
}

// finish decodes the texts and assembles the blocks.
func (p *sheet) finish() (Disc, error) {
	if len(p.blocks) == 0 {
		return Disc{}, &sheetError{Reason: "the file is empty"}
	}
	first, last := max(p.first, 1), p.last
	for i := range p.blocks {
		for _, t := range p.blocks[i].texts {
			if t.track > 0 && (t.track < first || (p.last > 0 && t.track > p.last)) {
				return Disc{}, &sheetError{t.line, fmt.Sprintf("track %d is not one of those that the file announces", t.track)}
			}
			last = max(last, t.track)
			if err := p.blocks[i].text(t, p.utf8); err != nil {
				return Disc{}, err
			}
		}
	}
	if last < first {
		return Disc{}, &sheetError{Reason: "the file names no tracks"}
	}
	d := Disc{First: first}
	for i := range p.blocks {
		b := &p.blocks[i]
		b.Tracks = slices.Clone(b.tracks[first : last+1])
		d.Blocks = append(d.Blocks, b.Block)
	}
	return d, nil
}

// text decodes a text and stores it in its field.
func (b *sheetBlock) text(t sheetText, isUTF8 bool) error {
	text := t.raw
	if !isUTF8 {
		var e encoding.Encoding = charmap.Windows1252
		if b.Charset == MSJIS && t.field <= fieldMessage {
			e = japanese.ShiftJIS
		}
		var err error
		if text, err = e.NewDecoder().String(t.raw); err != nil || strings.ContainsRune(text, utf8.RuneError) {
			return &sheetError{t.line, fmt.Sprintf("the text is not %v", b.Charset)}
		}
	}
	*b.at(t.field, t.track) = text
	return nil
}

// at returns a pointer to the field of a text.
func (b *sheetBlock) at(f field, track int) *string {
	switch {
	case f <= fieldMessage && track == 0:
		return b.Album.at(f)
	case f <= fieldMessage:
		return b.tracks[track].at(f)
	case f == fieldDiscID:
		return &b.DiscID
	case f == fieldGenre:
		return &b.GenreText
	case f == fieldClosed:
		return &b.Closed
	case track == 0:
		return &b.UPC
	}
	return &b.tracks[track].ISRC
}
