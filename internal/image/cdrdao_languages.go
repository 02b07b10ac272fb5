package image

import (
	"slices"
	"strconv"
	"strings"

	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/cue"
)

// tocLanguage is the CD-TEXT of a TOC file in one language.
type tocLanguage struct {
	number int  // of LANGUAGE
	coded  bool // its character code is given
	cdtext.Block
}

// maxLanguages is how many languages CD-TEXT can have.
const maxLanguages = 8

// language returns the texts with a number of LANGUAGE.
func (p *tocReader) language(number int) *tocLanguage {
	i := slices.IndexFunc(p.languages, func(l *tocLanguage) bool { return l.number == number })
	if i >= 0 {
		return p.languages[i]
	}
	l := &tocLanguage{number: number, Block: cdtext.Block{Language: p.codes[number]}}
	p.languages = append(p.languages, l)
	return l
}

// cdText reads CD_TEXT { LANGUAGE_MAP { 0 : EN } LANGUAGE 0 { TITLE "..." } }.
func (p *tocReader) cdText() error {
	if p.next().text != "{" {
		return p.fail("CD_TEXT takes a block in braces")
	}
	for {
		switch w := p.next(); w.text {
		case "}":
			return nil
		case "LANGUAGE_MAP":
			if err := p.languageMap(); err != nil {
				return err
			}
		case "LANGUAGE":
			n, ok := languageNumber(p.next().text)
			if !ok {
				return p.fail("LANGUAGE takes a number from 0 to %d", maxLanguages-1)
			}
			if p.next().text != "{" {
				return p.fail("LANGUAGE takes a block in braces")
			}
			if err := p.texts(p.language(n)); err != nil {
				return err
			}
		default:
			return p.fail("%q does not belong into CD_TEXT", w.text)
		}
	}
}

func languageNumber(word string) (n int, ok bool) {
	n, err := strconv.Atoi(word)
	return n, err == nil && n >= 0 && n < maxLanguages
}

// languageMap reads { 0 : EN 1 : 8 }.
func (p *tocReader) languageMap() error {
	if p.next().text != "{" {
		return p.fail("LANGUAGE_MAP takes a block in braces")
	}
	for len(p.words) > 0 {
		w := p.next()
		if w.text == "}" {
			return nil
		}
		n, ok := languageNumber(w.text)
		if !ok || p.next().text != ":" {
			return p.fail("LANGUAGE_MAP takes pairs such as 0 : EN")
		}
		word := p.next().text
		code, err := strconv.ParseUint(word, 10, 8)
		if word == "EN" { // the only name that cdrdao has
			code, err = uint64(cdtext.English), nil
		}
		if err != nil {
			return p.fail("LANGUAGE_MAP: %q is not a language", word)
		}
		if p.codes == nil {
			p.codes = map[int]cdtext.Language{}
		}
		p.codes[n] = cdtext.Language(code)
	}
	return p.fail("a block is not closed")
}

// texts reads the texts of a language. It skips tables, which are made again from the texts.
func (p *tocReader) texts(l *tocLanguage) error {
	for len(p.words) > 0 {
		w := p.next()
		if w.text == "}" && !w.quoted {
			return nil
		}
		if c, ok := tocEncodings[w.text]; ok && !w.quoted {
			l.Charset, l.coded = c, true
			continue
		}
		if p.peek() == "{" {
			data, err := p.binary()
			if err != nil {
				return err
			}
			if w.text == "GENRE" && p.track == nil && len(data) >= 2 {
				l.Genre = cdtext.Genre(data[0])<<8 | cdtext.Genre(data[1])
				l.GenreText = strings.TrimRight(string(data[2:]), "\x00")
			}
			continue
		}
		text := p.next()
		if !text.quoted {
			return p.fail("%s takes a string in quotation marks, not %q", w.text, text.text)
		}
		if to := p.place(l, w.text); to != nil {
			if *to = text.text; text.bytes != "" {
				*to, _ = codeOf(l.Charset).NewDecoder().String(text.bytes)
			}
		}
	}
	return p.fail("a block is not closed")
}

// binary reads { 0, 27, ... }.
func (p *tocReader) binary() (data []byte, err error) {
	p.next()
	for len(p.words) > 0 {
		switch w := p.next(); w.text {
		case "}":
			return data, nil
		case ",":
		default:
			n, err := strconv.ParseUint(w.text, 10, 8)
			if err != nil {
				return nil, p.fail("%q is not a byte", w.text)
			}
			data = append(data, byte(n))
		}
	}
	return nil, p.fail("a block is not closed")
}

// place returns where a text is stored, or nil.
func (p *tocReader) place(l *tocLanguage, word string) *string {
	text := &l.Album
	if p.track != nil {
		for len(l.Tracks) < p.track.Number {
			l.Tracks = append(l.Tracks, cdtext.Track{})
		}
		track := &l.Tracks[p.track.Number-1]
		if word == "ISRC" {
			return &track.ISRC
		}
		text = &track.Text
	}
	for _, f := range tocFields {
		if f.word == word {
			return f.of(text)
		}
	}
	switch {
	case p.track != nil:
		return nil
	case word == "DISC_ID":
		return &l.DiscID
	case word == "UPC_EAN":
		return &l.UPC
	case word == "CLOSED":
		return &l.Closed
	}
	return nil
}

// finishText stores the texts in the image: all languages, and the titles of the first.
func (p *tocReader) finishText() {
	slices.SortStableFunc(p.languages, func(a, b *tocLanguage) int { return a.number - b.number })
	for i, l := range p.languages {
		for len(l.Tracks) < len(p.img.Tracks) {
			l.Tracks = append(l.Tracks, cdtext.Track{})
		}
		for n := range l.Tracks {
			l.Tracks[n].ISRC = strings.ReplaceAll(l.Tracks[n].ISRC, "-", "")
		}
		if !l.coded {
			l.Charset = l.BestCharset()
		}
		p.img.CDText = append(p.img.CDText, l.Block)
		if i > 0 {
			continue
		}
		p.img.Title, p.img.Performer, p.img.Text = l.Album.Title, l.Album.Performer, Rest(l.Album)
		for n := range p.img.Tracks {
			t, from := &p.img.Tracks[n], l.Tracks[n].Text
			t.Title, t.Performer, t.Text = from.Title, from.Performer, Rest(from)
		}
	}
}

// Rest returns the texts that have no field in toc.TrackInfo.
func Rest(t cdtext.Text) cue.CDText {
	return cue.CDText{Songwriter: t.Songwriter, Composer: t.Composer, Arranger: t.Arranger, Message: t.Message}
}
