package cdtext

import (
	"fmt"
	"strconv"
	"strings"
)

// Language is the language of a block, by its code in EBU Tech 3264 appendix 3.
type Language byte

// Languages that discs use. Language.String supports the others as well.
const (
	Unknown  Language = 0x00
	German   Language = 0x08
	English  Language = 0x09
	Spanish  Language = 0x0A
	French   Language = 0x0F
	Italian  Language = 0x15
	Japanese Language = 0x69
)

// firstOther is where the table's second part begins: languages that are not written
// in Latin letters, or not in Europe.
const firstOther = 0x45

var european = [...]string{
	"Unknown", "Albanian", "Breton", "Catalan", "Croatian", "Welsh", "Czech", "Danish", "German", "English", "Spanish",
	"Esperanto", "Estonian", "Basque", "Faroese", "French", "Frisian", "Irish", "Gaelic", "Galician", "Icelandic",
	"Italian", "Lappish", "Latin", "Latvian", "Luxembourgian", "Lithuanian", "Hungarian", "Maltese", "Dutch",
	"Norwegian", "Occitan", "Polish", "Portuguese", "Romanian", "Romansh", "Serbian", "Slovak", "Slovenian", "Finnish",
	"Swedish", "Turkish", "Flemish", "Wallon",
}

var other = [...]string{
	"Zulu", "Vietnamese", "Uzbek", "Urdu", "Ukrainian", "Thai", "Telugu", "Tatar", "Tamil", "Tadzhik", "Swahili",
	"Sranan Tongo", "Somali", "Sinhalese", "Shona", "Serbo-croat", "Ruthenian", "Russian", "Quechua", "Pushtu",
	"Punjabi", "Persian", "Papamiento", "Oriya", "Nepali", "Ndebele", "Marathi", "Moldavian", "Malaysian", "Malagasay",
	"Macedonian", "Laotian", "Korean", "Khmer", "Kazakh", "Kannada", "Japanese", "Indonesian", "Hindi", "Hebrew",
	"Hausa", "Gurani", "Gujurati", "Greek", "Georgian", "Fulani", "Dari", "Churash", "Chinese", "Burmese", "Bulgarian",
	"Bengali", "Bielorussian", "Bambora", "Azerbaijani", "Assamese", "Armenian", "Arabic", "Amharic",
}

// String returns a name such as "English", or "0x30" for a code without a name.
func (l Language) String() string {
	switch {
	case int(l) < len(european):
		return european[l]
	case l >= firstOther && int(l) < firstOther+len(other):
		return other[l-firstOther]
	}
	return fmt.Sprintf("0x%02X", byte(l))
}

// parseLanguage finds the language with an English name such as "German", in any
// case, or with a number such as 0x08.
func parseLanguage(name string) (Language, bool) {
	for code := range 0x80 {
		if strings.EqualFold(Language(code).String(), name) {
			return Language(code), true
		}
	}
	// Two spellings of Sony's own software.
	switch strings.ToLower(name) {
	case "not used":
		return Unknown, true
	case "slovene":
		return 0x26, true
	}
	n, ok := hexCode(name, 2)
	return Language(n), ok
}

// hexCode parses a number such as 0x1B with at most the given number of digits.
func hexCode(text string, digits int) (uint16, bool) {
	hex, ok := strings.CutPrefix(strings.ToLower(text), "0x")
	if !ok || len(hex) > digits {
		return 0, false
	}
	n, err := strconv.ParseUint(hex, 16, 16)
	return uint16(n), err == nil
}
