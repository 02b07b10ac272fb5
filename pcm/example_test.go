package pcm_test

import (
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
	fmt.Println(src.Format(), "-", src.Frames(), "frames,", pcm.Sectors(src), "sectors")
	// Output: 44.1 kHz, 16 bit, stereo - 66150 frames, 113 sectors
}
