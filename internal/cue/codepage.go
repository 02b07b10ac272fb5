package cue

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// codePage is an encoding that programs use without declaring it.
type codePage struct {
	name string
	enc  encoding.Encoding
	// weigh returns how well text fits the encoding: about 1 for each byte above 7Fh of
	// ordinary text, less for rare letters and signs, and below 0 for combinations that
	// don't occur.
	weigh func(text []rune) float64
}

// codePages are tried in this order; the first of equals is used.
var codePages = []codePage{
	{"Windows-1252", charmap.Windows1252, western(1, "šžŠŽ", "éèêëàâäáãåöüóôòøõúûùíîïìñçßæýÿœšžÉÈÊÀÂÄÁÅÖÜÓÔØÚÛÍÎÑÇÆŒŠŽ’‘“”–—…¿¡«»°´")},
	{"Shift-JIS", japanese.ShiftJIS, japaneseWeight},
	{"Windows-1251", charmap.Windows1251, script(unicode.Cyrillic, 'Ё', 'ё')},
	{"GBK", simplifiedchinese.GBK, hanWeight(simplifiedchinese.GBK, 0xA1, 0xD7, commonSimplified)},
	{"EUC-KR", korean.EUCKR, koreanWeight},
	{"Big5", traditionalchinese.Big5, hanWeight(traditionalchinese.Big5, 0xA4, 0xC6, commonTraditional)},
	{"EUC-JP", japanese.EUCJP, japaneseWeight},
	{"Windows-1250", charmap.Windows1250, western(0.9, "", "áäčćďéęěëíľĺłńňóôöőřŕśšťúůüűýźžżąăâîşţßÁČĎÉĚÍĽŁŃŇÓÖŐŘŚŠŤÚŮÜŰÝŹŽŻĄŞŢ’‘“”–—…«»°´")},
	{"KOI8-R", charmap.KOI8R, script(unicode.Cyrillic, 'Ё', 'ё')},
	{"CP866", charmap.CodePage866, script(unicode.Cyrillic, 'Ё', 'ё')},
	{"Windows-1253", charmap.Windows1253, script(unicode.Greek)},
	{"Windows-1255", charmap.Windows1255, script(unicode.Hebrew)},
	{"Windows-1254", charmap.Windows1254, western(0.8, "", "çğıöşüâîûÇĞİÖŞÜ’‘“”–—…«»°´")},
	{"Windows-1256", charmap.Windows1256, fitting},
	{"Windows-874", charmap.Windows874, fitting},
	{"Windows-1257", charmap.Windows1257, fitting},
}

// guess determines the encoding of bytes that aren't UTF-8. fits, which may be nil, counts
// the parts of a text that are known to be right, such as names of files that exist; that
// outweighs the frequency of letters.
func guess(p []byte, fits func(text string) int) (text, name string) {
	best, known := 0.0, -1
	for _, c := range codePages {
		decoded, ok := c.decode(p)
		if !ok {
			continue
		}
		have := 0
		if fits != nil {
			have = fits(decoded)
		}
		weight := c.weigh([]rune(decoded))
		if have > known || have == known && weight > best {
			text, name, best, known = decoded, c.name, weight, have
		}
	}
	if name == "" { // no encoding has all of the bytes
		out, _ := charmap.Windows1252.NewDecoder().Bytes(p)
		return string(out), "Windows-1252"
	}
	return text, name
}

// decode fails for bytes without a meaning.
func (c codePage) decode(p []byte) (string, bool) {
	out, err := c.enc.NewDecoder().Bytes(p)
	if err != nil {
		return "", false
	}
	for rest := out; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r == utf8.RuneError {
			return "", false
		}
		rest = rest[n:]
	}
	return string(out), true
}

// Encode converts text to an encoding that Text names, as the bytes of a name that another
// program wrote. ok is false for an unknown encoding, or one that lacks a letter.
func Encode(text, name string) (p []byte, ok bool) {
	for _, c := range codePages {
		if c.name == name {
			out, err := c.enc.NewEncoder().Bytes([]byte(text))
			return out, err == nil
		}
	}
	return nil, false
}

// fitting is for encodings whose letters look like those of others: only the names of
// files distinguish them.
func fitting([]rune) float64 { return -1 }

// neighbors returns the letters next to text[i]; 0 at the ends.
func neighbors(text []rune, i int) (before, after rune) {
	if i > 0 {
		before = text[i-1]
	}
	if i+1 < len(text) {
		after = text[i+1]
	}
	return before, after
}

