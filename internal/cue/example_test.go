package cue_test

import (
	"fmt"

	"github.com/redbook-audio/redbook/internal/cue"
)

func Example() {
	sheet := cue.Sheet{
		Title: "Demo",
		Files: []cue.File{{Name: "demo.bin", Type: cue.Binary}},
		Tracks: []cue.Track{
			{Number: 1, Title: "One", Indexes: []cue.Index{{Number: 1}}},
			{Number: 2, Title: "Two", ISRC: "USABC1234567", Indexes: []cue.Index{{Number: 0, At: 452}, {Number: 1, At: 602}}},
		},
	}
	text, err := sheet.MarshalText()
	if err != nil {
		fmt.Println(err)
		return
	}
	back, err := cue.Parse("demo.cue", text)
	if err != nil {
		fmt.Println(err)
		return
	}
	start, _ := back.Tracks[1].Index(1)
	fmt.Println(back.Title, "- track 2 starts at", start.At.Position())
	// Output: Demo - track 2 starts at 00:08:02
}

func ExampleParse() {
	text := "title The album\nfile \"CDImage.ape\" wave\n track 1 audio\n  isrc 12345\n  index 1 0:0:0\n"
	a, err := cue.Parse("album.cue", []byte(text))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(a.Title, a.Files[0].Name, len(a.Tracks))
	for _, n := range a.Notes {
		fmt.Printf("line %d: %s\n", n.Line, n.Text)
	}
	// Output:
	// The album CDImage.ape 1
	// line 4: ISRC is left out: not an ISRC: "12345" has 5 characters, not 12 (such as USABC1234567)
}
