package album_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

func Example() {
	dir, err := os.MkdirTemp("", "album")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	// Ten seconds of music, and a sheet that splits them into two tracks.
	music := make([]byte, 10*44100*4)
	sheet := filepath.Join(dir, "music.cue")
	text := "FILE \"music.bin\" BINARY\nTRACK 01 AUDIO\nTITLE \"One\"\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nTITLE \"Two\"\nINDEX 01 00:05:30\n"
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "music.bin"), music, 0o600), os.WriteFile(sheet, []byte(text), 0o600)); err != nil {
		fmt.Println(err)
		return
	}

	a, err := album.Open(context.Background(), []string{sheet}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, t := range a.Tracks {
		src, err := t.Source()
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("track %d: %s, %v, %d frames\n", i+1, t.Title, t.Sectors().Position(), src.Frames())
	}
	for _, n := range a.Notes {
		fmt.Println(n.Kind)
	}
	// Output:
	// track 1: One, 00:05:30, 238140 frames
	// track 2: Two, 00:04:45, 202860 frames
	// joins
}

// Makes tracks for packages tao and sao from audio files.
func ExampleTrack_Source() {
	ctx := context.Background()
	a, err := album.Open(ctx, []string{"../examples/album"}, nil) // files, folders, cue sheets, playlists
	if err != nil {
		panic(err)
	}
	defer a.Close()
	if err := a.Prepare(ctx, nil); err != nil { // decode before the laser starts
		panic(err)
	}
	var tracks []burn.Track
	for _, t := range a.Tracks {
		src, err := t.Source()
		if err != nil {
			panic(err)
		}
		tracks = append(tracks, burn.Track{Source: src}.WithInfo(t.TrackInfo))
	}
	drive, err := mmc.Open(ctx, sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)}))
	if err != nil {
		panic(err)
	}
	report, err := tao.Burn(ctx, drive, tracks, nil)
	fmt.Println(report, err)
	// Output: success: 3 of 3 tracks, 0:15, disc closed <nil>
}
