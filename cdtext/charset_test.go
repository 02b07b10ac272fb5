package cdtext_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/cdtext"
)

// one encodes a single title and decodes it again.
func one(t *testing.T, charset cdtext.Charset, title string) (string, []cdtext.Note) {
	t.Helper()
	d := cdtext.Disc{Blocks: []cdtext.Block{{
		Charset: charset,
		Album:   cdtext.Text{Title: title, Performer: "x"},
		Tracks:  make([]cdtext.Track, 1),
	}}}
	packs, notes, err := cdtext.Encode(d)
	require.NoError(t, err)
	back, more := cdtext.Decode(packs)
	require.Empty(t, more)
	return back.Blocks[0].Album.Title, notes
}

func TestTransliteration(t *testing.T) {
	for _, c := range []struct {
		charset  cdtext.Charset
		from, to string
		kind     cdtext.NoteKind
	}{
		{cdtext.Latin1, "Für Élise ÿ ¿?", "Für Élise ÿ ¿?", ""},
		{cdtext.Latin1, "Fu\u0308r", "Für", "changed"}, // composed differently, as macOS names files
		{cdtext.Latin1, "Don’t – “stop”… it‐now", `Don't - "stop"... it-now`, "changed"},
		{cdtext.Latin1, "Dvořák, Łódź, Ţurcanu", "Dvorák, Lódz, Turcanu", "changed"},
		{cdtext.Latin1, "Œuvre ﬁn №5 ＡＢＣ Ⅳ ™", "OEuvre fin No5 ABC IV TM", "changed"},
		{cdtext.Latin1, "I ❤ You 🎸", "I You", "changed"},
		{cdtext.Latin1, " a\tb\x00c\r\nd\u200e ", "a b c d", "changed"},
		{cdtext.Latin1, "\t", "", ""}, // on a disc a TAB means "as the track before"
		{cdtext.Latin1, "\x00\x01", "", "unwritable"},
		{cdtext.Latin1, "Кино", "", "unwritable"},
		{cdtext.Latin1, "日本", "", "unwritable"},
		{cdtext.Latin1, "Best of Кино", "", "unwritable"}, // "Best of" would be a different title
		{cdtext.Latin1, "❤", "", "unwritable"},
		{cdtext.Latin1, "bad\xffbyte", "", "unwritable"},
		{cdtext.Latin1, "A ё", "", "unwritable"}, // е and its dots are not in Latin-1 either
		{cdtext.Latin1, "Ātman", "Atman", "changed"},
		{cdtext.ASCII, "Straße Ærø Þór ©«»", `Strasse AEro Thor (C)""`, "changed"},
		{cdtext.ASCII, "plain ~", "plain ~", ""},
		{cdtext.MSJIS, "日本の歌", "日本の歌", ""},
		{cdtext.MSJIS, "ABC 1 ｶﾞﾝﾀﾞﾑ", "ＡＢＣ　１　ガンダム", ""}, // as wide as two bytes, the same text
		{cdtext.MSJIS, "ｱﾝ と ﾌﾟﾘﾝ", "アン　と　プリン", ""},
		{cdtext.MSJIS, "①番", "①番", ""},
		{cdtext.MSJIS, "Café 日本", "Ｃａｆｅ　日本", "changed"},
		{cdtext.MSJIS, "波〜動 − 1", "波～動　－　１", "changed"},
		{cdtext.MSJIS, "Кино", "Кино", ""}, // Shift-JIS has Cyrillic and Greek
		{cdtext.MSJIS, "ไทย", "", "unwritable"},
	} {
		got, notes := one(t, c.charset, c.from)
		assert.Equal(t, c.to, got, "%q in %v", c.from, c.charset)
		if c.kind == "" {
			assert.Empty(t, notes, "%q", c.from)
			continue
		}
		assert.Equal(t, []cdtext.Note{{Kind: c.kind, Field: "title", From: c.from, To: c.to}}, notes)
	}
}

func TestLongText(t *testing.T) {
	long := strings.Repeat("é", 300)
	got, notes := one(t, cdtext.Latin1, long)
	assert.Equal(t, long[:2*254], got)
	assert.Equal(t, []cdtext.Note{{Kind: "shortened", Field: "title", From: long, To: got}}, notes)
	got, notes = one(t, cdtext.MSJIS, strings.Repeat("歌", 300))
	assert.Equal(t, strings.Repeat("歌", 127), got)
	assert.Len(t, notes, 1)
}

// The bytes of two-byte text are those of Shift-JIS, ended by two NULs, with the flag in
// every pack, as in libcueify's block (TestForeignDoubleBytes). Sources disagree on the
// unit of the position.
func TestDoubleBytes(t *testing.T) {
	packs, _, err := cdtext.Encode(cdtext.Disc{Blocks: []cdtext.Block{{
		Language: cdtext.Japanese,
		Charset:  cdtext.MSJIS,
		Album:    cdtext.Text{Title: "日本の歌"},
		Tracks:   []cdtext.Track{{Text: cdtext.Text{Title: "日本"}, ISRC: "JPABC1200001"}},
	}}})
	require.NoError(t, err)
	assert.Equal(t, unhex("80 00 00 80 93 FA 96 7B 82 CC 89 CC 00 00 93 FA"), packs[:16])
	packs[18+3] &= 0xF0
	assert.Equal(t, unhex("80 01 01 80 96 7B 00 00 00 00 00 00 00 00 00 00"), packs[18:34])
	assert.Equal(t, byte(0x00), packs[36+3], "the other fields are single bytes")
	assert.Equal(t, unhex("8F 00 04 00 80 01 01"), packs[72:79])
}

func TestCharsetString(t *testing.T) {
	assert.Equal(t, "ISO 8859-1 ASCII MS-JIS character code 81h",
		strings.Join([]string{cdtext.Latin1.String(), cdtext.ASCII.String(), cdtext.MSJIS.String(), cdtext.Charset(0x81).String()}, " "))
}

func TestBestCharset(t *testing.T) {
	for want, titles := range map[cdtext.Charset][][]string{
		cdtext.Latin1: {{"Für Élise"}, {"Кино", "Группа крови"}, {"春节", "简体"}, {"Ｗｉｄｅ"}, {}, {"ไทย"}},
		cdtext.MSJIS:  {{"日本の歌"}, {"ｶﾞﾝﾀﾞﾑ"}, {"Best of", "歌"}, {"ไทย", "歌", "さくら"}},
	} {
		for _, list := range titles {
			var b cdtext.Block
			for _, title := range list {
				b.Tracks = append(b.Tracks, cdtext.Track{Text: cdtext.Text{Title: title}})
			}
			assert.Equal(t, want, b.BestCharset(), "%q", list)
		}
	}
	assert.Equal(t, cdtext.MSJIS, cdtext.Block{Album: cdtext.Text{Message: "歌"}}.BestCharset())
}
