// Command burn-album burns the audio files, folders, cue sheets and playlists on its
// command line onto the disc in a drive, and shows the plan and the progress:
//
//	burn-album sim:first.disc album/ bonus.mp3
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
)

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: burn-album DRIVE FILES...")
	}
	if err := run(context.Background(), os.Args[1], os.Args[2:]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, name string, files []string) (err error) {
	album, err := redbook.Load(ctx, files...)
	if err != nil {
		return err // names every file that can't be burned
	}
	defer func() { err = errors.Join(err, album.Close()) }()
	drive, err := redbook.Open(ctx, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drive.Close()) }()

	report, err := redbook.Burn(ctx, drive, album, &redbook.Options{
		ReadBack: redbook.ReadBackFull,
		Confirm:  confirm,
		OnEvent: func(e burn.Event) {
			if e, ok := e.(burn.TrackStarted); ok {
				fmt.Printf("track %d: %v\n", e.Track, e.Sectors)
			}
		},
	})
	fmt.Println(report)
	return err
}

// confirm shows the plan. An error here ends the burn before the laser starts.
func confirm(_ context.Context, p *redbook.Plan) error {
	for _, note := range p.Album.Notes {
		fmt.Println(note)
	}
	fmt.Printf("%v of music in %d tracks; %v stays free\n", p.Music, len(p.Tracks), p.FreeLeft)
	return nil
}
