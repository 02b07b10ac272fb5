// Command verify-disc burns the audio files on its command line in two steps, leaving the
// disc open in between, and then compares every sector with the files.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, files []string) (err error) {
	if len(files) < 2 {
		return errors.New("usage: verify-disc FIRST.flac MORE.flac")
	}
	songs, err := album.Open(ctx, files, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, songs.Close()) }()
	if err := songs.Prepare(ctx, nil); err != nil {
		return err
	}
	var tracks []burn.Track
	for _, t := range songs.Tracks {
		src, err := t.Source()
		if err != nil {
			return err
		}
		tracks = append(tracks, burn.Track{Source: src}.WithInfo(t.TrackInfo))
	}
	drive, err := mmc.Open(ctx, sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)}))
	if err != nil {
		return err
	}
	if _, err := tao.Burn(ctx, drive, tracks[:1], &burn.Options{NoClose: true}); err != nil {
		return err
	}
	if _, err := tao.Burn(ctx, drive, tracks[1:], &burn.Options{Append: true}); err != nil {
		return err
	}
	report, err := tao.Verify(ctx, drive, tracks, &burn.VerifyOptions{Level: disc.VerifyFull})
	switch {
	case errors.Is(err, burn.ErrVerify):
		return fmt.Errorf("the disc is bad: %w", err)
	case err != nil:
		return err
	}
	fmt.Printf("%v: %d sectors compared\n", report.Verified.Result, report.Verified.Sectors)
	return nil
}
