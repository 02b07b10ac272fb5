package cue

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
)

// Text brings a cue sheet or playlist of any program to UTF-8 with line feeds, and
// names the encoding that it was taken for: "UTF-8", "UTF-16", "Shift-JIS" or
// "Windows-1252", of which Latin-1 is a part. The last two are a guess.
func Text(p []byte) (text, encoding string) {
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
	case utf8.Valid(p):
		text, encoding = string(p), "UTF-8"
	case isShiftJIS(p):
		// It can't fail: what is no Shift-JIS becomes U+FFFD.
		out, _ := japanese.ShiftJIS.NewDecoder().Bytes(p)
		text, encoding = string(out), "Shift-JIS"
	default:
		out, _ := charmap.Windows1252.NewDecoder().Bytes(p)
		text, encoding = string(out), "Windows-1252"
	}
	// A lone CR ended lines on old Macs, and some editors still mix the three.
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), encoding
}

// fromUTF16 decodes UTF-16; a last odd byte is dropped.
func fromUTF16(p []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(p)/2)
	for i := range units {
		units[i] = order.Uint16(p[2*i:])
	}
	return string(utf16.Decode(units))
}

// rareInWestern are bytes that lead many Japanese characters, kana above all (82h and
// 83h), and that Windows-1252 has for signs that hardly occur in names: daggers,
// circumflexes, per mille ... or for nothing.
var rareInWestern = []byte{0x81, 0x82, 0x83, 0x84, 0x86, 0x87, 0x88, 0x89, 0x8B, 0x8D, 0x8F, 0x90, 0x98, 0x9B, 0x9D}

// isShiftJIS weighs whether text with bytes above 7Fh is Japanese. In both encodings
// almost any such byte may stand before a letter: "Frédéric" is valid Shift-JIS. But
// kana, and two high bytes side by side, are rare in Western text, and Japanese
// hardly lacks them.
func isShiftJIS(p []byte) bool {
	japanese, western := 0, 0
	for i := 0; i < len(p); i++ {
		lead := p[i]
		switch {
		case lead < 0x80:
			continue
		case lead >= 0xA1 && lead <= 0xDF: // half-width kana, one byte
			western++
			continue
		case lead == 0x80 || lead == 0xA0 || lead > 0xFC || i+1 >= len(p):
			return false
		}
		i++
		trail := p[i]
		switch {
		case trail < 0x40 || trail == 0x7F || trail > 0xFC:
			return false
		case bytes.IndexByte(rareInWestern, lead) >= 0:
			japanese += 2
		case trail >= 0x80:
			japanese++
		default:
			western++
		}
	}
	return japanese > western
}
