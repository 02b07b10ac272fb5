package cdtext_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/cdtext"
)

// cut splits packs.
func cut(packs []byte) [][]byte { return slices.Collect(slices.Chunk(packs, cdtext.PackSize)) }

// seal computes the checksum of a pack made by a test, 16 bytes.
func seal(p []byte) []byte { return binary.BigEndian.AppendUint16(slices.Clip(p[:16]), cdtext.CRC(p)) }

// Without size information (second sessions, and discs that make other readers loop):
// the packs contain everything except the language.
func TestNoSize(t *testing.T) {
	d, notes := cdtext.Decode(unhex(nightCats)[:19*cdtext.PackSize])
	want := nightCatsText()
	want.Blocks[0].Language = cdtext.Unknown
	assert.Equal(t, want, d)
	assert.Equal(t, []cdtext.Note{{Kind: "no-size"}}, notes)
}

// PX-716A and PX-W5224TA return the last pack with a checksum of zero.
func TestZeroChecksum(t *testing.T) {
	packs := unhex(nightCats)
	packs[len(packs)-2], packs[len(packs)-1] = 0, 0
	d, notes := cdtext.Decode(packs)
	assert.Equal(t, nightCatsText(), d)
	assert.Equal(t, []cdtext.Note{{Kind: "zero-crc", Field: "size information", Pack: 21}}, notes)
}

// Only the bad pack is left out, and the texts after it stay with their tracks.
func TestBadChecksum(t *testing.T) {
	for i, c := range []struct {
		field  string
		titles []string // of the album and the tracks
		cut    []int    // tracks whose text is incomplete
	}{
		{"title", []string{"s", "Song of Joy", "Humpty Dumpty", "Mee Owwww"}, []int{0}},
		{"title", []string{"Joyful Night", "y", "Humpty Dumpty", "Mee Owwww"}, []int{0, 1}},
		{"title", []string{"Joyful Nights", "Song of Jo", "pty", "Mee Owwww"}, []int{1, 2}},
		{"title", []string{"Joyful Nights", "Song of Joy", "Humpty Dum", "w"}, []int{2, 3}},
		{"title", []string{"Joyful Nights", "Song of Joy", "Humpty Dumpty", "Mee Owww"}, nil},
	} {
		packs := unhex(nightCats)
		packs[i*cdtext.PackSize+5] ^= 0x40
		d, notes := cdtext.Decode(packs)
		b := d.Blocks[0]
		assert.Equal(t, c.titles, []string{b.Album.Title, b.Tracks[0].Title, b.Tracks[1].Title, b.Tracks[2].Title}, "pack %d", i)
		assert.Contains(t, notes, cdtext.Note{Kind: "bad-crc", Field: c.field, Pack: i})
		var cut []int
		for _, n := range notes {
			if n.Kind == "incomplete" {
				cut = append(cut, n.Track)
			}
		}
		assert.Equal(t, c.cut, cut, "pack %d", i)
		assert.Equal(t, "Felix and The Purrs", b.Tracks[0].Performer)
	}
}

// Packs in any order, more than one round of them, zeros after them, a partial
// pack, and types without meaning (AFh has been seen; 88h and 89h are known).
func TestOrder(t *testing.T) {
	d, err := cdtext.ParseSheet([]byte(nightCatsSheets))
	require.NoError(t, err)
	packs, _, err := cdtext.Encode(d)
	require.NoError(t, err)
	shuffled := cut(slices.Concat(packs, packs))
	slices.Reverse(shuffled)
	got, notes := cdtext.Decode(bytes.Join(shuffled, nil))
	assert.Empty(t, notes)
	assert.Equal(t, d, got)

	odd := slices.Concat(packs, seal(unhex("AF 00 00 00 41 00 00 00 00 00 00 00 00 00 00 00")),
		unhex("88 01 24 00 00 02 00 04 0B 19 08 02 32 0B 2F 3E 67 2D"), packs, make([]byte, 2*cdtext.PackSize), packs[:7])
	got, notes = cdtext.Decode(odd)
	assert.Equal(t, d, got)
	assert.Equal(t, []cdtext.Note{{Kind: "unknown-pack", Field: "pack type AFh", Pack: 96}}, notes)
}

