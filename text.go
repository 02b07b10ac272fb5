package redbook

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/redbook-audio/redbook/cdtext"
)

// TextError reports CD-TEXT that can't be made from an album or a file.
type TextError struct {
	File string // Options.CDTextFile; "" for the titles of the album
	Err  error  // names the file
}

func (e *TextError) Error() string { return "CD-TEXT: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *TextError) Unwrap() error { return e.Err }

// TextTracksError reports a CD-TEXT file with more tracks than the album.
type TextTracksError struct {
	File        string
	Tracks, Has int // of the file, of the album
}

func (e *TextTracksError) Error() string {
	return fmt.Sprintf("%s is for %d tracks, and the album has %d", e.File, e.Tracks, e.Has)
}

// maxTextFile exceeds all CD-TEXT: 8 blocks of 256 packs, or a text file in Sony's
// format.
const maxTextFile = 1 << 20

// text returns the requested CD-TEXT, if any.
func (j *job) text() (err error) {
	switch {
	case j.opts.CDTextFile != "":
		name := j.opts.CDTextFile
		j.packs, j.plan.TextLoss, err = readText(name)
		if err == nil {
			err = fitsText(name, j.packs, len(j.a.Tracks))
		}
		if err != nil {
			return &TextError{File: name, Err: err}
		}
	case j.opts.CDText:
		if !named(j.a) {
			return ErrNoTitles
		}
		j.packs, j.plan.TextLoss, err = packsOf(j.a)
		if err != nil {
			return &TextError{Err: err}
		}
	}
	return nil
}

// packsOf makes CD-TEXT of the titles of an album.
func packsOf(a *Album) ([]byte, []cdtext.Note, error) {
	packs, notes, err := cdtext.Encode(titles(a, cdtext.Latin1))
	if inJapanese(a, lost(notes)) {
		if p, n, err := cdtext.Encode(titles(a, cdtext.MSJIS)); err == nil && lost(n) < lost(notes) {
			packs, notes = p, n
		}
	}
	return packs, notes, err
}

// named reports whether tags or a sheet contain a title or a performer. File names alone
// aren't titles, but they fill gaps among titles.
func named(a *Album) bool {
	named := a.Title != "" || a.Performer != ""
	for i := range a.Tracks {
		t := &a.Tracks[i]
		named = named || t.Title != "" && !t.Unnamed || t.Performer != ""
	}
	return named
}

// inJapanese reports whether MS-JIS suits the text better. Players without MS-JIS show
// none of it correctly, so one foreign name among Western ones is not enough. MS-JIS also
// has Cyrillic and Greek letters, for an album that mostly uses them.
func inJapanese(a *Album, lost int) bool {
	all, japanese := 0, false
	texts := []string{a.Title, a.Performer}
	for i := range a.Tracks {
		texts = append(texts, a.Tracks[i].Title, a.Tracks[i].Performer)
	}
	for _, text := range texts {
		if text != "" {
			all++
		}
		japanese = japanese || strings.ContainsFunc(text, func(r rune) bool {
			return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
		})
	}
	return lost > 0 && (japanese || 2*lost > all)
}

// lost counts the texts that the character code can't hold.
func lost(notes []cdtext.Note) (n int) {
	for _, note := range notes {
		if note.Kind == cdtext.Unwritable {
			n++
		}
	}
	return n
}

// titles returns the titles of the album and its tracks.
func titles(a *Album, charset cdtext.Charset) cdtext.Disc {
	b := cdtext.Block{
		Language: cdtext.English, Charset: charset, Album: cdtext.Text{Title: a.Title, Performer: a.Performer}, UPC: string(a.MCN),
	}
	if charset == cdtext.MSJIS {
		b.Language = cdtext.Japanese
	}
	for i := range a.Tracks {
		t := &a.Tracks[i]
		b.Tracks = append(b.Tracks, cdtext.Track{ISRC: string(t.ISRC), Text: cdtext.Text{Title: t.Title, Performer: t.Performer}})
	}
	return cdtext.Disc{Blocks: []cdtext.Block{b}}
}

// readText reads CD-TEXT from a file: packs (.cdt), or a text file in Sony's format.
func readText(name string) ([]byte, []cdtext.Note, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxTextFile+1))
	if err == nil && len(data) > maxTextFile {
		err = fmt.Errorf("%s is too large for CD-TEXT", name)
	}
	if err != nil {
		return nil, nil, err
	}
	if !bytes.ContainsRune(data, '=') || bytes.IndexByte(data, 0) >= 0 {
		packs, _, err := cdtext.ParseFile(data)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		return packs, nil, nil
	}
	disc, err := cdtext.ParseSheet(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	packs, notes, err := cdtext.Encode(disc)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return packs, notes, nil
}

// fitsText rejects the text of another disc.
func fitsText(name string, packs []byte, tracks int) error {
	disc, _ := cdtext.Decode(packs)
	most := 0
	for _, b := range disc.Blocks {
		most = max(most, len(b.Tracks))
	}
	if most > tracks {
		return &TextTracksError{File: name, Tracks: most, Has: tracks}
	}
	return nil
}
