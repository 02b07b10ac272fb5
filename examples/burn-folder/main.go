// Command burn-folder burns a folder of audio files onto the disc in a drive, with as
// little code as possible:
//
//	burn-folder sim:first.disc album/
//	burn-folder /dev/sr0 album/
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/redbook-audio/redbook"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: burn-folder DRIVE FOLDER")
	}
	if err := run(context.Background(), os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, device, folder string) error {
	album, err := redbook.Load(ctx, folder)
	if err != nil {
		return err
	}
	drive, err := redbook.Open(ctx, device)
	if err != nil {
		return err
	}
	report, err := redbook.Burn(ctx, drive, album, nil)
	fmt.Println(report.Verdict)
	return errors.Join(err, drive.Close())
}
