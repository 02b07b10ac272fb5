package cdtext_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"github.com/redbook-audio/redbook/cdtext"
)

// A sheet in Latin-1, as Sony's software reads it, and one in UTF-8 have the same
// text.
func TestSheetEncodings(t *testing.T) {
	want, err := cdtext.ParseSheet([]byte(nightCatsSheets))
	require.NoError(t, err)
	latin1, err := charmap.ISO8859_1.NewEncoder().String(nightCatsSheets)
	require.NoError(t, err)
	got, err := cdtext.ParseSheet([]byte(latin1))
	require.NoError(t, err)
	assert.Equal(t, want, got)
	got, err = cdtext.ParseSheet([]byte("\xEF\xBB\xBF" + strings.ReplaceAll(nightCatsSheets, "\n", "\r\n")))
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestFormatSheet(t *testing.T) {
	want, err := cdtext.ParseSheet([]byte(nightCatsSheets))
	require.NoError(t, err)
	file, notes, err := cdtext.FormatSheet(want)
	require.NoError(t, err)
	assert.Empty(t, notes)
	assert.Contains(t, string(file), "Text Code                 = 8859\r\n")
	assert.Contains(t, string(file), "Genre Code                = Classical\r\n")
	assert.Contains(t, string(file), "Track 02 Artist           = Katzengang Sch\xF6nheiten\r\n")
	got, err := cdtext.ParseSheet(file)
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

// A genre without a name has no line; one with supplementary text has a code, too.
func TestFormatSheetGenre(t *testing.T) {
	d := cdtext.Disc{First: 1, Blocks: []cdtext.Block{{Language: cdtext.English, Album: cdtext.Text{Title: "x"}, Tracks: make([]cdtext.Track, 1)}}}
	file, _, err := cdtext.FormatSheet(d)
	require.NoError(t, err)
	assert.NotContains(t, string(file), "Genre")
	d.Blocks[0].GenreText = "Zydeco"
	file, _, err = cdtext.FormatSheet(d)
	require.NoError(t, err)
	assert.Contains(t, string(file), "Genre Code")
	assert.Contains(t, string(file), "Zydeco")
}

// What libburn also accepts: numbers for names, pack types for keys.
func TestSheetCodes(t *testing.T) {
	d, err := cdtext.ParseSheet([]byte(`
		Remarks = made by hand
		Disc Information 01 = for the plant
		Text Code = 0x80
		Language Code = 0x69
		Genre Code = 0x00 0x1b
		Text Data Copy Protection = 0x03
		0x80 = ` + "\x93\xFA\x96\x7B" + `
		Track 02 0x80 = ` + "\x89\xCC" + `
		Track 02 0x85 = live
		Track 03 0x8E = JPABC1200001
		0x8e = 4988000000000
		First Track Number = 2
		Last Track Number = 3`))
	require.NoError(t, err)
	assert.Equal(t, cdtext.Disc{First: 2, Blocks: []cdtext.Block{{
		Language: cdtext.Japanese, Charset: cdtext.MSJIS, Genre: 0x1B, Protected: true, UPC: "4988000000000",
		Album:  cdtext.Text{Title: "日本"},
		Tracks: []cdtext.Track{{Text: cdtext.Text{Title: "歌", Message: "live"}}, {ISRC: "JPABC1200001"}},
	}}}, d)
	file, _, err := cdtext.FormatSheet(d)
	require.NoError(t, err)
	back, err := cdtext.ParseSheet(file)
	require.NoError(t, err)
	d.Blocks[0].Tracks[0].Message = "ｌｉｖｅ"
	assert.Equal(t, d, back)
}

// A second line "Input Sheet Version" begins another block, and a second title
// replaces the first one.
func TestSheetBlocks(t *testing.T) {
	d, err := cdtext.ParseSheet([]byte(`
		Input Sheet Version = 0.7T
		Text Code = 0x00
		Album Title = A
		Album Title = B
		Track 01 Title = C
		Input Sheet Version = 0.7T
		Text Code = 0x01
		Album Title = D`))
	require.NoError(t, err)
	track := cdtext.Track{Text: cdtext.Text{Title: "C"}}
	assert.Equal(t, cdtext.Disc{First: 1, Blocks: []cdtext.Block{
		{Album: cdtext.Text{Title: "B"}, Tracks: []cdtext.Track{track}},
		{Charset: cdtext.ASCII, Album: cdtext.Text{Title: "D"}, Tracks: []cdtext.Track{{}}},
	}}, d)
}

func TestLastTrack(t *testing.T) {
	d, err := cdtext.ParseSheet([]byte("First Track Number = 98\nTrack 99 Title = x"))
	require.NoError(t, err)
	assert.Equal(t, cdtext.Disc{First: 98, Blocks: []cdtext.Block{{Tracks: []cdtext.Track{{}, {Text: cdtext.Text{Title: "x"}}}}}}, d)
}

func TestSheetErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "the file is empty",
		"Remarks = x":                   "the file names no tracks",
		"Title":                         `line 1: "Title" has no =`,
		"\nAlbum Titel = x":             `line 2: "album titel" is not a field of an input sheet`,
		"Track 00 Title = x":            `line 1: "00" is not a track`,
		"Track 100 Title = x":           `line 1: "100" is not a track`,
		"Track 99 Title = x\nx":         `line 2: "x" has no =`,
		"Track 01 = x":                  `line 1: "" is not a field of an input sheet`,
		"ISRC x = x":                    `line 1: "x" is not a track`,
		"Track 01 0x86 = x":             `line 1: "0x86" is not a field of an input sheet`,
		"Genre Code = Polka":            `line 1: "Polka" is not a value of "genre code", such as Jazz or 0x0b`,
		"Text Code = 0x000":             `line 1: "0x000" is not a value of "text code", such as 8859, ASCII or MS-JIS`,
		"Text Code = 01":                `line 1: "01" is not a value of "text code", such as 8859, ASCII or MS-JIS`,
		"Genre Code = 0x00123":          `line 1: "0x00123" is not a value of "genre code", such as Jazz or 0x0b`,
		"Language Code = Klingon":       `line 1: "Klingon" is not a value of "language code", such as English or 0x09`,
		"Language Code = 0x109":         `line 1: "0x109" is not a value of "language code", such as English or 0x09`,
		"First Track Number = 0":        `line 1: "0" is not a value of "first track number", such as 1`,
		"Last Track Number = x":         `line 1: "x" is not a value of "last track number", such as 99`,
		"Text Code = 0x81":              `line 1: "0x81" is not a value of "text code", such as 8859, ASCII or MS-JIS`,
		"Text Data Copy Protection = ?": `line 1: "?" is not a value of "text data copy protection", such as ON or OFF`,
		"First Track Number = 2\nTrack 01 Title = x":                            `line 2: track 1 is not one of those that the file announces`,
		"Last Track Number = 1\nTrack 02 Title = x":                             `line 2: track 2 is not one of those that the file announces`,
		"Text Code = MS-JIS\nTrack 01 Title = \x93":                             `line 2: the text is not MS-JIS`,
		strings.Repeat("Text Code = 8859\n", 9) + "Last Track Number = 1":       "line 9: it has more than 8 blocks",
		"Remarks = " + strings.Repeat("x", 1<<20) + "\nLast Track Number = 1\n": "the file is longer than 1048576 bytes",
	} {
		_, err := cdtext.ParseSheet([]byte(text))
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, cdtext.ErrInvalid)
	}
}

