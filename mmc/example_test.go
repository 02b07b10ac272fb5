package mmc_test

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
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
	if err := drive.WaitReady(ctx, mmc.WaitOptions{}); err != nil {
		fmt.Println(err)
		return
	}
	media, err := drive.MediaType(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	can, err := drive.CanTAO(ctx)
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

// Write one track by hand: each command is a struct with a Do method.
func Example_commands() {
	ctx := context.Background()
	transport := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})
	defer transport.Close()
	drive, err := mmc.Open(ctx, transport)
	check(err)
	check(drive.WaitReady(ctx, mmc.WaitOptions{}))

	check(drive.SetWriteParameters(ctx, mmc.WriteParameters{WriteType: mmc.WriteTAO, BUFE: true}))
	track, err := mmc.ReadTrackInformation{Type: mmc.AddressTrack, Number: mmc.InvisibleTrack}.Do(ctx, transport)
	check(err)
	at, _ := track.NextWritable()

	silence := make([]byte, 25*toc.SectorSize)
	for end := at + 300; at < end; at += 25 {
		check(mmc.Write10{LBA: at, Blocks: 25, Data: silence}.Do(ctx, transport))
	}
	check(mmc.SynchronizeCache{Immed: true}.Do(ctx, transport))
	check(drive.WaitIdle(ctx, mmc.WaitOptions{}))
	check(mmc.CloseTrackSession{Function: mmc.CloseSession, Immed: true}.Do(ctx, transport))
	check(drive.WaitIdle(ctx, mmc.WaitOptions{}))

	table, err := mmc.ReadTOC{}.Do(ctx, transport)
	check(err)
	fmt.Println("tracks:", table.Last, "lead-out:", table.LeadOut)
	// Output: tracks: 1 lead-out: 302
}

// check ends an example on an error; a program would return it.
func check(err error) {
	if err != nil {
		panic(err)
	}
}

// Lookup finds a feature and decodes it into a Go type.
func ExampleLookup() {
	ctx := context.Background()
	transport := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})
	defer transport.Close()
	drive, err := mmc.Open(ctx, transport)
	check(err)
	conf, err := drive.Configuration(ctx)
	check(err)

	tao, _, ok := mmc.Lookup[mmc.CDTrackAtOnce](conf)
	fmt.Println(ok, tao.TestWrite, tao.BUF)
	// Output: true true true
}
