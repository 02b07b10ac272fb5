package cdtext_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/cdtext"
)

// Whichever pack is lost, every title without a byte in it stays with its track. A
// pack holds several titles, so the following pack may begin some tracks later.
func TestLostPack(t *testing.T) {
	b := cdtext.Block{Tracks: make([]cdtext.Track, 30)}
	for i := range b.Tracks {
		b.Tracks[i].Title = fmt.Sprint(100 + i)
	}
	packs, _, err := cdtext.Encode(cdtext.Disc{Blocks: []cdtext.Block{b}})
	require.NoError(t, err)
	const each, payload = 4, 12 // bytes of a title with its NUL, and of a pack
	for lost := range 10 {
		d, _ := cdtext.Decode(slices.Delete(bytes.Clone(packs), lost*cdtext.PackSize, (lost+1)*cdtext.PackSize))
		require.Len(t, d.Blocks[0].Tracks, 30)
		for i, track := range d.Blocks[0].Tracks {
			// The NUL of the album comes first.
			if from, to := 1+i*each, (i+1)*each-1; to >= lost*payload && from < (lost+1)*payload {
				continue
			}
			assert.Equal(t, b.Tracks[i].Title, track.Title, "pack %d lost, track %d", lost, i+1)
		}
	}
}

// A pack that begins a text of another track ends the previous one, even without a
// NUL. If it begins in the middle of a text, its own track number counts.
func TestTrackOfPack(t *testing.T) {
	d, _ := cdtext.Decode(slices.Concat(
		seal(unhex("80 00 00 00 41 6C 62 75 6D 20 74 69 74 6C 65 73")),
		seal(unhex("80 01 01 00 54 72 61 63 6B 20 6F 6E 65 21 21 21")),
		seal(unhex("81 00 02 00 42 61 6E 64 00 46 69 72 73 74 20 61")),
		seal(unhex("81 03 03 07 6E 64 20 6C 61 73 74 00 00 00 00 00"))))
	b := d.Blocks[0]
	require.Len(t, b.Tracks, 3)
	assert.Equal(t, cdtext.Text{Title: "Album titles", Performer: "Band"}, b.Album)
	assert.Equal(t, "Track one!!!", b.Tracks[0].Title)
	assert.Equal(t, "First and last", b.Tracks[2].Performer)
}

// The size information of any block names the languages of all.
func TestLanguageOfAnotherBlock(t *testing.T) {
	want := cdtext.Disc{First: 1}
	for i := range 8 {
		want.Blocks = append(want.Blocks, cdtext.Block{
			Language: cdtext.Language(i + 1), Album: cdtext.Text{Title: "x"}, Tracks: make([]cdtext.Track, 1),
		})
	}
	packs, _, err := cdtext.Encode(want)
	require.NoError(t, err)
	for kept := range 8 {
		left := slices.DeleteFunc(cut(packs), func(p []byte) bool { return p[0] == 0x8F && int(p[3]>>4) != kept })
		d, _ := cdtext.Decode(bytes.Join(left, nil))
		assert.Equal(t, want, d, "size information of block %d", kept)
	}
}

// The packs of an album without tracks, and of a disc with nothing but a genre.
func TestAlbumOnly(t *testing.T) {
	d, _ := cdtext.Decode(seal(unhex("80 00 00 00 41 6C 62 75 6D 00 00 00 00 00 00 00")))
	assert.Equal(t, cdtext.Disc{First: 1, Blocks: []cdtext.Block{{Album: cdtext.Text{Title: "Album"}, Tracks: []cdtext.Track{}}}}, d)
	d, _ = cdtext.Decode(seal(unhex("87 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00")))
	assert.Equal(t, cdtext.Genre(1), d.Blocks[0].Genre)
	d, _ = cdtext.Decode(slices.Concat(
		seal(unhex("87 00 00 00 00 01 41 20 67 65 6E 72 65 20 6F 66")), seal(unhex("87 00 01 0A 00 01 20 69 74 73 20 6F 77 6E 00 00"))))
	assert.Equal(t, "A genre of its own", d.Blocks[0].GenreText, "the code 1 in both packs")
}

// A catalog number belongs to the album: a second one is not that of a track.
func TestSecondDiscID(t *testing.T) {
	d, _ := cdtext.Decode(seal(unhex("86 00 00 00 49 44 00 49 44 32 00 00 00 00 00 00")))
	assert.Equal(t, "ID", d.Blocks[0].DiscID)
	assert.Empty(t, d.Blocks[0].Tracks)
}

// A pack with the extension bit has no meaning.
func TestExtendedPack(t *testing.T) {
	d, notes := cdtext.Decode(slices.Concat(unhex(nightCats), seal(unhex("80 81 16 00 41 42 43 00 00 00 00 00 00 00 00 00"))))
	assert.Equal(t, nightCatsText(), d)
	assert.Equal(t, []cdtext.Note{{Kind: "unknown-pack", Field: "title", Pack: 22}}, notes)
}

// Size information has three packs; additional ones are ignored.
func TestFourthSizePack(t *testing.T) {
	want, notes := cdtext.Decode(unhex(nightCats))
	for _, number := range []string{"03", "7F"} {
		got, gotNotes := cdtext.Decode(append(unhex(nightCats), seal(unhex("8F "+number+" 2A 00 00 00 00 00 00 00 00 00 00 00 00 00"))...))
		assert.Equal(t, want, got)
		assert.Equal(t, notes, gotNotes)
	}
}
