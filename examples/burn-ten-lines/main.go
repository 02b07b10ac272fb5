// Command burn-ten-lines burns the WAV files on its command line onto a simulated
// disc, with as little code as that takes.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/wav"
)

func main() {
	var tracks []burn.Track
	for _, file := range os.Args[1:] {
		song, err := wav.Open(file) // 44.1 kHz, 16 bit, stereo; pcm.ToCDDA makes that of other formats
		if err != nil {
			log.Fatal(err)
		}
		tracks = append(tracks, burn.Track{Source: song})
	}
	ctx := context.Background()
	drive, err := mmc.Open(ctx, sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)}))
	if err != nil {
		log.Fatal(err)
	}
	report, err := tao.Burn(ctx, drive, tracks, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report)
}
