package cdtext_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/cdtext"
)

// big is a disc of 30 tracks with all fields of the given number of characters.
func big(fields []string, n int) cdtext.Disc {
	b := cdtext.Block{Tracks: make([]cdtext.Track, 30)}
	for i := range b.Tracks {
		text := fmt.Sprintf("%02d", i) + strings.Repeat("x", n-2)
		for _, f := range fields {
			switch f {
			case "closed information":
				b.Closed = text
			case "UPC/EAN and ISRC":
				b.Tracks[i].ISRC = "XYBLG1101234"
			default:
				t := &b.Tracks[i]
				*map[string]*string{
					"title": &t.Title, "performer": &t.Performer, "songwriter": &t.Songwriter,
					"composer": &t.Composer, "arranger": &t.Arranger, "message": &t.Message,
				}[f] = text
			}
		}
	}
	return cdtext.Disc{First: 1, Blocks: []cdtext.Block{b}}
}

var all = []string{
	"title", "performer", "songwriter", "composer", "arranger",
	"message", "closed information", "UPC/EAN and ISRC",
}

// 30 texts of 35 characters take 91 packs, and a block has room for 253.
func TestDropped(t *testing.T) {
	packs, notes, err := cdtext.Encode(big(all, 35))
	require.NoError(t, err)
	var dropped []string
	for _, n := range notes {
		require.EqualValues(t, "dropped", n.Kind)
		dropped = append(dropped, n.Field)
	}
	assert.Equal(t, []string{
		"closed information", "message", "arranger", "composer", "songwriter",
	}, dropped, "the least important first, and only as many as necessary")
	d, _ := cdtext.Decode(packs)
	b := d.Blocks[0]
	assert.Equal(t, "29"+strings.Repeat("x", 33), b.Tracks[29].Performer)
	assert.Equal(t, "XYBLG1101234", b.Tracks[29].ISRC)
	assert.Empty(t, b.Tracks[29].Songwriter)
}

func TestTooLong(t *testing.T) {
	_, _, err := cdtext.Encode(big(all[:2], 50)) // 2 x 128 packs
	require.ErrorIs(t, err, cdtext.ErrTooLong)
	assert.EqualError(t, err, "CD-TEXT is too long: the titles and performers in English need 256 packs, and a language can have 253")
}

// The last pack of a full block has the number 255: 253 packs of text and three of
// size information.
func TestFull(t *testing.T) {
	d := big(all[:2], 49) // 2 x 126 packs
	d.Blocks[0].DiscID = "1"
	packs, notes, err := cdtext.Encode(d)
	require.NoError(t, err)
	assert.Empty(t, notes)
	require.Len(t, packs, 256*cdtext.PackSize)
	assert.Equal(t, unhex("8F 02 FF 00"), packs[255*cdtext.PackSize:][:4])
	back, _ := cdtext.Decode(packs)
	d.Blocks[0].Language = cdtext.English
	assert.Equal(t, d, back)
	d.Blocks[0].GenreText = "x"
	_, _, err = cdtext.Encode(d)
	require.ErrorIs(t, err, cdtext.ErrTooLong)
}

// A block that is too long only because texts repeat is written with TABs; nothing is
// dropped.
func TestTabsBeforeDropping(t *testing.T) {
	d := big(all[:1], 30)
	for i := range d.Blocks[0].Tracks {
		d.Blocks[0].Tracks[i].Performer = strings.Repeat("p", 60)
		d.Blocks[0].Tracks[i].Message = strings.Repeat("m", 60)
	}
	packs, notes, err := cdtext.Encode(d)
	require.NoError(t, err)
	assert.Empty(t, notes)
	d.Blocks[0].Language = cdtext.English
	back, _ := cdtext.Decode(packs)
	assert.Equal(t, d, back)
	assert.Less(t, len(packs), 110*cdtext.PackSize)
}

