package pcm_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/pcm"
)

func Example() {
	// One second of an 8-bit mono recording.
	data := make([]byte, 44100)
	for i := range data {
		data[i] = 128
	}
	memo := pcm.FromBytes("memo", pcm.Format{SampleRate: 44100, Channels: 1, Encoding: pcm.U8}, data)

	src, err := pcm.ToCDDA(memo)
	if err != nil {
		fmt.Println(err)
		return
	}
	digest, err := pcm.Check(context.Background(), src, nil)
	fmt.Println(src.Format(), "-", digest.Frames, "frames,", pcm.Sectors(src), "sectors", err)
	// Output: 44.1 kHz, 16 bit, stereo - 44100 frames, 75 sectors <nil>
}

func ExampleToCDDA() {
	film := pcm.FromBytes("film.wav", pcm.Format{SampleRate: 44100, Channels: 6, Encoding: pcm.S16}, nil)
	_, err := pcm.ToCDDA(film)
	fmt.Println(errors.Is(err, pcm.ErrUnsupportedFormat))
	// Output: true
}