func TestParseFile(t *testing.T) {
	packs := unhex(nightCats)
	header := []byte{0x01, 0x8E, 0, 0} // 22 x 18 + 2
	for name, file := range map[string][]byte{
		"packs":                          packs,
		"with the NUL of Sony's files":   append(unhex(nightCats), 0),
		"a reply of READ TOC":            append(header, packs...),
		"a reply of READ TOC with a NUL": append(append(header, packs...), 0),
	} {
		got, notes, err := cdtext.ParseFile(file)
		require.NoError(t, err, name)
		assert.Equal(t, packs, got, name)
		assert.Empty(t, notes)
	}
	zero := unhex(nightCats)
	copy(zero[len(zero)-2:], []byte{0, 0})
	got, notes, err := cdtext.ParseFile(zero)
	require.NoError(t, err)
	assert.Equal(t, packs, got)
	assert.Equal(t, []cdtext.Note{{Kind: "zero-crc", Field: "size information", Pack: 21}}, notes)
	assert.Zero(t, zero[len(zero)-1], "the file is unchanged")
	full := bytes.Repeat(packs[:cdtext.PackSize], 8*256)
	got, _, err = cdtext.ParseFile(full)
	require.NoError(t, err)
	assert.Equal(t, full, got, "eight full blocks")
}