func TestInvalid(t *testing.T) {
	block := cdtext.Block{Album: cdtext.Text{Title: "x"}, Tracks: make([]cdtext.Track, 1)}
	for _, d := range []cdtext.Disc{
		{First: 100, Blocks: []cdtext.Block{block}},
		{First: -1, Blocks: []cdtext.Block{block}},
		{Blocks: []cdtext.Block{{Album: cdtext.Text{Title: "x"}}}},
		{First: 2, Blocks: []cdtext.Block{{Tracks: make([]cdtext.Track, 99)}}},
		{Blocks: make([]cdtext.Block, 9)},
		{Blocks: []cdtext.Block{{Charset: 0x81, Tracks: make([]cdtext.Track, 1)}}},
	} {
		_, _, err := cdtext.Encode(d)
		require.ErrorIs(t, err, cdtext.ErrInvalid)
		_, _, err = cdtext.FormatSheet(d)
		require.ErrorIs(t, err, cdtext.ErrInvalid)
	}
	for _, d := range []cdtext.Disc{{}, {Blocks: []cdtext.Block{{Tracks: make([]cdtext.Track, 3)}}}} {
		_, _, err := cdtext.Encode(d)
		require.ErrorIs(t, err, cdtext.ErrNoText)
	}
}

// A block with fewer tracks than another gets empty texts for the others.
func TestUnevenBlocks(t *testing.T) {
	d := nightCatsText()
	d.Blocks = append(d.Blocks, cdtext.Block{
		Language: cdtext.German, Protected: true, Album: cdtext.Text{Title: "Nächte"}, Tracks: make([]cdtext.Track, 1),
	})
	packs, _, err := cdtext.Encode(d)
	require.NoError(t, err)
	assert.Equal(t, unhex("8F 00 01 10 00 01 03 03 01"), packs[23*cdtext.PackSize:][:9])
	back, notes := cdtext.Decode(packs)
	assert.Empty(t, notes)
	d.Blocks[1].Tracks = make([]cdtext.Track, 3)
	assert.Equal(t, d, back)
}

// A block without text is left out: players would offer a language that has no text.
func TestEmptyBlock(t *testing.T) {
	d := nightCatsText()
	d.Blocks = append([]cdtext.Block{{Language: cdtext.German, Album: cdtext.Text{Title: "Кино"}}}, d.Blocks...)
	packs, notes, err := cdtext.Encode(d)
	require.NoError(t, err)
	assert.Equal(t, []cdtext.Note{{Kind: "left-out", Language: cdtext.German}}, notes)
	wantPacks(t, unhex(nightCats), packs)
}

// If no text can be written, the notes name all of them.
func TestNothingLeft(t *testing.T) {
	d := cdtext.Disc{Blocks: []cdtext.Block{{Album: cdtext.Text{Title: "Кино"}, Tracks: make([]cdtext.Track, 1)}}}
	_, notes, err := cdtext.Encode(d)
	require.ErrorIs(t, err, cdtext.ErrNoText)
	assert.Equal(t, []cdtext.Note{{Kind: "unwritable", Field: "title", From: "Кино"}}, notes)
}

// Blocks without a language are written as English, the first as well as the second.
// A genre code has two bytes. The text and the NULs of the album and its only track
// fill one pack, and no second pack follows.
func TestSecondBlock(t *testing.T) {
	b := cdtext.Block{Genre: 0x0123, UPC: "4988000000", Tracks: make([]cdtext.Track, 1)}
	packs, _, err := cdtext.Encode(cdtext.Disc{First: 1, Blocks: []cdtext.Block{b, b}})
	require.NoError(t, err)
	require.Len(t, packs, 2*(2+3)*cdtext.PackSize)
	back, _ := cdtext.Decode(packs)
	b.Language = cdtext.English
	assert.Equal(t, cdtext.Disc{First: 1, Blocks: []cdtext.Block{b, b}}, back)
}
