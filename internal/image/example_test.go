package image_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/redbook-audio/redbook/internal/image"
	"github.com/redbook-audio/redbook/toc"
)

// quiet is a silent disc.
type quiet struct{}

func (quiet) ReadSectors(_ context.Context, _ toc.LBA, p []byte) error { clear(p); return nil }

func Example() {
	dir, err := os.MkdirTemp("", "image")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	disc := &image.Disc{Sectors: quiet{}, Tracks: []image.Track{
		{Number: 1, Start: 0, Pregap: 150, Length: 300, RunOut: 2},
		{Number: 2, Start: 452, Pregap: 150, Length: 375, RunOut: 2},
	}}
	made, err := image.Write(context.Background(), dir, disc, &image.Options{Encoding: image.Binary, Single: true, Name: "quiet"})
	if err != nil {
		fmt.Println(err)
		return
	}
	img, err := image.Open(made.Sheet, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(filepath.Base(made.Sheet))
	for _, t := range img.Tracks {
		fmt.Printf("track %d: %v at LBA %d, %d frames\n", t.Number, t.Length, t.Start, t.Source.Frames())
	}
	// Output:
	// quiet.cue
	// track 1: 0:04 at LBA 0, 176400 frames
	// track 2: 0:05 at LBA 452, 220500 frames
}
