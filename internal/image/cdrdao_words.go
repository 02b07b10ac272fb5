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
	bytes  string // of a quoted word with octal escapes and nothing else outside ASCII
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
			p.words, text = append(p.words, word), rest
		case strings.ContainsRune("{},:", rune(c)):
			p.words, text = append(p.words, tocWord{text: text[:1], line: p.line}), text[1:]
		default:
			n := strings.IndexAny(text, " \t\r\n\"{},")
			if n < 0 {
				n = len(text)
			}
			p.words, text = append(p.words, tocWord{text: text[:n], line: p.line}), text[n:]
		}
	}
	return nil
}

// quoted reads a string up to its closing quotation mark: \" and \\ are escapes, and \ooo
// is a byte in the character code of its block, which only the caller knows; in the name of
// a file it is one of ISO 8859-1.
func (p *tocReader) quoted(text string) (word tocWord, rest string, err error) {
	var b, bytes strings.Builder
	octal, ascii := false, true
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			word = tocWord{text: b.String(), line: p.line, quoted: true}
			if octal && ascii {
				word.bytes = bytes.String()
			}
			return word, text[i+1:], nil
		case c == '\n':
			return word, "", p.fail("a string is not closed")
		case c == '\\' && i+3 < len(text) && isOctal(text[i+1:i+4]):
			n, _ := strconv.ParseUint(text[i+1:i+4], 8, 8)
			b.WriteRune(rune(n))
			bytes.WriteByte(byte(n))
			octal = true
			i += 3
		default:
			if c == '\\' && i+1 < len(text) {
				i++
				c = text[i]
			}
			b.WriteByte(c)
			bytes.WriteByte(c)
			ascii = ascii && c < 0x80
		}
	}
	return word, "", p.fail("a string is not closed")
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
