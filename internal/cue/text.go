package cue

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Text converts a cue sheet or playlist of any program to UTF-8 with line feeds, and names
// the assumed encoding: "UTF-8", "UTF-16", or a guess such as "Shift-JIS", "Windows-1252"
// or "GBK".
func Text(p []byte) (text, encoding string) { return TextFitting(p, nil) }

// TextFitting is Text with help: fits counts the parts of a text that are known to be
// right, such as the names of files that exist. The encoding with the highest count is
// used.
func TextFitting(p []byte, fits func(text string) int) (text, encoding string) {
	switch {
	case bytes.HasPrefix(p, []byte("\xEF\xBB\xBF")):
		text, encoding = strings.ToValidUTF8(string(p[3:]), "\uFFFD"), "UTF-8"
	case bytes.HasPrefix(p, []byte("\xFF\xFE")):
		text, encoding = fromUTF16(p[2:], binary.LittleEndian), "UTF-16"
	case bytes.HasPrefix(p, []byte("\xFE\xFF")):
		text, encoding = fromUTF16(p[2:], binary.BigEndian), "UTF-16"
	case len(p) >= 4 && p[0] != 0 && p[1] == 0 && p[2] != 0 && p[3] == 0:
		text, encoding = fromUTF16(p, binary.LittleEndian), "UTF-16"
	case len(p) >= 4 && p[0] == 0 && p[1] != 0 && p[2] == 0 && p[3] != 0:
		text, encoding = fromUTF16(p, binary.BigEndian), "UTF-16"
	case zeros(p, 1) >= leastZeros(p) && zeros(p, 0) == 0:
		text, encoding = fromUTF16(p, binary.LittleEndian), "UTF-16"
	case zeros(p, 0) >= leastZeros(p) && zeros(p, 1) == 0:
		text, encoding = fromUTF16(p, binary.BigEndian), "UTF-16"
	case utf8.Valid(p):
		text, encoding = string(p), "UTF-8"
	default:
		text, encoding = guess(p, fits)
	}
	// A lone CR ended lines on old Macs, and some editors still mix all three line
	// endings. DOS ended texts with Ctrl-Z.
	return strings.TrimRight(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\x1A\x00"), encoding
}

// zeros counts the zeros among every second byte of p, from the first one on.
func zeros(p []byte, first int) (n int) {
	for i := first; i < len(p); i += 2 {
		if p[i] == 0 {
			n++
		}
	}
	return n
}

// leastZeros is how many zeros text in UTF-16 has at least, whatever its letters: those of
// line ends, blanks and extensions of names.
func leastZeros(p []byte) int { return max(3, len(p)/16) }

// fromUTF16 decodes UTF-16; an odd last byte is dropped.
func fromUTF16(p []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(p)/2)
	for i := range units {
		units[i] = order.Uint16(p[2*i:])
	}
	return string(utf16.Decode(units))
}
