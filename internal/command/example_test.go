package command_test

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// Write one track by hand: each command is a struct with a Do method.
func Example_commands() {
	ctx := context.Background()
	transport := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})
	defer transport.Close()
	drive, err := mmc.Open(ctx, transport)
	check(err)
	check(unit.WaitReady(ctx, drive, unit.WaitOptions{}))

	check(new(unit.ParametersPage).Set(ctx, drive, command.WriteParameters{WriteType: command.WriteTAO, BUFE: true}))
	track, err := command.ReadTrackInformation{Type: command.AddressTrack, Number: command.InvisibleTrack}.Do(ctx, transport)
	check(err)
	at, _ := track.NextWritable()

	silence := make([]byte, 25*toc.SectorSize)
	for end := at + 300; at < end; at += 25 {
		check(command.Write10{LBA: at, Blocks: 25, Data: silence}.Do(ctx, transport))
	}
	check(command.SynchronizeCache{Immed: true}.Do(ctx, transport))
	check(unit.WaitIdle(ctx, drive, unit.WaitOptions{}))
	check(command.CloseTrackSession{Function: command.CloseSession, Immed: true}.Do(ctx, transport))
	check(unit.WaitIdle(ctx, drive, unit.WaitOptions{}))

	table, err := command.ReadTOC{}.Do(ctx, transport)
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
	conf, err := unit.Configuration(ctx, drive)
	check(err)

	tao, _, ok := command.Lookup[command.CDTrackAtOnce](conf)
	fmt.Println(ok, tao.TestWrite, tao.BUF)
	// Output: true true true
}