// A text without a final NUL, and packs that all name track 0.
func TestOpenAndUnnumbered(t *testing.T) {
	d, _ := cdtext.Decode(slices.Concat(
		seal(unhex("80 00 00 00 41 6C 62 75 6D 00 46 69 72 73 74 20")),
		seal(unhex("80 00 01 06 74 75 6E 65 00 53 65 63 6F 6E 64 21"))))
	b := d.Blocks[0]
	assert.Equal(t, "Album", b.Album.Title)
	require.Len(t, b.Tracks, 2)
	assert.Equal(t, "First tune", b.Tracks[0].Title)
	assert.Equal(t, "Second!", b.Tracks[1].Title)
}

// Every text begins a new pack, padded with zeros: the zeros are not empty texts of
// the next tracks.
func TestPadded(t *testing.T) {
	d, _ := cdtext.Decode(slices.Concat(
		seal(unhex("80 00 00 00 41 6C 62 75 6D 00 00 00 00 00 00 00")),
		seal(unhex("80 01 01 00 4F 6E 65 00 00 00 00 00 00 00 00 00")),
		seal(unhex("80 02 02 00 54 77 6F 00 00 00 00 00 00 00 00 00"))))
	b := d.Blocks[0]
	require.Len(t, b.Tracks, 2)
	assert.Equal(t, []string{"Album", "One", "Two"}, []string{b.Album.Title, b.Tracks[0].Title, b.Tracks[1].Title})
}

// TAB means "as the track before", for double bytes two of them.
func TestTabs(t *testing.T) {
	d, _ := cdtext.Decode(slices.Concat(
		seal(unhex("81 00 00 00 09 00 42 61 6E 64 00 09 00 09 00 00")),
		seal(unhex("80 00 01 80 00 00 93 FA 00 00 09 09 00 00 00 00"))))
	b := d.Blocks[0]
	require.Len(t, b.Tracks, 3)
	assert.Equal(t, "", b.Album.Performer, "the album has no previous text")
	for _, track := range b.Tracks {
		assert.Equal(t, "Band", track.Performer)
	}
	assert.Equal(t, []string{"日", "日", ""}, []string{b.Tracks[0].Title, b.Tracks[1].Title, b.Tracks[2].Title})
}

// redumper #39: the flag of double bytes on single-byte text.
func TestSingleBytesFlaggedAsDouble(t *testing.T) {
	d, _ := cdtext.Decode(slices.Concat(
		seal(unhex("80 00 00 80 41 6C 62 75 6D 00 46 69 72 73 74 20")),
		seal(unhex("80 01 01 83 74 75 6E 65 00 93 FA 96 7B 00 00 00"))))
	b := d.Blocks[0]
	assert.Equal(t, "Album", b.Album.Title)
	require.Len(t, b.Tracks, 2)
	assert.Equal(t, "First tune", b.Tracks[0].Title)
	assert.Equal(t, "日本", b.Tracks[1].Title)
}