func isASCIILetter(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' }

// western weighs languages of Latin letters: accents occur between plain letters, and
// rarely three in a row. Several encodings have the same letters in other places: part
// weighs how many people use this one, and rare are letters that it has for others.
func western(part float64, rare, usual string) func([]rune) float64 {
	known := map[rune]bool{}
	for _, r := range usual {
		known[r] = true
	}
	return func(text []rune) (w float64) {
		run := 0
		for i, r := range text {
			if r < 0x80 {
				run = 0
				continue
			}
			run++
			before, after := neighbors(text, i)
			switch {
			case !known[r]:
				w -= 1.5
			case run > 2:
				w--
			case unicode.IsLetter(r) && (isASCIILetter(before) || isASCIILetter(after)):
				w += 1.5 * part
				switch {
				case unicode.IsUpper(r) && before >= 'a' && before <= 'z':
					w -= 2
				case strings.ContainsRune(rare, r):
					w -= 1.3
				}
			case unicode.IsLetter(r):
				w += 0.2
			case (r == '¿' || r == '¡') && unicode.IsUpper(after):
				w += 2
			default:
				w += 0.5
			}
		}
		return w
	}
}

// script weighs languages with their own alphabet: their words consist of it entirely, and
// capitals come first.
func script(table *unicode.RangeTable, also ...rune) func([]rune) float64 {
	in := func(r rune) bool { return r >= 0x80 && unicode.Is(table, r) }
	usual := func(r rune) bool {
		// The letters of Russian, without those that are rare in other languages.
		if table == unicode.Cyrillic {
			return r >= 'А' && r <= 'я' || r == also[0] || r == also[1] || r == 'І' || r == 'і' || r == 'ї' || r == 'є'
		}
		return in(r)
	}
	return func(text []rune) (w float64) {
		for i, r := range text {
			if r < 0x80 {
				continue
			}
			before, after := neighbors(text, i)
			switch {
			case !in(r):
				if !unicode.IsPunct(r) {
					w--
				}
			case !usual(r):
				w -= 0.5
			case isASCIILetter(before) || isASCIILetter(after):
				w--
			case unicode.IsUpper(r) && unicode.IsLower(before):
				w -= 1.5
			case in(before) || in(after):
				w++
			default:
				w += 0.3
			}
		}
		return w
	}
}

// japaneseWeight: Japanese text nearly always has kana. In Shift-JIS, other encodings look
// like half-width ones.
func japaneseWeight(text []rune) (w float64) {
	kana := false
	for _, r := range text {
		switch {
		case r < 0x80:
		case r >= 0x3041 && r <= 0x30FF:
			w += 2.2
			kana = true
		case r >= 0xFF61 && r <= 0xFF9F:
			w -= 0.3
		case unicode.Is(unicode.Han, r):
			w += 1.3
		case r >= 0x3000 && r <= 0x3020 || r >= 0xFF00 && r <= 0xFF5E:
			w++
		default:
			w--
		}
	}
	if !kana {
		w *= 0.8
	}
	return w
}

// koreanWeight: Korean of today is written in Hangul.
func koreanWeight(text []rune) (w float64) {
	for _, r := range text {
		switch {
		case r < 0x80:
		case r >= 0xAC00 && r <= 0xD7A3 && !inRows(korean.EUCKR, r, 0xA1, 0xFE):
			w -= 0.5 // one of those added by Windows
		case r >= 0xAC00 && r <= 0xD7A3:
			w += 1.9
			if common(commonHangul, r) {
				w += 0.6
			}
		case unicode.Is(unicode.Han, r):
			w -= 0.5
		default:
			w -= 0.5
		}
	}
	return w
}

// hanWeight: the usual characters are in the rows from first to last, and a few hundred of
// them make up most of a text.
func hanWeight(e encoding.Encoding, first, last byte, usual string) func([]rune) float64 {
	return func(text []rune) (w float64) {
		for i, r := range text {
			before, after := neighbors(text, i)
			switch {
			case r < 0x80:
			case isASCIILetter(before) || isASCIILetter(after):
				w -= 0.5
			case unicode.Is(unicode.Han, r) && !inRows(e, r, first, last):
				w += 0.2
			case unicode.Is(unicode.Han, r):
				w += 1.4
				if common(usual, r) {
					w += 1.1
				}
			case r >= 0x3000 && r <= 0x3020 || r >= 0xFF00 && r <= 0xFF5E || unicode.IsPunct(r):
				w++
			case r >= 0x3041 && r <= 0x30FF:
				w += 0.5
			default:
				w -= 1.5
			}
		}
		return w
	}
}

// inRows reports whether the first byte of a character is between two bytes. In the
// extensions of an encoding the second byte is low.
func inRows(e encoding.Encoding, r rune, first, last byte) bool {
	p, err := e.NewEncoder().Bytes([]byte(string(r)))
	return err == nil && len(p) == 2 && p[0] >= first && p[0] <= last && (p[1] > 0xA0 || e == encoding.Encoding(traditionalchinese.Big5))
}

func common(list string, r rune) bool {
	for _, c := range list {
		if c == r {
			return true
		}
	}
	return false
}

// Characters that are frequent in titles, in names of people and of songs.
const (
	commonSimplified  = "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏兴夜梦歌曲雨雪星云曾春夏秋冬恋泪吻舞唱伤痛情忘念缘缺遥窗湖岛夕阳晚晨舟船酒桥街巷故乡"
	commonTraditional = "的一是不了人我在有他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可裡後小麼心多天而能好都然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經頭面公同三已老從動兩長知樣現分將外但身些與高意進把法此實回二理美點月明其種聲全工己話兒者向情部正名定女問力機給等幾很業最間新什打便位因重被走電四第門相次東政海口使教西再平真聽世氣信北少關並內加化由卻代軍產入先山五太水萬市眼體別處總才場師書比住員九笑性通目華報立馬命張活難神數件安表原車白應路期叫死常提感金何更反合放做系計或司利受光王果親界及今京務制解各任至清物台象記邊共風愛夢歌曲雨雪星雲夜春夏秋冬戀淚吻舞唱傷痛忘念緣"
	commonHangul      = "이다는가의에을사랑나너를한은그지고하기도리아어해서로자대있게우내인수시일없보마라와만정여날말오연더제안들니하늘바람별꿈길노래그대눈물마음세상비밤봄여름가을겨울사람"
)