func TestParseFileErrors(t *testing.T) {
	bad := unhex(nightCats)
	bad[5] ^= 1
	other := unhex(nightCats)
	other[0] = 0x41
	for want, file := range map[string][]byte{
		"invalid CD-TEXT: the checksum of pack 0 is wrong":     bad,
		"invalid CD-TEXT: pack 0 has the type 41h":             other,
		"invalid CD-TEXT: 398 bytes are not packs of 18 bytes": append(unhex(nightCats), 0, 0),
		"invalid CD-TEXT: 400 bytes are not packs of 18 bytes": append([]byte{1, 2, 3, 4}, unhex(nightCats)...),
		"no CD-TEXT": {},
		"CD-TEXT is too long: 2049 packs, and a disc can have 2048": make([]byte, 2049*cdtext.PackSize),
	} {
		_, _, err := cdtext.ParseFile(file)
		require.EqualError(t, err, want)
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]cdtext.Genre{
		"classical": 5, "Hip-Hop": 0x0D, "Children's Music": 4, "R&B": 0x18, "rock": 0x17, "0x001b": 0x1B, "World Music": 0x1B,
		"RnB": 0x18, "Pop": 0x14, "world": 0x1B, "Children": 4, "Childrens": 4, "Alternative": 3,
	} {
		got, ok := cdtext.ParseGenre(name)
		assert.True(t, ok && got == want, name)
	}
	for code := range cdtext.Genre(0x20) {
		got, ok := cdtext.ParseGenre(code.String())
		assert.True(t, ok && got == code, code.String())
	}
	for code := range 0x100 {
		got, ok := cdtext.ParseLanguage(cdtext.Language(code).String())
		assert.True(t, ok && int(got) == code, cdtext.Language(code).String())
	}
	// EBU Tech 3264, as used by the real discs of the other tests.
	assert.Equal(t, "Czech Hungarian Dutch Polish Russian Korean Japanese Greek Chinese Amharic 0x2C", strings.Join([]string{
		cdtext.Language(0x06).String(), cdtext.Language(0x1B).String(), cdtext.Language(0x1D).String(), cdtext.Language(0x20).String(),
		cdtext.Language(0x56).String(), cdtext.Language(0x65).String(), cdtext.Japanese.String(), cdtext.Language(0x70).String(),
		cdtext.Language(0x75).String(), cdtext.Language(0x7F).String(), cdtext.Language(0x2C).String(),
	}, " "))
	assert.Equal(t, "German English Spanish French Italian", strings.Join([]string{
		cdtext.German.String(), cdtext.English.String(), cdtext.Spanish.String(), cdtext.French.String(), cdtext.Italian.String(),
	}, " "))
	_, ok := cdtext.ParseGenre("Polka")
	assert.False(t, ok)
}

// Editors on Windows save UTF-16 as "Unicode"; with or without a byte order mark, UTF-8.
func TestSheetInUnicode(t *testing.T) {
	want, err := cdtext.ParseSheet([]byte(nightCatsSheets))
	require.NoError(t, err)
	for name, order := range map[string]binary.AppendByteOrder{"little": binary.LittleEndian, "big": binary.BigEndian} {
		var file []byte
		for _, unit := range utf16.Encode([]rune("\uFEFF" + strings.ReplaceAll(nightCatsSheets, "\n", "\r\n"))) {
			file = order.AppendUint16(file, unit)
		}
		got, err := cdtext.ParseSheet(file)
		require.NoError(t, err, name)
		assert.Equal(t, want, got, name)
	}
	got, err := cdtext.ParseSheet([]byte("\uFEFF" + nightCatsSheets))
	require.NoError(t, err)
	assert.Equal(t, want, got)
	_, err = cdtext.ParseSheet([]byte("\xFF\xFE="))
	require.ErrorIs(t, err, cdtext.ErrInvalid)
}

// A note names the track by its number on the disc, and a file has the blocks that packs would have.
func TestSameNotesForPacksAndFile(t *testing.T) {
	title := func(text string) cdtext.Track { return cdtext.Track{Text: cdtext.Text{Title: text}} }
	d := cdtext.Disc{First: 5, Blocks: []cdtext.Block{
		{Tracks: []cdtext.Track{title("One"), title("日本")}},
		{Language: cdtext.German, Tracks: []cdtext.Track{title("日本"), title("日本")}},
	}}
	want := []cdtext.Note{
		{Kind: "unwritable", Track: 6, Field: "title", From: "日本"},
		{Kind: "left-out", Block: 1, Language: cdtext.German},
	}
	_, notes, err := cdtext.Encode(d)
	require.NoError(t, err)
	assert.Equal(t, want, notes)
	file, notes, err := cdtext.FormatSheet(d)
	require.NoError(t, err)
	assert.Equal(t, want, notes)
	back, err := cdtext.ParseSheet(file)
	require.NoError(t, err)
	assert.Len(t, back.Blocks, 1)
	assert.Equal(t, 5, back.First)

	_, _, err = cdtext.FormatSheet(cdtext.Disc{Blocks: []cdtext.Block{{Tracks: make([]cdtext.Track, 2)}}})
	require.ErrorIs(t, err, cdtext.ErrNoText)
}
