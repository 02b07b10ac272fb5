package mp3_test

import (
	"fmt"
	"io"
	"os"

	"github.com/redbook-audio/redbook/internal/decode/internal/mp3"
)

func Example() {
	f, err := os.Open("testdata/joint128.mp3")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		panic(err)
	}
	info, err := mp3.Scan(f, st.Size())
	if err != nil {
		panic(err)
	}
	fmt.Println(info.SampleRate, "Hz,", info.Channels, "channels,", info.Frames, "samples, by", info.Encoder)

	d := mp3.NewDecoder(f, info)
	total := 0
	for err == nil {
		var samples []float32
		samples, err = d.Next()
		total += len(samples)
	}
	fmt.Println(total/info.Channels, "decoded,", d.ConcealedFrames(), "MPEG frames concealed,", err == io.EOF)
	// Output:
	// 44100 Hz, 2 channels, 15000 samples, by LAME3.100
	// 15000 decoded, 0 MPEG frames concealed, true
}
