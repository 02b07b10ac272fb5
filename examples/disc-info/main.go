// Command disc-info prints what a drive reports about its disc. The drive is the one on the
// command line, such as sim:first.disc, /dev/sr0 or D:, or else the only one of this
// computer.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/redbook-audio/redbook"
)

func main() {
	name := "" // the only drive of this computer
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	if err := describe(context.Background(), name); err != nil {
		log.Fatal(err)
	}
}

func describe(ctx context.Context, name string) error {
	drive, err := redbook.Open(ctx, name)
	if err != nil {
		return err
	}
	defer drive.Close()
	info, err := drive.Info(ctx)
	if err != nil {
		return err
	}
	d := &info.Disc
	fmt.Printf("%v: %v, %v\n", drive.Name(), d.Media.Value, d.Status.Value)
	for _, track := range d.Tracks {
		fmt.Printf("track %d: %v from %v on\n", track.Number, track.Sectors, track.Start.MSF())
	}
	if d.Next.Known() {
		fmt.Printf("%v free\n", d.Next.Value.Free)
	}
	return nil
}
