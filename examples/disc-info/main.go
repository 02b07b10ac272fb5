// Command disc-info prints what a drive tells about itself and the disc in it. The
// drive is a simulated one; the disc is the file on the command line, or a new blank
// one in memory.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
)

func main() {
	disc := sim.NewDisc(sim.CDR80)
	if len(os.Args) > 1 {
		var err error
		if disc, err = sim.OpenDisc(os.Args[1]); err != nil {
			log.Fatal(err)
		}
	}
	if err := describe(context.Background(), disc); err != nil {
		log.Fatal(err)
	}
}

func describe(ctx context.Context, disc *sim.Disc) error {
	drive, err := mmc.Open(ctx, sim.New(sim.Config{Disc: disc}))
	if err != nil {
		return err
	}
	if err := drive.WaitReady(ctx, mmc.WaitOptions{}); err != nil {
		return err
	}
	s, err := drive.Summary(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%v: %v, %v\n", s.Inquiry, s.Media, s.Disc.Status)
	for _, track := range s.Tracks {
		fmt.Printf("track %d: %v from %v on\n", track.Track, track.Size, track.Start.MSF())
	}
	if s.NWAValid {
		fmt.Printf("%v free\n", s.Free)
	}
	return nil
}
