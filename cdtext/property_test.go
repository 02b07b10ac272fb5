package cdtext_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/redbook-audio/redbook/cdtext"
)

// someText draws a text that isn't empty and whose characters are all in charset.
func someText(charset cdtext.Charset) *rapid.Generator[string] {
	switch charset {
	case cdtext.Latin1:
		return rapid.StringMatching(`[A-Za-zäöüÉñçß¿]{1,20}( [A-Za-zÀ-ÖØ-öø-ÿ]{1,9}){0,3}`)
	case cdtext.MSJIS:
		return rapid.StringMatching(`[あ-んア-ヶ]{1,12}(　[Ａ-Ｚ０-９]{1,5}){0,2}`)
	}
	return rapid.StringMatching(`[A-Za-z0-9,.!?&'()-]{1,20}( [A-Za-z0-9]{1,9}){0,3}`)
}

// anyText draws a text whose characters are all in charset. Few are different: texts repeat.
func anyText(charset cdtext.Charset) *rapid.Generator[string] {
	some := someText(charset)
	return rapid.OneOf(some, rapid.Just(""), rapid.Just(some.Example(1)))
}

// anyDisc draws a disc whose texts fit, even with the longest from anyText: the longest
// text of a track is 6 fields of 36 bytes, and a block has 253 packs of 12.
func anyDisc(t *rapid.T) cdtext.Disc {
	tracks := rapid.IntRange(1, 10).Draw(t, "tracks")
	d := cdtext.Disc{First: rapid.IntRange(1, 79).Draw(t, "first")}
	for range rapid.IntRange(1, 8).Draw(t, "blocks") {
		charset := rapid.SampledFrom([]cdtext.Charset{cdtext.Latin1, cdtext.ASCII, cdtext.MSJIS}).Draw(t, "charset")
		text := rapid.Custom(func(t *rapid.T) cdtext.Text {
			s := anyText(charset)
			return cdtext.Text{
				Title: s.Draw(t, "title"), Performer: s.Draw(t, "performer"), Songwriter: s.Draw(t, "songwriter"),
				Composer: s.Draw(t, "composer"), Arranger: s.Draw(t, "arranger"), Message: s.Draw(t, "message"),
			}
		})
		plain := anyText(cdtext.ASCII)
		b := cdtext.Block{
			Language: cdtext.Language(rapid.IntRange(1, 0x7F).Draw(t, "language")), Charset: charset,
			Protected: rapid.Bool().Draw(t, "protected"), Album: text.Draw(t, "album"),
			DiscID: plain.Draw(t, "disc ID"), GenreText: plain.Draw(t, "genre text"), Closed: anyText(cdtext.Latin1).Draw(t, "closed"),
			Genre: cdtext.Genre(rapid.IntRange(0, 0x1B).Draw(t, "genre")),
			UPC:   rapid.StringMatching(`([0-9]{13})?`).Draw(t, "UPC"),
		}
		b.Album.Title += someText(charset).Draw(t, "more")
		for range tracks {
			b.Tracks = append(b.Tracks, cdtext.Track{
				Text: text.Draw(t, "track"), ISRC: rapid.StringMatching(`([A-Z]{2}[A-Z0-9]{3}[0-9]{7})?`).Draw(t, "ISRC"),
			})
		}
		d.Blocks = append(d.Blocks, b)
	}
	return d
}

// Encoded text is decoded to the same text, with TABs and without, from packs and
// from symbols; and so is a sheet.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDisc(t)
		for _, encode := range []func(cdtext.Disc) ([]byte, []cdtext.Note, error){cdtext.Encode, cdtext.EncodeTabs} {
			packs, notes, err := encode(d)
			require.NoError(t, err)
			require.Empty(t, notes, "it fits")
			wantForm(t, packs)
			back, notes := cdtext.Decode(packs)
			assert.Empty(t, notes)
			assert.Equal(t, d, back)
			parsed, _, err := cdtext.ParseFile(packs)
			require.NoError(t, err)
			assert.Equal(t, packs, parsed)
		}
		file, _, err := cdtext.FormatSheet(d)
		require.NoError(t, err)
		back, err := cdtext.ParseSheet(file)
		require.NoError(t, err)
		assert.Equal(t, d, back)
	})
}

// wantForm checks packs against the rules that players rely on.
func wantForm(t *rapid.T, packs []byte) {
	number, block, field := -1, 0, byte(0)
	counts := map[byte]byte{}
	for i := 0; i < len(packs); i += cdtext.PackSize {
		p := packs[i : i+cdtext.PackSize]
		require.Equal(t, cdtext.CRC(p[:16]), binary.BigEndian.Uint16(p[16:]))
		if b := int(p[3] >> 4 & 7); b != block {
			require.Equal(t, block+1, b)
			block, number, field, counts = b, -1, 0, map[byte]byte{}
		}
		number++
		require.Equal(t, byte(number), p[2], "numbers are consecutive in a block")
		require.LessOrEqual(t, field, p[0], "types ascend")
		if p[0] != field && p[0] != 0x8F {
			require.Zero(t, p[1], "the first text is the album's")
			require.Zero(t, p[3]&0x0F)
		}
		field = p[0]
		counts[field]++
		if field == 0x8F && p[1] == 2 {
			require.Equal(t, byte(3), counts[0x8F])
			record := slices.Concat(packs[i-2*cdtext.PackSize:][4:16], packs[i-cdtext.PackSize:][4:16], p[4:16])
			require.Equal(t, byte(number), record[20+block], "the last pack of the block")
		}
		if field == 0x8F && p[1] == 0 {
			for f, n := range counts {
				if i := f - 0x80; i < 8 {
					require.Equal(t, n, p[8+i], "packs of type %02X", f)
				}
			}
		}
	}
}

// For any text, the packs fit on a disc, and their decoded text is encoded the same.
func TestAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		charset := rapid.SampledFrom([]cdtext.Charset{cdtext.Latin1, cdtext.ASCII, cdtext.MSJIS}).Draw(t, "charset")
		b := cdtext.Block{Charset: charset, Language: cdtext.English, Tracks: make([]cdtext.Track, rapid.IntRange(1, 99).Draw(t, "tracks"))}
		b.Album.Title = rapid.String().Draw(t, "title")
		b.Album.Performer = "x"
		for i := range b.Tracks {
			b.Tracks[i].Title = rapid.String().Draw(t, "title")
			b.Tracks[i].Message = rapid.String().Draw(t, "message")
		}
		packs, notes, err := cdtext.Encode(cdtext.Disc{First: 1, Blocks: []cdtext.Block{b}})
		if err != nil {
			require.ErrorIs(t, err, cdtext.ErrTooLong)
			return
		}
		require.LessOrEqual(t, len(packs), 256*cdtext.PackSize)
		back, more := cdtext.Decode(packs)
		require.Empty(t, more)
		for _, n := range notes {
			if n.Kind != "dropped" && n.Field == "title" && n.Track > 0 {
				require.Equal(t, n.To, back.Blocks[0].Tracks[n.Track-1].Title, "the note has the text on the disc")
			}
		}
		again, notes, err := cdtext.Encode(back)
		require.NoError(t, err)
		require.Empty(t, notes)
		require.Equal(t, packs, again)
	})
}
