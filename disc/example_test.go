package disc_test

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// A burn reports the disc before and after it. Each fact has its origin.
func Example() {
	ctx := context.Background()
	drive, err := mmc.Open(ctx, sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)}))
	if err != nil {
		fmt.Println(err)
		return
	}
	song := pcm.Silence("song", 20*44100)
	report, err := tao.Burn(ctx, drive, []burn.Track{{Source: song}}, &burn.Options{NoClose: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	after := report.After
	fmt.Println(after.Media.Value, after.Media.Origin == disc.Reported)
	for _, t := range after.Tracks {
		fmt.Printf("track %d: %v, %v\n", t.Number, t.Sectors, t.State)
	}
	if after.Next.Known() {
		fmt.Println("the next track is number", after.Next.Value.Track)
	}
	if !after.TOC.Known() {
		fmt.Println("no table of contents yet")
	}
	// Output:
	// CD-R true
	// track 1: 0:20, complete
	// the next track is number 2
	// no table of contents yet
}
