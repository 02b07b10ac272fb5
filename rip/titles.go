package rip

import "github.com/redbook-audio/redbook/cdtext"

// Titles returns the titles of the album and of each track, by number, in the first
// language of CD-TEXT packs, such as those of Layout.Text. All are empty without CD-TEXT.
func Titles(packs []byte) (album cdtext.Text, tracks map[int]cdtext.Text) {
	tracks = map[int]cdtext.Text{}
	text, _ := cdtext.Decode(packs)
	if len(text.Blocks) == 0 {
		return album, tracks
	}
	first := max(text.First, 1)
	for i, t := range text.Blocks[0].Tracks {
		tracks[first+i] = t.Text
	}
	return text.Blocks[0].Album, tracks
}
