package rip_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/redbook-audio/redbook"
)

// Examine returns a Layout of the disc in a drive.
func Example() {
	dir, err := os.MkdirTemp("", "redbook")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx := context.Background()
	album, err := redbook.Load(ctx, "../examples/album")
	if err != nil {
		fmt.Println(err)
		return
	}
	drive, err := redbook.Open(ctx, "sim:"+filepath.Join(dir, "first.disc"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer drive.Close()
	if _, err := redbook.Burn(ctx, drive, album, &redbook.Options{Gapless: true}); err != nil {
		fmt.Println(err)
		return
	}
	layout, err := redbook.Examine(ctx, drive, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range layout.Tracks {
		fmt.Printf("track %d: pause %v, ISRC known: %v\n", t.Number, t.Pause.Value, t.ISRC.Known())
	}
	// Output:
	// track 1: pause 0:02, ISRC known: true
	// track 2: pause 0:00, ISRC known: true
	// track 3: pause 0:00, ISRC known: true
}
