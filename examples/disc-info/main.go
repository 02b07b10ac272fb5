// Command disc-info prints what a drive reports about itself and the disc in it. The
// drive is a simulated one; the disc is the file on the command line, or a new blank
// one in memory.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
)

func main() {
	in := sim.NewDisc(sim.CDR80)
	if len(os.Args) > 1 {
		var err error
		if in, err = sim.OpenDisc(os.Args[1]); err != nil {
			log.Fatal(err)
		}
	}
	if err := describe(context.Background(), in); err != nil {
		log.Fatal(err)
	}
}

func describe(ctx context.Context, in *sim.Disc) error {
	drive, err := mmc.Open(ctx, sim.New(sim.Config{Disc: in}))
	if err != nil {
		return err
	}
	d, err := inspect.Look(ctx, drive, nil)
	if err != nil {
		return err
	}
	fmt.Printf("%v: %v, %v\n", drive, d.Media.Value, d.Status.Value)
	for _, track := range d.Tracks {
		fmt.Printf("track %d: %v from %v on\n", track.Number, track.Sectors, track.Start.MSF())
	}
	if d.Next.Known() {
		fmt.Printf("%v free\n", d.Next.Value.Free)
	}
	return nil
}
