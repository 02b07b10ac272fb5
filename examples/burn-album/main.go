// Command burn-album burns whatever is named on its command line onto a simulated
// disc: audio files, folders, cue sheets, playlists. Everything is decoded, checked
// and converted before the burn begins.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/spool"
	"github.com/redbook-audio/redbook/tao"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, names []string) (err error) {
	found, err := album.Open(ctx, names, nil)
	if err != nil {
		return err
	}
	for _, note := range found.Notes {
		fmt.Println(note)
	}

	// Each file once, as a whole: tracks are cut out of the result.
	sources := make([]pcm.Source, len(found.Files))
	for i, f := range found.Files {
		sources[i] = f
	}
	kept, err := spool.New(ctx, sources, nil)
	if err != nil {
		return err // names every file that can't be decoded to its end, and the place
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	converted := map[*audio.File]pcm.Source{}
	for i, f := range found.Files {
		converted[f] = kept.Sources()[i]
	}

	tracks := make([]burn.Track, len(found.Tracks))
	for i, t := range found.Tracks {
		tracks[i].TrackInfo = t.TrackInfo
		tracks[i].Source, err = t.Source(func(f *audio.File) (pcm.Source, error) { return converted[f], nil })
		if err != nil {
			return err
		}
	}
	drive, err := mmc.Open(ctx, sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)}))
	if err != nil {
		return err
	}
	report, err := tao.Burn(ctx, drive, tracks, &burn.Options{MCN: found.MCN})
	fmt.Println(report)
	return err
}
