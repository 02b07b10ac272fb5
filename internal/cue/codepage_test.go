package cue

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Cue sheets as rippers in many countries write them. The bytes are made by
// golang.org/x/text; the titles are well-known songs of those countries.
var national = []struct{ encoding, text string }{
	{"Windows-1251", "PERFORMER \"Кино\"\nTITLE \"Группа крови\"\nFILE \"Кино - Группа крови.flac\" WAVE\n"},
	{"Windows-1251", "TITLE \"Певец\"\nTITLE \"Первая песня\"\n"},
	{"Windows-1251", "TITLE \"ЛЮБЭ\"\n TITLE \"Конь\"\n TITLE \"Позови меня тихо по имени\"\n"},
	{"Windows-1251", "PERFORMER \"Океан Ельзи\"\nTITLE \"Я так хочу до тебе\"\n"},
	{"KOI8-R", "PERFORMER \"Аквариум\"\nTITLE \"Поезд в огне\"\nTITLE \"Город золотой\"\n"},
	{"CP866", "PERFORMER \"Алла Пугачёва\"\nTITLE \"Миллион алых роз\"\n"},
	{"GBK", "PERFORMER \"邓丽君\"\nTITLE \"月亮代表我的心\"\nFILE \"邓丽君 - 月亮代表我的心.wav\" WAVE\n"},
	{"GBK", "PERFORMER \"王菲\"\nTITLE \"红豆\"\n"},
	{"GBK", "TITLE \"第一首歌\"\nTITLE \"后来\"\n"},
	{"EUC-KR", "PERFORMER \"아이유\"\nTITLE \"밤편지\"\nTITLE \"좋은 날\"\n"},
	{"EUC-KR", "PERFORMER \"김광석\"\nTITLE \"서른 즈음에\"\nFILE \"김광석 - 서른 즈음에.wav\" WAVE\n"},
	{"EUC-KR", "TITLE \"첫 번째 노래\"\n"},
	{"Big5", "PERFORMER \"張學友\"\nTITLE \"吻別\"\nTITLE \"一路上有你\"\n"},
	{"Shift-JIS", "PERFORMER \"宇多田ヒカル\"\nTITLE \"First Love\"\nTITLE \"桜流し\"\n"},
	{"Shift-JIS", "PERFORMER \"中島みゆき\"\nTITLE \"糸\"\n"},
	{"EUC-JP", "PERFORMER \"坂本龍一\"\nTITLE \"戦場のメリークリスマス\"\n"},
	{"Windows-1252", "PERFORMER \"Édith Piaf\"\nTITLE \"Non, je ne regrette rien - l’hymne à l’amour\"\n"},
	{"Windows-1252", "PERFORMER \"Die Ärzte\"\nTITLE \"Männer sind Schweine\"\n"},
	{"Windows-1252", "TITLE \"Frédéric Chopin: Préludes\"\n"},
	{"Windows-1252", "PERFORMER \"Sigur Rós\"\nTITLE \"Ágætis byrjun\"\n"},
	{"Windows-1252", "TITLE \"Mañana\"\nTITLE \"¿Dónde está?\"\n"},
	{"Windows-1253", "PERFORMER \"Νάνα Μούσχουρη\"\nTITLE \"Χάρτινο το φεγγαράκι\"\n"},
	{"Windows-1250", "PERFORMER \"Karel Gott\"\nTITLE \"Když muž se ženou snídá\"\nTITLE \"Žít, tančit, číst\"\n"},
	{"Windows-1250", "PERFORMER \"Czesław Niemen\"\nTITLE \"Dziwny jest ten świat\"\nTITLE \"Pod Papugami, żółty księżyc\"\n"},
}

func TestNationalEncodings(t *testing.T) {
	for _, tc := range national {
		p, ok := Encode(tc.text, tc.encoding)
		require.True(t, ok, tc.text)
		text, encoding := Text(p)
		assert.Equal(t, tc.text, text, tc.encoding)
		assert.Equal(t, tc.encoding, encoding, tc.text)
	}
	_, ok := Encode("ab", "EBCDIC")
	assert.False(t, ok)
	_, ok = Encode("日", "Windows-1252")
	assert.False(t, ok)
}

// Files that exist decide where letters can't: a name of three letters.
func TestFittingEncoding(t *testing.T) {
	for _, tc := range []struct{ encoding, name string }{
		{"Windows-1250", "čas"}, {"Windows-1251", "Я"}, {"Windows-1252", "è"}, {"GBK", "天"}, {"EUC-KR", "꿈"}, {"Shift-JIS", "空"}, {"Windows-1255", "אב"}, {"Windows-1256", "حب"}, {"Windows-874", "รัก"}, {"Windows-1257", "ąžuolas"},
	} {
		p, ok := Encode("FILE \""+tc.name+".wav\" WAVE\n", tc.encoding)
		require.True(t, ok)
		text, encoding := TextFitting(p, func(text string) int { return strings.Count(text, "\""+tc.name+".wav\"") })
		assert.Contains(t, text, tc.name)
		assert.Equal(t, tc.encoding, encoding)
	}
}
