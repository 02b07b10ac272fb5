// Command gen writes the album that the examples burn: three short pieces of music,
// 44.1 kHz, 16 bit, stereo, computed from the notes below.
//
//	go run ./examples/album/gen DIR
//
// It computes with integers only, so that every machine makes the same bytes.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/redbook-audio/redbook/internal/wav"
	"github.com/redbook-audio/redbook/pcm"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gen DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// run writes all pieces to dir, over files that are there already.
func run(dir string) error {
	for _, p := range album {
		if err := p.write(filepath.Join(dir, p.file)); err != nil {
			return err
		}
	}
	return nil
}

// write makes the WAV file of one piece.
func (p piece) write(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w, err := wav.NewWriter(f, pcm.CDDA, nil)
	if err == nil {
		_, err = w.Write(p.render())
		err = errors.Join(err, w.Close())
	}
	return errors.Join(err, f.Close())
}
