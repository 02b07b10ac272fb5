package decode_test

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/internal/decode"
	"github.com/redbook-audio/redbook/internal/reading"
)

func Example() {
	f, err := decode.Open("testdata/signal.flac")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %v, %d frames, %q by %s\n", f.Kind(), f.Format(), f.Frames(), f.Tags().Title, f.Tags().Performer)

	// Read it to its end, where the checksum of all samples is compared.
	if _, err := reading.Check(context.Background(), f, nil); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("it is whole")
	// Output:
	// FLAC: 44.1 kHz, 16 bit, stereo, 6615 frames, "Signal é" by One; Two
	// it is whole
}
