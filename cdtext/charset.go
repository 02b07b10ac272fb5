package cdtext

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Charset is the character code of a block's titles, names and messages. The other
// fields are always ASCII, or Latin-1.
type Charset byte

// The character codes. Those for Korean and Chinese were never settled: sources
// contradict each other about their numbers.
const (
	Latin1 Charset = 0x00 // ISO 8859-1
	ASCII  Charset = 0x01 // a subset of Latin1; libcdio reads all blocks by the code of the last one
	MSJIS  Charset = 0x80 // Shift-JIS, two bytes for each character
)

// String returns "ISO 8859-1", "ASCII", "MS-JIS", or the number of another code.
func (c Charset) String() string {
	switch c {
	case Latin1:
		return "ISO 8859-1"
	case ASCII:
		return "ASCII"
	case MSJIS:
		return "MS-JIS"
	}
	return fmt.Sprintf("character code %02Xh", byte(c))
}

// most is the highest character of a code of single bytes.
func (c Charset) most() rune {
	if c == ASCII {
		return 0x7E
	}
	return 0xFF
}

// encoded is a text in a character code.
type encoded struct {
	bytes []byte
	text  string // bytes, decoded
	kind  NoteKind
}

// encode converts a text. kind is changed, unwritable, shortened, or "" if the text is
// unchanged.
func (c Charset) encode(text string) encoded {
	if strings.TrimSpace(text) == "" {
		return encoded{}
	}
	var out encoded
	for _, r := range c.prepare(tidy(text)) {
		piece, ok := c.character(r)
		if !ok {
			// Without its hearts and stars a text is still the same text. Without a
			// letter it is a different one.
			if unicode.In(r, unicode.L, unicode.N, unicode.Co) || r == utf8.RuneError {
				return encoded{kind: noteUnwritable}
			}
			continue
		}
		out.text += piece
	}
	out.text = c.prepare(tidy(out.text)) // the removed character may have stood between blanks
	out.bytes = c.bytes(out.text)
	for len(out.bytes) > maxField {
		_, last := utf8.DecodeLastRuneInString(out.text)
		out.text = strings.TrimSpace(out.text[:len(out.text)-last])
		out.bytes, out.kind = c.bytes(out.text), noteShortened
	}
	switch {
	case out.text == "":
		return encoded{kind: noteUnwritable}
	case out.kind == "" && out.text != c.prepare(text):
		out.kind = noteChanged
	}
	return out
}

// tidy composes accents, and drops what no player shows: control characters, marks
// of direction, superfluous blanks. A TAB would mean "as the track before".
func tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Variation_Selector):
			return -1
		}
		return r
	}, norm.NFC.String(text))
	return strings.Join(strings.Fields(text), " ")
}

// prepare makes all characters of a Japanese text as wide as two bytes.
func (c Charset) prepare(text string) string {
	if c != MSJIS {
		return text
	}
	var out, narrow strings.Builder
	flush := func() {
		// NFKC composes the kana with their voicing marks; width.Widen alone does
		// not.
		out.WriteString(norm.NFKC.String(narrow.String()))
		narrow.Reset()
	}
	for _, r := range text {
		if r >= 0xFF61 && r <= 0xFF9F {
			narrow.WriteRune(r)
			continue
		}
		flush()
		if r == ' ' {
			r = 0x3000
		}
		out.WriteRune(r)
	}
	flush()
	return width.Widen.String(out.String())
}

// character returns r as this character code can write it.
func (c Charset) character(r rune) (string, bool) {
	if c.has(r) {
		return string(r), true
	}
	if r == 0x3000 { // the ideographic space
		return " ", true
	}
	if s, ok := substitutes[r]; ok {
		return c.all(s)
	}
	// The letter without its accents, or what a ligature or a wide letter consists of.
	if s := norm.NFKD.String(string(r)); s != string(r) {
		return c.all(strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, s))
	}
	return "", false
}

