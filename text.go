package redbook

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/cue"
	"github.com/redbook-audio/redbook/internal/image"
)

// TextError reports CD-TEXT that can't be made from an album or a file. It matches
// burn.ErrBadInput, and its cause: cdtext.ErrInvalid, cdtext.ErrTooLong, cdtext.ErrNoText or
// the error of the file.
type TextError struct {
	File     string // Options.CDTextFile or Album.CDTextFile; "" for the titles of the album
	CueSheet bool   // the cue sheet names File
	Err      error  // names the file
}

// Error returns "CD-TEXT: reason".
func (e *TextError) Error() string { return "CD-TEXT: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *TextError) Unwrap() error { return e.Err }

// maxTextFile exceeds all CD-TEXT: 8 blocks of 256 packs, or a text file in Sony's
// format.
const maxTextFile = 1 << 20

// text returns the requested CD-TEXT, if any. A file that the cue sheet names has more
// than its titles: other languages, for example.
func (j *job) text() (err error) {
	name, sheet := j.opts.CDTextFile, false
	if name == "" && j.opts.CDText {
		name, sheet = j.a.CDTextFile, true
	}
	switch {
	case name != "":
		if info, err := os.Stat(name); sheet && err == nil && !info.Mode().IsRegular() {
			return &TextError{File: name, CueSheet: true, Err: categorized(fmt.Errorf("%s is not a file", name), burn.ErrBadInput)}
		}
		j.packs, j.plan.TextNotes, err = readText(name)
		if err == nil {
			j.textFile = name
			err = fitsText(name, j.packs, len(j.a.Tracks))
		}
		if err != nil {
			return &TextError{File: name, CueSheet: sheet, Err: categorized(err, burn.ErrBadInput)}
		}
	case j.opts.CDText:
		if !named(j.a) {
			return ErrNoTitles
		}
		if j.packs, j.plan.TextNotes, err = packsOf(j.a); err != nil {
			return &TextError{Err: categorized(err, burn.ErrBadInput)}
		}
	}
	return nil
}

// packsOf makes CD-TEXT of the titles of an album.
func packsOf(a *Album) ([]byte, []cdtext.Note, error) {
	packs, notes, err := cdtext.Encode(titles(a, cdtext.Latin1))
	if inJapanese(a, lost(notes)) {
		p, n, errJIS := cdtext.Encode(titles(a, cdtext.MSJIS))
		switch {
		case lost(n) >= lost(notes):
		case errors.Is(errJIS, cdtext.ErrTooLong):
			return nil, nil, errJIS // without most titles it would only seem to fit
		case errJIS == nil:
			return p, n, nil
		}
	}
	return packs, notes, err
}

// named reports whether tags or a sheet contain a title or a performer. File names alone
// aren't titles, but they fill gaps among titles.
func named(a *Album) bool {
	none := cdtext.Text{}
	named := image.TextOf(a.Title, a.Performer, cue.CDText(a.Text)) != none
	for i := range a.Tracks {
		t := &a.Tracks[i]
		named = named || t.Title != "" && t.Title != t.FileTitle || image.TextOf("", t.Performer, cue.CDText(t.Text)) != none
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

// lost counts the texts that the character code can't represent.
func lost(notes []cdtext.Note) (n int) {
	for _, note := range notes {
		if note.Kind == "unwritable" {
			n++
		}
	}
	return n
}

// titles returns the texts of the album and its tracks.
func titles(a *Album, charset cdtext.Charset) cdtext.Disc {
	b := cdtext.Block{Language: cdtext.English, Charset: charset, Album: image.TextOf(a.Title, a.Performer, cue.CDText(a.Text)), UPC: string(a.MCN)}
	if charset == cdtext.MSJIS {
		b.Language = cdtext.Japanese
	}
	for i := range a.Tracks {
		t := &a.Tracks[i]
		b.Tracks = append(b.Tracks, cdtext.Track{ISRC: string(t.ISRC), Text: image.TextOf(t.Title, t.Performer, cue.CDText(t.Text))})
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
	parse := readPacks
	if isSheet(data) {
		parse = readSheet
	}
	packs, notes, err := parse(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return packs, notes, nil
}

// isSheet reports whether a file is text rather than packs. The first byte of a pack is
// 80h to 8Fh.
func isSheet(data []byte) bool {
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) { // UTF-16
		return true
	}
	return bytes.ContainsRune(data, '=') && bytes.IndexByte(data, 0) < 0
}

// readPacks takes packs out of a file. They are recorded as they are; the notes are what
// a player can't read of them.
func readPacks(data []byte) ([]byte, []cdtext.Note, error) {
	packs, _, err := cdtext.ParseFile(data)
	if err != nil {
		return nil, nil, err
	}
	disc, notes := cdtext.Decode(packs)
	if len(disc.Blocks) == 0 {
		return nil, nil, cdtext.ErrNoText
	}
	return packs, notes, nil
}

// readSheet makes packs of a text file in Sony's format.
func readSheet(data []byte) ([]byte, []cdtext.Note, error) {
	disc, err := cdtext.ParseSheet(data)
	if err != nil {
		return nil, nil, err
	}
	packs, notes, err := cdtext.Encode(disc)
	if err != nil {
		return nil, nil, err
	}
	return packs, notes, nil
}

// fitsText rejects the text of another disc.
func fitsText(name string, packs []byte, tracks int) error {
	disc, _ := cdtext.Decode(packs)
	last := 0
	for _, b := range disc.Blocks {
		last = max(last, disc.First+len(b.Tracks)-1)
	}
	if last > tracks {
		noun := "tracks"
		if tracks == 1 {
			noun = "track"
		}
		return fmt.Errorf("%s has text for track %d, and the album has %d %s", name, last, tracks, noun)
	}
	return nil
}
