package burn_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// A CD-RW is recorded, compared with its sources, and erased.
func Example() {
	ctx := context.Background()
	drive, err := mmc.Open(ctx, sim.New(sim.Config{Disc: sim.NewDisc(sim.CDRW80)}))
	if err != nil {
		panic(err)
	}
	tracks := []burn.Track{{Source: pcm.Silence("silence.wav", 10*44100)}}
	report, err := tao.Burn(ctx, drive, tracks, nil)
	fmt.Println(report, err)
	report, err = tao.Verify(ctx, drive, tracks, &burn.VerifyOptions{Level: disc.VerifyFull})
	fmt.Println(report.Verified.Result, err)
	report, err = tao.Blank(ctx, drive, nil)
	fmt.Println(report.After.Status.Value, err)
	// Output:
	// success: 1 of 1 tracks, 0:10, disc closed <nil>
	// equal <nil>
	// blank <nil>
}

// What happens before the laser starts is an error with the reason in it.
func ExampleError() {
	ctx := context.Background()
	drive, err := mmc.Open(ctx, sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)}))
	if err != nil {
		panic(err)
	}
	tracks := []burn.Track{{Source: pcm.Silence("long.wav", 81*60*44100)}}
	report, err := tao.Burn(ctx, drive, tracks, nil)
	var e *burn.Error
	fmt.Println(report.Verdict, errors.Is(err, burn.ErrDoesNotFit), errors.As(err, &e))
	fmt.Println(e.Phase)
	// Output:
	// failed true true
	// plan
}
