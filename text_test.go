package redbook

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/cdtext"
)

// One name in another script doesn't convert Western titles to MS-JIS, which few players
// show.
func TestCharsetOfTitles(t *testing.T) {
	for _, c := range []struct {
		titles []string
		want   cdtext.Charset
	}{
		{[]string{"Caf\u00e9", "Na\u00efve", "Two", "\u041a\u0438\u043d\u043e"}, cdtext.Latin1},
		{[]string{"Caf\u00e9", "\U0001F3B5"}, cdtext.Latin1},
		{[]string{"One", "Two", "Three", "\u65e5\u672c\u8a9e"}, cdtext.MSJIS},
		{[]string{"\u041f\u0435\u0441\u043d\u044f", "\u041a\u0438\u043d\u043e", "Two"}, cdtext.MSJIS},
	} {
		a := &Album{}
		for _, title := range c.titles {
			var track album.Track
			track.Title = title
			a.Tracks = append(a.Tracks, track)
		}
		packs, _, err := packsOf(a)
		require.NoError(t, err)
		disc, _ := cdtext.Decode(packs)
		require.Len(t, disc.Blocks, 1)
		assert.Equal(t, c.want, disc.Blocks[0].Charset, "%v", c.titles)
	}
}

// Japanese titles that don't fit are refused: in Latin-1 they would fit, without a letter.
func TestTooLongInJapanese(t *testing.T) {
	a := &Album{Title: "Album"}
	for i := range 99 {
		var track album.Track
		track.Title = "\u65e5\u672c\u8a9e\u306e\u3068\u3066\u3082\u9577\u3044\u984c\u540d\u3067\u3059\u6b4c\u6b4c" + string(rune('A'+i%26))
		a.Tracks = append(a.Tracks, track)
	}
	_, _, err := packsOf(a)
	require.ErrorIs(t, err, cdtext.ErrTooLong)
	assert.ErrorContains(t, err, "in Japanese (MS-JIS, two bytes for each letter) need")
}
