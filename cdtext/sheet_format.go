package cdtext

import (
	"bytes"
	"fmt"
)

// FormatSheet returns a text file in Sony's format, which ParseSheet and cdrskin's
// input_sheet_v07t= read: one input sheet for each block, each in its own character
// code. Texts, notes and errors are those of Encode, except that a file has no limit of
// length.
func FormatSheet(d Disc) (file []byte, notes []Note, err error) {
	first, tracks, err := d.check()
	if err != nil {
		return nil, nil, err
	}
	var out bytes.Buffer
	for i := range d.Blocks {
		b := &d.Blocks[i]
		lines, more := d.lines(i, first, tracks)
		notes = append(notes, more...)
		if len(lines) == 0 {
			continue
		}
		w := sheetWriter{&out, first}
		w.settings(b, tracks)
		for _, l := range lines {
			w.text(l, 0)
		}
		for track := 1; track <= tracks; track++ {
			for _, l := range lines {
				w.text(l, track)
			}
		}
	}
	notes = inLanguages(notes, d.Blocks)
	if out.Len() == 0 {
		return nil, notes, ErrNoText
	}
	return out.Bytes(), notes, nil
}

type sheetWriter struct {
	*bytes.Buffer
	first int
}

func (w sheetWriter) line(key string, value []byte) {
	fmt.Fprintf(w, "%-25s = %s\r\n", key, value)
}

// settings writes the lines whose value is not text.
func (w sheetWriter) settings(b *Block, tracks int) {
	code := map[Charset]string{Latin1: "8859", ASCII: "ASCII", MSJIS: "MS-JIS"}[b.Charset]
	language, protection := b.Language, "OFF"
	if language == Unknown {
		language = English
	}
	if b.Protected {
		protection = "ON"
	}
	w.line("Input Sheet Version", []byte("0.7T"))
	w.line("Text Code", []byte(code))
	w.line("Language Code", []byte(language.String()))
	w.line("First Track Number", fmt.Append(nil, w.first))
	w.line("Last Track Number", fmt.Append(nil, w.first+tracks-1))
	w.line("Text Data Copy Protection", []byte(protection))
	if b.Genre != 0 || b.GenreText != "" { // libburn takes the text only with a code
		w.line("Genre Code", []byte(b.Genre.String()))
	}
}

// text writes the text of the album (0) or of a track, counted from 1, if it has any.
func (w sheetWriter) text(l line, i int) {
	if i >= len(l.texts) || len(l.texts[i]) == 0 {
		return
	}
	for _, k := range sheetKeys {
		switch {
		case k.field != l.field:
		case i == 0:
			w.line(k.album, l.texts[i])
		case l.field == fieldCodes:
			w.line(fmt.Sprintf("ISRC %02d", number(i, w.first)), l.texts[i])
		default:
			w.line(fmt.Sprintf("Track %02d %s", number(i, w.first), k.track), l.texts[i])
		}
	}
}
