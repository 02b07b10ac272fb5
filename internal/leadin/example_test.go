package leadin_test

import (
	"fmt"

	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/leadin"
)

// The lead-in of a disc, in WRITEs of 341 sectors.
func Example() {
	packs, _, err := cdtext.Encode(cdtext.Disc{Blocks: []cdtext.Block{{
		Album: cdtext.Text{Title: "Album"}, Tracks: make([]cdtext.Track, 1),
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	ring, err := leadin.New(packs)
	if err != nil {
		fmt.Println(err)
		return
	}
	buf := make([]byte, 341*leadin.BlockSize)
	ring.Read(buf, 0)
	fmt.Printf("% X\n", buf[:12])
	fmt.Printf("% X\n", leadin.Packs(buf)[:12])
	// Output:
	// 20 00 00 00 00 04 05 2C 18 27 15 2D
	// 80 00 00 00 41 6C 62 75 6D 00 00 00
}
