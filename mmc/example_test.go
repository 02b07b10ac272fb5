package mmc_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
)

// Which drive is it? This one is simulated; scsi/host opens real drives.
func Example() {
	transport := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})
	defer transport.Close()

	drive, err := mmc.Open(context.Background(), transport)
	if errors.Is(err, mmc.ErrNotMMC) {
		fmt.Println("not a CD drive")
		return
	} else if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(drive.Inquiry().Vendor)
	// Output: REDBOOK
}

// Drives report kB/s, and round differently.
func ExampleSpeed() {
	for _, kBps := range []int{2816, 2822, 2823} {
		fmt.Println(mmc.WriteSpeed{KBps: kBps}.Speed() == mmc.SpeedX(16))
	}
	// Output:
	// true
	// true
	// true
}
