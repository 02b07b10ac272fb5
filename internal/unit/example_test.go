package unit_test

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
)

// Which medium is in the drive, and what can the drive do? This one is simulated;
// scsi/host opens real drives. Package disc reads the disc.
func Example() {
	ctx := context.Background()
	transport := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})
	defer transport.Close()

	drive, err := mmc.Open(ctx, transport)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := unit.WaitReady(ctx, drive, unit.WaitOptions{}); err != nil {
		fmt.Println(err)
		return
	}
	media, err := unit.MediaType(ctx, drive)
	if err != nil {
		fmt.Println(err)
		return
	}
	can, err := unit.CanTAO(ctx, drive)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("medium:", media)
	fmt.Println("track-at-once:", can.Supported)
	// Output:
	// medium: CD-R
	// track-at-once: true
}
