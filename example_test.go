package redbook_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
)

// Burn a folder onto the disc in a drive, here a simulated one in a file.
func Example() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()

	album, err := redbook.Load(ctx, "examples/album")
	if err != nil {
		fmt.Println(err) // the error names every file that can't be burned
		return
	}
	drive, err := redbook.Open(ctx, "sim:"+filepath.Join(dir, "first.disc")) // or "/dev/sr0", "D:", ""
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := redbook.Burn(ctx, drive, album, nil)
	fmt.Println(report)
	if err := errors.Join(err, drive.Close()); err != nil {
		fmt.Println(err)
	}
	// Output: success: 3 of 3 tracks, 0:15, disc closed
}

// A plan is shown before the laser starts, and may be rejected.
func ExampleOptions_confirm() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	album, err := redbook.Load(ctx, "examples/album")
	if err != nil {
		fmt.Println(err)
		return
	}
	drive, err := redbook.Open(ctx, "sim:"+filepath.Join(dir, "first.disc"))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = redbook.Burn(ctx, drive, album, &redbook.Options{
		Confirm: func(_ context.Context, p *redbook.Plan) error {
			fmt.Println(p.Music, "of music in", len(p.Tracks), "tracks;", p.FreeLeft, "stays free")
			return errors.New("not today")
		},
	})
	fmt.Println(err, drive.SimDisc().Summary().Blank)
	fmt.Println(drive.Close())
	// Output:
	// 0:15 of music in 3 tracks; 79:39 stays free
	// not today true
	// <nil>
}

// A program decides by the kind of an error, not by its text.
func ExampleBurn_errors() {
	ctx := context.Background()
	album, err := redbook.Load(ctx, "examples/album")
	if err != nil {
		fmt.Println(err)
		return
	}
	drive, err := redbook.Open(ctx, "sim:") // an empty drive
	if err != nil {
		fmt.Println(err)
		return
	}
	defer drive.Close()
	report, err := redbook.Burn(ctx, drive, album, nil)
	switch burn.Category(err) {
	case nil:
		fmt.Println(report.Verdict)
	case burn.ErrUnsuitableDisc:
		fmt.Println("no disc:", errors.Is(err, burn.ErrNoMedia))
	case burn.ErrWriteFailed, burn.ErrVerify, burn.ErrUnconfirmed:
		fmt.Println("look at the disc:", report)
	}
	// Output: no disc: true
}

// Read a disc into files, here one that is burned first.
func ExampleRead() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()

	album, err := redbook.Load(ctx, "examples/album")
	if err != nil {
		fmt.Println(err)
		return
	}
	drive, err := redbook.Open(ctx, "sim:"+filepath.Join(dir, "first.disc"))
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := redbook.Burn(ctx, drive, album, nil); err != nil {
		fmt.Println(err)
		return
	}
	read, err := redbook.Read(ctx, drive, &redbook.ReadOptions{Dir: filepath.Join(dir, "album"), Format: redbook.FormatFLAC})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range read.Tracks {
		fmt.Println(filepath.Base(t.File), t.Sectors)
	}
	fmt.Println(filepath.Base(read.Sheet), drive.Close())
	// Output:
	// track01.flac 0:05
	// track02.flac 0:05
	// track03.flac 0:06
	// tracks.cue <nil>
}
