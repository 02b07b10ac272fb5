package image

import (
	"fmt"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"

	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/cue"
)

// cdrdao's names for the character codes of a block, since its version 1.2.5. Without one a
// block is in ISO 8859-1.
var tocEncodings = map[string]cdtext.Charset{
	"ENCODING_ISO_8859_1": cdtext.Latin1, "ENCODING_ASCII": cdtext.ASCII, "ENCODING_MS_JIS": cdtext.MSJIS,
}

// codeOf returns the character code of a block: Latin-1 with the quotation marks of Windows
// in its gap, as package cdtext reads it.
func codeOf(c cdtext.Charset) encoding.Encoding {
	if c == cdtext.MSJIS {
		return japanese.ShiftJIS
	}
	return charmap.Windows1252
}

// textBlocks returns the CD-TEXT of a disc: one block for each language, and the number of
// the first track in them. Without packs it is made of the titles; nil without any.
func textBlocks(d *Disc, list []place) (blocks []cdtext.Block, first int) {
	if text, _ := cdtext.Decode(d.Packs); len(text.Blocks) > 0 {
		return text.Blocks, max(text.First, 1)
	}
	if len(list) == 0 {
		return nil, 0
	}
	b := cdtext.Block{Language: cdtext.English, Album: TextOf(d.Title, d.Performer, d.Text)}
	any := b.Album != cdtext.Text{}
	for _, p := range list {
		t := TextOf(p.Title, p.Performer, p.Text)
		any = any || t != cdtext.Text{}
		b.Tracks = append(b.Tracks, cdtext.Track{Text: t})
	}
	if !any {
		return nil, 0
	}
	b.Charset = b.BestCharset()
	return []cdtext.Block{b}, list[0].Number
}

// TextOf puts the texts of an album or a track together; Rest is its inverse.
func TextOf(title, performer string, t cue.CDText) cdtext.Text {
	return cdtext.Text{
		Title: title, Performer: performer,
		Songwriter: t.Songwriter, Composer: t.Composer, Arranger: t.Arranger, Message: t.Message,
	}
}

// tocField is a text of cdrdao's CD_TEXT that a disc and its tracks have.
type tocField struct {
	word string
	of   func(t *cdtext.Text) *string
}

var tocFields = []tocField{
	{"TITLE", func(t *cdtext.Text) *string { return &t.Title }},
	{"PERFORMER", func(t *cdtext.Text) *string { return &t.Performer }},
	{"SONGWRITER", func(t *cdtext.Text) *string { return &t.Songwriter }},
	{"COMPOSER", func(t *cdtext.Text) *string { return &t.Composer }},
	{"ARRANGER", func(t *cdtext.Text) *string { return &t.Arranger }},
	{"MESSAGE", func(t *cdtext.Text) *string { return &t.Message }},
}

// tocText writes the blocks of one disc.
type tocText struct {
	w      *tocWriter
	blocks []cdtext.Block
	first  int          // track
	used   [][]tocField // of each block. Title and performer always are
	isrc   []bool       // of each block: it has ISRCs
}

// newTOCText finds out which texts the blocks use: cdrdao rejects a field that only some of
// the tracks, or only the disc, have.
func newTOCText(w *tocWriter, d *Disc, list []place) *tocText {
	t := &tocText{w: w}
	t.blocks, t.first = textBlocks(d, list)
	for i := range t.blocks {
		b := &t.blocks[i]
		used, isrc := tocFields[:2:2], b.DiscID != "" || b.UPC != ""
		for _, f := range tocFields[2:] {
			any := *f.of(&b.Album) != ""
			for n := range b.Tracks {
				any = any || *f.of(&b.Tracks[n].Text) != ""
			}
			if any {
				used = append(used, f)
			}
		}
		for _, track := range b.Tracks {
			isrc = isrc || track.ISRC != ""
		}
		t.used, t.isrc = append(t.used, used), append(t.isrc, isrc)
	}
	return t
}

