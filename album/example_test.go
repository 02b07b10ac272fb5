package album_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/internal/wav"
	"github.com/redbook-audio/redbook/pcm"
)

func Example() {
	dir, err := os.MkdirTemp("", "album")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	// Ten seconds of music, and a sheet that splits them into two tracks.
	w, err := wav.Create(filepath.Join(dir, "music.wav"), pcm.CDDA, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = w.Write(make([]byte, 10*44100*4))
	sheet := filepath.Join(dir, "music.cue")
	text := "FILE \"music.wav\" WAVE\nTRACK 01 AUDIO\nTITLE \"One\"\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nTITLE \"Two\"\nINDEX 01 00:05:30\n"
	if err := errors.Join(err, w.Close(), os.WriteFile(sheet, []byte(text), 0o600)); err != nil {
		fmt.Println(err)
		return
	}

	a, err := album.Open(context.Background(), []string{sheet}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, t := range a.Tracks {
		src, err := t.Source()
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("track %d: %s, %v, %d frames\n", i+1, t.Title, t.Sectors().Position(), src.Frames())
	}
	for _, n := range a.Notes {
		fmt.Println(n.Kind)
	}
	// Output:
	// track 1: One, 00:05:30, 238140 frames
	// track 2: Two, 00:04:45, 202860 frames
	// joins
}