// all spells s with characters of the code, without taking any of them apart again:
// width.Widen and NFKD can undo each other.
func (c Charset) all(s string) (string, bool) {
	var out strings.Builder
	for _, r := range c.prepare(s) {
		piece := string(r)
		if s, ok := substitutes[r]; ok && !c.has(r) {
			piece = c.prepare(s)
		}
		for _, r := range piece {
			if !c.has(r) {
				return "", false
			}
		}
		out.WriteString(piece)
	}
	return out.String(), true
}

// has reports whether r is a printable character of the code. tidy has removed the
// control characters.
func (c Charset) has(r rune) bool {
	if c == MSJIS {
		return len(c.bytes(string(r))) == 2
	}
	return r <= c.most()
}

// bytes encodes characters that the code has.
func (c Charset) bytes(text string) []byte {
	var e encoding.Encoding = charmap.ISO8859_1
	if c == MSJIS {
		e = japanese.ShiftJIS
	}
	b, err := e.NewEncoder().Bytes([]byte(text))
	if err != nil {
		return nil
	}
	return b
}

// substitutes are spellings of characters that Latin-1 or ASCII lack and for which
// Unicode has no such decomposition. The last few are for Japanese texts: Shift-JIS
// has only similar characters.
var substitutes = map[rune]string{
	'‘': "'", '’': "'", '‚': "'", '‛': "'", '′': "'", 'ʼ': "'", 'ʻ': "'", '`': "'",
	'“': `"`, '”': `"`, '„': `"`, '‟': `"`, '″': `"`, '«': `"`, '»': `"`, '‹': "'", '›': "'",
	'‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '―': "-", '−': "-", '⁄': "/", '∕': "/", '×': "x", '·': ".",
	'…': "...", '•': "*", '€': "EUR", '©': "(C)", '®': "(R)", '℗': "(P)", '¡': "!", '¿': "?",
	'Ł': "L", 'ł': "l", 'Đ': "D", 'đ': "d", 'Ħ': "H", 'ħ': "h", 'ı': "i", 'Ŋ': "NG", 'ŋ': "ng", 'Œ': "OE", 'œ': "oe",
	'ẞ': "SS", 'ß': "ss", 'Æ': "AE", 'æ': "ae", 'Ø': "O", 'ø': "o", 'Þ': "Th", 'þ': "th", 'Ð': "D", 'ð': "d",
	'\u301C': "\uFF5E", '\u2016': "\u2225",
}

// decode converts bytes from a disc. kind is undecodable or "". Discs with UTF-8 exist,
// too; it is not recognized, because Latin-1 such as "Â²" can be valid UTF-8 by
// chance.
func (c Charset) decode(b []byte) (text string, kind NoteKind) {
	// Masters made on Windows have its quotation marks in the gap of Latin-1.
	var e encoding.Encoding = charmap.Windows1252
	if c == MSJIS {
		e = japanese.ShiftJIS
	}
	out, err := e.NewDecoder().Bytes(b)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		kind = noteUndecodable
	}
	return visible(string(out)), kind
}

// visible removes invisible characters, and blanks at the ends.
func visible(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return -1
		}
		return r
	}, text))
}

// BestCharset returns the character code for the block's texts: MSJIS if any of them is
// written with kana or kanji and fewer are left out than in Latin1, else Latin1. Players
// outside Japan rarely show MSJIS, so a program may want to ask.
func (b Block) BestCharset() Charset {
	japanese, latin, kanji := 0, 0, false
	count := func(t Text) {
		for f := fieldTitle; f <= fieldMessage; f++ {
			text := *t.at(f)
			if Latin1.encode(text).kind == noteUnwritable {
				latin++
			}
			if MSJIS.encode(text).kind == noteUnwritable {
				japanese++
			}
			kanji = kanji || strings.ContainsFunc(text, func(r rune) bool {
				return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han)
			})
		}
	}
	count(b.Album)
	for _, t := range b.Tracks {
		count(t.Text)
	}
	if kanji && japanese < latin {
		return MSJIS
	}
	return Latin1
}
