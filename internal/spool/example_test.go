package spool_test

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/internal/spool"
	"github.com/redbook-audio/redbook/pcm"
)

func Example() {
	// Half a second from a studio: 96 kHz, 24 bits. decode.Open gives such sources.
	format := pcm.Format{SampleRate: 96000, Channels: 2, Encoding: pcm.S24}
	song := pcm.FromBytes("song.flac", format, make([]byte, 48000*format.FrameBytes()))

	s, err := spool.New(context.Background(), []pcm.Source{song}, nil)
	if err != nil {
		fmt.Println(err) // names the file and the byte
		return
	}
	defer s.Close()
	for i, src := range s.Sources() { // burn.Track.Source
		fmt.Println(src.Name(), "-", src.Format(), "-", src.Frames(), "frames,", s.Digests()[i].Clipped, "clipped")
	}
	// Output: song.flac - 44.1 kHz, 16 bit, stereo - 22050 frames, 0 clipped
}
