package image

import (
	"strconv"
	"strings"
)

// tocWord is a word of a TOC file.
type tocWord struct {
	text   string
	line   int
	quoted bool
}

// split cuts the text into words; braces, colons and commas are words by themselves.
func (p *tocReader) split(text string) error {
	p.line = 1
	for text != "" {
		switch c := text[0]; {
		case c == '\n':
			p.line++
			text = text[1:]
		case c == ' ' || c == '\t' || c == '\r':
			text = text[1:]
		case strings.HasPrefix(text, "//"):
			_, text, _ = strings.Cut(text, "\n")
			p.line++
		case c == '"':
			word, rest, err := p.quoted(text[1:])
			if err != nil {
				return err
			}
			p.words, text = append(p.words, tocWord{word, p.line, true}), rest
		case strings.ContainsRune("{},:", rune(c)):
			p.words, text = append(p.words, tocWord{text[:1], p.line, false}), text[1:]
		default:
			n := strings.IndexAny(text, " \t\r\n\"{},")
			if n < 0 {
				n = len(text)
			}
			p.words, text = append(p.words, tocWord{text[:n], p.line, false}), text[n:]
		}
	}
	return nil
}

// quoted reads a string up to its closing quotation mark: \" and \\ are escapes, and
// \ooo is a byte, by cdrdao in ISO 8859-1.
func (p *tocReader) quoted(text string) (word, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return b.String(), text[i+1:], nil
		case c == '\n':
			return "", "", p.fail("a string is not closed")
		case c == '\\' && i+3 < len(text) && isOctal(text[i+1:i+4]):
			n, _ := strconv.ParseUint(text[i+1:i+4], 8, 8)
			b.WriteRune(rune(n))
			i += 3
		case c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", "", p.fail("a string is not closed")
}

func isOctal(s string) bool { return len(s) == 3 && strings.Trim(s, "01234567") == "" && s[0] <= '3' }

// next takes the next word.
func (p *tocReader) next() tocWord {
	if len(p.words) == 0 {
		return tocWord{line: p.line}
	}
	w := p.words[0]
	p.words, p.line = p.words[1:], w.line
	return w
}

// peek returns the next word without consuming it.
func (p *tocReader) peek() string {
	if len(p.words) == 0 || p.words[0].quoted {
		return ""
	}
	return p.words[0].text
}

// text takes a string.
func (p *tocReader) text(after string) (string, error) {
	w := p.next()
	if !w.quoted {
		return "", p.fail("%s takes a string in quotation marks, not %q", after, w.text)
	}
	return w.text, nil
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
			if err := p.skipBlock(); err != nil {
				return err
			}
		case "LANGUAGE":
			n, err := strconv.Atoi(p.next().text)
			if err != nil {
				return p.fail("LANGUAGE takes a number")
			}
			if !p.found {
				p.first, p.found = n, true
			}
			if p.next().text != "{" {
				return p.fail("LANGUAGE takes a block in braces")
			}
			if err := p.texts(n == p.first); err != nil {
				return err
			}
		default:
			return p.fail("%q does not belong into CD_TEXT", w.text)
		}
	}
}

// skipBlock skips { ... }.
func (p *tocReader) skipBlock() error {
	depth := 0
	for len(p.words) > 0 {
		w := p.next()
		switch {
		case w.quoted:
		case w.text == "{":
			depth++
		case w.text == "}":
			if depth--; depth == 0 {
				return nil
			}
		}
	}
	return p.fail("a block is not closed")
}

// texts reads the texts of a language and skips those that a cue sheet lacks.
func (p *tocReader) texts(counts bool) error {
	for len(p.words) > 0 {
		w := p.next()
		if w.text == "}" && !w.quoted {
			return nil
		}
		if p.peek() == "{" { // bytes
			if err := p.skipBlock(); err != nil {
				return err
			}
			continue
		}
		text, err := p.text(w.text)
		if err != nil {
			return err
		}
		if to := p.place(w.text); counts && to != nil {
			*to = text
		}
	}
	return p.fail("a block is not closed")
}

// place returns a pointer to a text's field, or nil.
func (p *tocReader) place(word string) *string {
	title, performer, text := &p.img.Title, &p.img.Performer, &p.img.Text
	if p.track != nil {
		title, performer, text = &p.track.Title, &p.track.Performer, &p.track.Text
	}
	switch word {
	case "TITLE":
		return title
	case "PERFORMER":
		return performer
	case "SONGWRITER":
		return &text.Songwriter
	case "COMPOSER":
		return &text.Composer
	case "ARRANGER":
		return &text.Arranger
	case "MESSAGE":
		return &text.Message
	}
	return nil
}
