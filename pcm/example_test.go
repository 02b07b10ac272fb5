package pcm_test

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/pcm"
)

func Example() {
	// One second of a recording, and half a second of silence after it.
	recording := pcm.FromBytes("memo", pcm.CDDA, make([]byte, 44100*pcm.CDDA.FrameBytes()))
	src, err := pcm.Join("memo and pause", recording, pcm.Silence("pause", 22050))
	if err != nil {
		fmt.Println(err)
		return
	}
	digest, err := pcm.Check(context.Background(), src, nil)
	fmt.Println(src.Format(), "-", digest.Frames, "frames,", pcm.Sectors(src), "sectors", err)
	// Output: 44.1 kHz, 16 bit, stereo - 66150 frames, 113 sectors <nil>
}
