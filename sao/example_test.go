package sao_test

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/sim"
)

// Two tracks without a gap, and their titles, onto a simulated disc.
func Example() {
	ctx := context.Background()
	drive, err := mmc.Open(ctx, sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)}))
	if err != nil {
		panic(err)
	}
	packs, _, err := cdtext.Encode(cdtext.Disc{Blocks: []cdtext.Block{{
		Album:  cdtext.Text{Title: "Silences"},
		Tracks: []cdtext.Track{{Text: cdtext.Text{Title: "Short"}}, {Text: cdtext.Text{Title: "Long"}}},
	}}})
	if err != nil {
		panic(err)
	}
	tracks := []burn.Track{
		{Source: pcm.Silence("short.wav", 10*44100)},
		{Source: pcm.Silence("long.wav", 20*44100)},
	}
	report, err := sao.Burn(ctx, drive, tracks, &burn.Options{Verify: disc.VerifyQuick}, sao.Text{Packs: packs})
	fmt.Println(report, err)
	// Output: success: 2 of 2 tracks, 0:30, disc closed <nil>
}
