package line

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Hostile reports whether r changes how a terminal shows the text around it, or shows
// nothing at all: the control characters C0 and C1, the separators U+2028 and U+2029, the
// format characters, of which some reverse the direction of writing (U+202E makes
// "gnp.exe" of "exe.png"), and the tags of plane 14.
//
// Zero-width joiner and non-joiner belong to the letters of Persian and Hindi and to many
// emoji, and the number signs of Arabic are visible: they are not hostile.
func Hostile(r rune) bool {
	switch {
	case r == '\u200c', r == '\u200d', r >= '\u0600' && r <= '\u0605', r == '\u06dd', r == '\u070f', r == '\u0890', r == '\u0891',
		r == '\u08e2', r == '\U000110bd', r == '\U000110cd':
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// Defuse replaces hostile characters and broken UTF-8 by U+FFFD, except line feeds and
// tabs.
func Defuse(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && Hostile(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// OneLine is Defuse for text on one line: a line feed becomes U+FFFD and a tab a blank.
func OneLine(text string) string {
	return Defuse(oneLine.Replace(text))
}

var oneLine = strings.NewReplacer("\n", "\uFFFD", "\t", " ")

// EscapeJSON writes the hostile characters of a JSON text as \u escapes. Its value stays
// the same, and printing it changes nothing on a terminal. Line feeds and tabs, which can
// only stand between the values, are left alone.
func EscapeJSON(doc []byte) []byte {
	var out []byte // nil until there is something to escape
	for i := 0; i < len(doc); {
		r, n := rune(doc[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(doc[i:])
		}
		hostile := r >= 0x7f && Hostile(r)
		if hostile && out == nil {
			out = append(make([]byte, 0, len(doc)+16), doc[:i]...)
		}
		switch {
		case hostile && r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = appendEscape(appendEscape(out, high), low)
		case hostile:
			out = appendEscape(out, r)
		case out != nil:
			out = append(out, doc[i:i+n]...)
		}
		i += n
	}
	if out == nil {
		return doc
	}
	return out
}

func appendEscape(out []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(out, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
