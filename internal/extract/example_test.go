package extract_test

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/internal/extract"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

func Example() {
	// A simulated drive with a pressed disc. A real drive comes from scsi/host.
	d := sim.NewDisc(sim.CDR80)
	if err := d.Press("4006381333931", nil, []sim.PressedTrack{
		{Open: noise(1, 900), ISRC: "DEAB31200001", Indexes: []toc.Sectors{450}},
		{Open: noise(2, 600), Pregap: 150},
	}); err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	drive, err := mmc.Open(ctx, sim.New(sim.Config{Disc: d}))
	if err != nil {
		fmt.Println(err)
		return
	}
	on, err := inspect.Look(ctx, drive, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	layout, err := extract.Scan(ctx, drive, on, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("catalog number", layout.MCN.Value)
	for _, t := range layout.Tracks {
		fmt.Printf("track %d: pause %d, ISRC %q, indexes %v\n", t.Number, t.Pause.Value, t.ISRC.Value, t.Indexes.Value)
	}
	// Output:
	// catalog number 4006381333931
	// track 1: pause 150, ISRC "DEAB31200001", indexes [{2 0:06}]
	// track 2: pause 150, ISRC "", indexes []
}