// disc writes the texts of the disc.
func (t *tocText) disc() {
	if len(t.blocks) == 0 {
		return
	}
	t.w.line("CD_TEXT {\n  LANGUAGE_MAP {")
	for i, b := range t.blocks {
		language := fmt.Sprint(byte(b.Language))
		if b.Language == cdtext.English || b.Language == cdtext.Unknown {
			language = "EN"
		}
		t.w.line("    %d : %s", i, language)
	}
	t.w.line("  }")
	for i := range t.blocks {
		b := &t.blocks[i]
		t.w.line("  LANGUAGE %d {", i)
		if b.Charset == cdtext.MSJIS {
			t.w.line("    ENCODING_MS_JIS // needs cdrdao 1.2.5 or newer")
		}
		t.texts(i, &b.Album)
		if b.DiscID != "" {
			t.w.line("    DISC_ID %s", tocCoded(b.DiscID, cdtext.Latin1))
		}
		if b.Genre != 0 || b.GenreText != "" {
			t.w.line("    GENRE { %s }", tocGenre(b))
		}
		if b.UPC != "" {
			t.w.line("    UPC_EAN %s", tocCoded(b.UPC, cdtext.Latin1))
		}
		if t.isrc[i] && b.UPC == "" { // one kind of pack
			t.w.line("    ISRC \"\"")
		}
		if b.Closed != "" {
			t.w.line("    // left out, since cdrdao has no word for it: the closed information %s", tocCoded(b.Closed, cdtext.Latin1))
		}
		t.w.line("  }")
	}
	t.w.line("}")
}

// track writes the texts of a track.
func (t *tocText) track(number int) {
	if len(t.blocks) == 0 {
		return
	}
	t.w.line("CD_TEXT {")
	for i := range t.blocks {
		var track cdtext.Track
		if n := number - t.first; n >= 0 && n < len(t.blocks[i].Tracks) {
			track = t.blocks[i].Tracks[n]
		}
		t.w.line("  LANGUAGE %d {", i)
		t.texts(i, &track.Text)
		if t.isrc[i] {
			t.w.line("    ISRC %s", tocCoded(track.ISRC, cdtext.Latin1))
		}
		t.w.line("  }")
	}
	t.w.line("}")
}

func (t *tocText) texts(block int, text *cdtext.Text) {
	for _, f := range t.used[block] {
		t.w.line("    %s %s", f.word, tocCoded(*f.of(text), t.blocks[block].Charset))
	}
}

// tocGenre writes the code of a genre and its text as bytes.
func tocGenre(b *cdtext.Block) string {
	list := []byte{byte(b.Genre >> 8), byte(b.Genre)}
	list = append(append(list, b.GenreText...), 0)
	words := make([]string, len(list))
	for i, c := range list {
		words[i] = fmt.Sprint(c)
	}
	return strings.Join(words, ", ")
}

// tocCoded quotes a text. Letters outside ASCII become octal escapes of their bytes in the
// character code of the block, which all versions of cdrdao read; so do quotation marks and
// backslashes, since cdrdao takes \\123 for an escape too. Control characters, which no
// title has, become blanks.
func tocCoded(text string, c cdtext.Charset) string {
	coded, err := encoding.ReplaceUnsupported(codeOf(c).NewEncoder()).String(strings.ToValidUTF8(text, "?"))
	if err != nil {
		coded = ""
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, ch := range []byte(coded) {
		switch {
		case ch == encoding.ASCIISub:
			b.WriteByte('?')
		case ch < ' ' || ch == 0x7F:
			b.WriteByte(' ')
		case ch >= 0x80 || ch == '"' || ch == '\\':
			fmt.Fprintf(&b, "\\%03o", ch)
		default:
			b.WriteByte(ch)
		}
	}
	b.WriteByte('"')
	return b.String()
}
