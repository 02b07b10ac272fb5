package main

import (
	"fmt"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"
)

// quote makes a word safe to paste into a shell.
func quote(word string) string {
	if runtime.GOOS != "windows" && strings.ContainsFunc(word, func(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) && r != ' ' }) {
		return "$" + quoteBytes(word)
	}
	if word != "" && !strings.ContainsAny(word, " \t\n'\"\\$&|;<>()*?[]`!#~") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// quoteBytes returns the quoted form ($'...') of a word with bytes that can't be printed,
// such as \n or those of a name in another encoding. Bytes are octal, because a
// hexadecimal digit could follow.
func quoteBytes(word string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for word != "" {
		r, n := utf8.DecodeRuneInString(word)
		switch {
		case r == '\'' || r == '\\':
			b.WriteString("\\" + word[:n])
		case r == utf8.RuneError && n == 1 || !unicode.IsPrint(r):
			for _, c := range []byte(word[:n]) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		default:
			b.WriteString(word[:n])
		}
		word = word[n:]
	}
	b.WriteByte('\'')
	return b.String()
}
