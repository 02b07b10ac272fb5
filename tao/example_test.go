package tao_test

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

// Burns two tracks onto a simulated disc. For a real drive, the transport comes from scsi/host,
// and the sources from package album (see the example of album.Track.Source).
func ExampleBurn() {
	ctx := context.Background()
	drive, err := mmc.Open(ctx, sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)}))
	if err != nil {
		panic(err)
	}
	tracks := []burn.Track{
		{Source: pcm.Silence("silence.wav", 10*44100)},
		{Source: pcm.Silence("more of it.wav", 20*44100)},
	}
	report, err := tao.Burn(ctx, drive, tracks, &burn.Options{Verify: disc.VerifyQuick})
	fmt.Println(report, err)
	// Output: success: 2 of 2 tracks, 0:30, disc closed <nil>
}

// Burns one track after another, as with IMAPI's IDiscFormat2TrackAtOnce.
func ExampleWriter() {
	ctx := context.Background()
	drive, err := mmc.Open(ctx, sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)}))
	if err != nil {
		panic(err)
	}
	w := tao.NewWriter(&burn.Options{ClientName: "my player"})
	if err := w.SetRecorder(context.Background(), drive); err != nil {
		panic(err)
	}
	if err := w.Prepare(ctx); err != nil {
		panic(err)
	}
	track, err := w.AddAudioTrack(ctx, pcm.Silence("silence.wav", 10*44100))
	fmt.Println(track.Number, track.Status, track.Sectors, err)
	report, err := w.Release(ctx)
	fmt.Println(report, err)
	// Output:
	// 1 ok 0:10 <nil>
	// success: 1 of 1 tracks, 0:10, disc closed <nil>
}

// Obstacles are known before the laser starts.
func ExampleMakePlan() {
	ctx := context.Background()
	drive, err := mmc.Open(ctx, sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)}))
	if err != nil {
		panic(err)
	}
	tracks := make([]burn.Track, 24)
	for i := range tracks {
		tracks[i].Source = pcm.Silence("track.wav", 200*44100)
	}
	_, err = tao.MakePlan(ctx, drive, tracks, nil)
	fmt.Println(err)
	// Output: plan: 80:47 needed, 79:58 free
}
