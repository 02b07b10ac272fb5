package cdtext_test

import (
	"fmt"

	"github.com/redbook-audio/redbook/cdtext"
)

// Text for a disc of two tracks, as the packs to be burned.
func Example() {
	packs, notes, err := cdtext.Encode(cdtext.Disc{Blocks: []cdtext.Block{{
		Album: cdtext.Text{Title: "Live in Kraków", Performer: "The Łódź Trio"},
		Tracks: []cdtext.Track{
			{Text: cdtext.Text{Title: "Opening", Performer: "The Łódź Trio"}},
			{Text: cdtext.Text{Title: "Don’t Stop", Performer: "The Łódź Trio"}},
		},
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range notes {
		if n.Kind == "changed" {
			fmt.Printf("%v of track %d: %s -> %s\n", n.Field, n.Track, n.From, n.To)
		}
	}
	disc, _ := cdtext.Decode(packs)
	fmt.Println(len(packs)/cdtext.PackSize, "packs:", disc.Blocks[0].Album.Title, "/", disc.Blocks[0].Tracks[1].Title)
	// Output:
	// title of track 2: Don’t Stop -> Don't Stop
	// performer of track 0: The Łódź Trio -> The Lódz Trio
	// performer of track 1: The Łódź Trio -> The Lódz Trio
	// performer of track 2: The Łódź Trio -> The Lódz Trio
	// 10 packs: Live in Kraków / Don't Stop
}

// A text file in Sony's format.
func ExampleParseSheet() {
	disc, err := cdtext.ParseSheet([]byte("Album Title = Joyful Nights\nTrack 01 Title = Song of Joy\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(disc.Blocks[0].Album.Title, "/", disc.Blocks[0].Tracks[0].Title)
	// Output: Joyful Nights / Song of Joy
}
