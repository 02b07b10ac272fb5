package vorbis_test

import (
	"fmt"
	"os"

	"github.com/redbook-audio/redbook/internal/decode/internal/ogg"
	"github.com/redbook-audio/redbook/internal/decode/internal/vorbis"
)

func Example() {
	f, err := os.Open("../../testdata/signal.ogg")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		panic(err)
	}
	p := ogg.NewPackets(f, 0, st.Size(), 3)
	var headers [3][]byte
	for i := range headers {
		packet, err := p.Next()
		if err != nil {
			panic(err)
		}
		headers[i] = append(headers[i], packet.Data...)
	}
	d, err := vorbis.New(headers[0], headers[2])
	if err != nil {
		panic(err)
	}
	samples := 0
	for {
		packet, err := p.Next()
		if err != nil {
			break // io.EOF
		}
		s, err := d.Decode(packet.Data)
		if err != nil {
			panic(err)
		}
		samples += len(s) / d.Channels
	}
	fmt.Println(d.SampleRate, "Hz,", d.Channels, "channels,", samples, "samples with what the last page cuts off")
	// Output:
	// 44100 Hz, 2 channels, 6656 samples with what the last page cuts off
}