// The Japanese block of libcueify's tests/check_cdtext.cdt.h, with the texts of its
// check_cdtext.c. Its track 1 repeats the album, and its last performers are outside
// Shift-JIS. The positions count bytes there, where libburn counts characters.
func TestForeignDoubleBytes(t *testing.T) {
	d, notes := cdtext.Decode(unhex(`
		80 00 00 A0 83 71 81 5B 83 5B 83 93 00 00 09 09 4D 2B | 80 01 01 A2 00 00 83 4A 83 4E 83 5E 83 58 00 00 7E E6
		80 03 02 A0 09 09 00 00 00 00 00 00 00 00 00 00 18 BB | 80 08 03 A0 00 00 00 00 00 00 00 00 00 00 00 00 C5 A0
		81 00 04 A0 83 66 83 94 83 42 83 62 83 68 81 45 24 78 | 81 00 05 AC 83 7B 83 45 83 43 00 00 09 09 00 00 A1 1B
		81 02 06 A0 09 09 00 00 09 09 00 00 09 09 00 00 FC E5 | 81 05 07 A0 09 09 00 00 09 09 00 00 09 09 00 00 FF 13
		81 08 08 A0 09 09 00 00 09 09 00 00 09 09 00 00 76 75 | 81 0B 09 A0 F7 C7 00 00 F6 4D 00 00 00 00 00 00 AB 30
		8F 00 0A 20 80 01 0C 03 04 06 00 00 00 00 00 00 A8 CF | 8F 01 0B 20 00 00 00 00 00 00 00 03 44 08 0C 00 CD BB
		8F 02 0C 20 00 00 00 00 09 0F 69 00 00 00 00 00 3C F1`))
	assert.Equal(t, 1, d.First)
	require.Len(t, d.Blocks, 1)
	b := d.Blocks[0]
	assert.Equal(t, cdtext.Japanese, b.Language)
	assert.Equal(t, cdtext.MSJIS, b.Charset)
	assert.True(t, b.Protected)
	assert.Equal(t, cdtext.Text{Title: "ヒーゼン", Performer: "デヴィッド・ボウイ"}, b.Album)
	require.Len(t, b.Tracks, 12)
	for i, track := range b.Tracks {
		title := []string{"ヒーゼン", "カクタス", "カクタス", ""}[min(i, 3)]
		performer := "デヴィッド・ボウイ"
		if i >= 10 {
			performer = ""
		}
		assert.Equal(t, cdtext.Text{Title: title, Performer: performer}, track.Text, "track %d", i+1)
	}
	assert.Equal(t, []cdtext.Note{
		{Kind: "undecodable", Track: 11, Field: "performer"}, {Kind: "undecodable", Track: 12, Field: "performer"},
	}, notes)
}

func TestOddLetters(t *testing.T) {
	title := func(bytes string) (string, []cdtext.Note) {
		d, notes := cdtext.Decode(slices.Concat(seal(unhex("80 00 00 00 "+bytes)), unhex(nightCats)[19*cdtext.PackSize:]))
		return d.Blocks[0].Album.Title, notes
	}
	got, notes := title("44 6F 6E 92 74 00 00 00 00 00 00 00")
	assert.Equal(t, "Don’t", got, "Windows-1252, unused in Latin-1")
	assert.Empty(t, notes)
	got, notes = title("31 30 20 6D C2 B2 00 00 00 00 00 00")
	assert.Equal(t, "10 mÂ²", got, "it may be UTF-8, but players show it like this")
	assert.Empty(t, notes)
	got, notes = title("46 9D 72 1B 00 00 00 00 00 00 00 00")
	assert.Equal(t, "Fr", got)
	assert.Equal(t, []cdtext.Note{{Kind: "undecodable", Field: "title", To: "Fr"}}, notes)
}

// A genre code repeated in every pack, and one in the first only.
func TestGenreCode(t *testing.T) {
	for _, second := range []string{
		"87 00 01 0A 00 05 73 73 69 63 20 6D 75 73 69 63", "87 00 01 0A 73 73 69 63 20 6D 75 73 69 63 00 00",
	} {
		d, _ := cdtext.Decode(slices.Concat(seal(unhex("87 00 00 00 00 05 46 65 6C 69 6E 65 20 63 6C 61")), seal(unhex(second))))
		assert.Equal(t, cdtext.Genre(5), d.Blocks[0].Genre)
		assert.Equal(t, "Feline classic music", d.Blocks[0].GenreText)
	}
}

func TestNothing(t *testing.T) {
	for _, packs := range [][]byte{nil, make([]byte, 17), make([]byte, 36), unhex("00 01"), unhex(nightCats)[19*cdtext.PackSize:]} {
		d, notes := cdtext.Decode(packs)
		assert.Empty(t, d)
		assert.Empty(t, notes)
	}
}

// Tracks missing from the size information, and a first track above 1.
func TestTrackNumbers(t *testing.T) {
	want := nightCatsText()
	want.First = 12
	packs, _, err := cdtext.Encode(want)
	require.NoError(t, err)
	assert.Equal(t, byte(12), packs[2*cdtext.PackSize+1], "pack 2 begins in the first track")
	d, notes := cdtext.Decode(packs)
	assert.Empty(t, notes)
	assert.Equal(t, want, d)

	short := bytes.Clone(packs)
	size := short[19*cdtext.PackSize:]
	size[6] = 13 // last track
	copy(size, seal(size[:16]))
	d, _ = cdtext.Decode(short)
	assert.Equal(t, want, d)
}
