package mmc_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
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

// A program sends its own command, and shows why the drive refuses it: a blank disc has no
// table of contents.
func ExampleDrive_Transport() {
	ctx := context.Background()
	transport := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})
	defer transport.Close()
	drive, err := mmc.Open(ctx, transport)
	if err != nil {
		fmt.Println(err)
		return
	}
	table := make([]byte, 804)
	readTOC := &scsi.Request{
		CDB: [16]byte{0x43, 0x02, 7: 804 >> 8, 8: 804 & 0xFF}, CDBLen: 10,
		Dir: scsi.DataIn, Data: table, Name: "READ TOC",
	}
	for range 60 {
		_, err = scsi.Exec(ctx, drive.Transport(), readTOC)
		if !errors.Is(err, scsi.KeyUnitAttention) && !errors.Is(err, scsi.ASC(0x04)) {
			break
		}
		if err := drive.Clock().Sleep(ctx, time.Second); err != nil {
			return
		}
	}
	if sense, ok := errors.AsType[*scsi.SenseError](err); ok {
		fmt.Printf("%v: %v (%s)\n", sense.Key, sense.Code, sense.Triple())
	}
	// Output: illegal request: invalid field in CDB (5/24/00)
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
