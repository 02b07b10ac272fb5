package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/cdtext"
)

// maxTextFile is more than any CD-TEXT has: 8 blocks of 256 packs, or a text file that is
// read as such.
const maxTextFile = 1 << 20

// text makes CD-TEXT of the titles of the album, or reads a file. What isn't written as it
// was given is noted, for a person to see before the disc is burned.
func (m *material) text(from string) ([]byte, error) {
	if from != textFromTags {
		return m.textOf(from)
	}
	if !m.named() {
		return nil, fail(exitBadInput, "Give the files tags, use a cue sheet, or name a text file: --cd-text=FILE.",
			"there are no titles or performers for CD-TEXT")
	}
	packs, notes, err := cdtext.Encode(m.titles(cdtext.Latin1))
	if m.inJapanese(lost(notes)) {
		if p, n, err := cdtext.Encode(m.titles(cdtext.MSJIS)); err == nil && lost(n) < lost(notes) {
			packs, notes = p, n
		}
	}
	if err != nil {
		return nil, fail(exitBadInput, "", "CD-TEXT: %w", err)
	}
	m.remarkText(notes)
	return packs, nil
}

// named reports whether tags or a sheet say a title or a performer. Names of files alone
// aren't titles; beside some they are better than nothing.
func (m *material) named() bool {
	named := m.title != "" || m.performer != ""
	for _, s := range m.songs {
		named = named || s.Title != "" && !s.unnamed || s.Performer != ""
	}
	return named
}

// inJapanese reports whether the text is better written in MS-JIS: players that don't know
// it show none of it rightly, so one foreign name among Western ones is no reason. It has
// Cyrillic and Greek letters too, for an album that is mostly in them.
func (m *material) inJapanese(lost int) bool {
	all, japanese := 0, false
	texts := []string{m.title, m.performer}
	for _, s := range m.songs {
		texts = append(texts, s.Title, s.Performer)
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

// titles is what the album is called, and its tracks.
func (m *material) titles(charset cdtext.Charset) cdtext.Disc {
	b := cdtext.Block{
		Language: cdtext.English, Charset: charset, Album: cdtext.Text{Title: m.title, Performer: m.performer}, UPC: string(m.mcn),
	}
	if charset == cdtext.MSJIS {
		b.Language = cdtext.Japanese
	}
	for _, s := range m.songs {
		t := cdtext.Track{ISRC: string(s.ISRC), Text: cdtext.Text{Title: s.Title, Performer: s.Performer}}
		b.Tracks = append(b.Tracks, t)
	}
	return cdtext.Disc{Blocks: []cdtext.Block{b}}
}

// textOf reads CD-TEXT from a file: packs (.cdt), or a text file of Sony's format.
func (m *material) textOf(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fail(exitBadInput, "", "--cd-text: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxTextFile+1))
	if err == nil && len(data) > maxTextFile {
		err = fmt.Errorf("%s is too large for CD-TEXT", name)
	}
	if err != nil {
		return nil, fail(exitBadInput, "", "--cd-text: %w", err)
	}
	if !bytes.ContainsRune(data, '=') || bytes.IndexByte(data, 0) >= 0 {
		packs, _, err := cdtext.ParseFile(data)
		if err != nil {
			return nil, fail(exitBadInput, "", "--cd-text: %s: %w", name, err)
		}
		return packs, m.fitsText(name, packs)
	}
	disc, err := cdtext.ParseSheet(data)
	if err != nil {
		return nil, fail(exitBadInput, "", "--cd-text: %s: %w", name, err)
	}
	packs, notes, err := cdtext.Encode(disc)
	if err != nil {
		return nil, fail(exitBadInput, "", "--cd-text: %s: %w", name, err)
	}
	m.remarkText(notes)
	return packs, m.fitsText(name, packs)
}

// fitsText refuses the text of another disc.
func (m *material) fitsText(name string, packs []byte) error {
	disc, _ := cdtext.Decode(packs)
	most := 0
	for _, b := range disc.Blocks {
		most = max(most, len(b.Tracks))
	}
	if most > len(m.songs) {
		return fail(exitBadInput, "", "--cd-text: %s is for %s, and there are %d", name, count(most, "track"), len(m.songs))
	}
	return nil
}

// remarkText puts notes about text into those about the album.
func (m *material) remarkText(notes []cdtext.Note) {
	for _, n := range notes {
		m.notes = append(m.notes, album.Note{Text: textNote(n)})
	}
}
