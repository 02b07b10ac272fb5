package convert_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
)

func Example() {
	// One second of an 8-bit mono recording.
	data := make([]byte, 44100)
	for i := range data {
		data[i] = 128
	}
	memo := pcm.FromBytes("memo", pcm.Format{SampleRate: 44100, Channels: 1, Encoding: pcm.U8}, data)

	src, err := convert.ToCDDA(memo)
	if err != nil {
		fmt.Println(err)
		return
	}
	digest, err := reading.Check(context.Background(), src, nil)
	fmt.Println(src.Format(), "-", digest.Frames, "frames,", pcm.Sectors(src), "sectors", err)
	// Output: 44.1 kHz, 16 bit, stereo - 44100 frames, 75 sectors <nil>
}

func ExampleToCDDA() {
	// A concert film: 5.1 channels at 48 kHz.
	format := pcm.Format{SampleRate: 48000, Channels: 6, Encoding: pcm.S24}
	film := pcm.FromBytes("film.wav", format, make([]byte, 48000*format.FrameBytes()))
	src, err := convert.ToCDDA(film)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(src.Format(), "-", src.Frames(), "frames")

	_, err = convert.ToCDDA(pcm.FromBytes("phone.wav", pcm.Format{SampleRate: 500, Channels: 1}, nil))
	fmt.Println(errors.Is(err, pcm.ErrUnsupportedFormat))
	// Output:
	// 44.1 kHz, 16 bit, stereo - 44100 frames
	// true
}

func ExampleAlbumGain() {
	quiet := pcm.Format{SampleRate: 48000, Channels: 1, Encoding: pcm.S16}
	tracks := []pcm.Source{
		pcm.FromBytes("one.wav", quiet, []byte{0, 0x10, 0, 0x10}),
		pcm.FromBytes("two.wav", quiet, []byte{0, 0x20, 0, 0x20}),
	}
	var peaks []float64
	for _, src := range tracks {
		peak, err := convert.Peak(context.Background(), src, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		peaks = append(peaks, peak)
	}
	gain := convert.AlbumGain(peaks...)
	for _, src := range tracks {
		loud, err := convert.Convert(src, convert.Options{Gain: gain})
		fmt.Println(loud.Name(), gain > 3, err)
	}
	// Output:
	// one.wav true <nil>
	// two.wav true <nil>
}

func ExampleResampler() {
	r, err := convert.NewResampler(2, 48000)
	if err != nil {
		fmt.Println(err)
		return
	}
	second := make([]float64, 2*48000)
	frames := 0
	var out []float64
	for range 10 {
		out = r.Append(out[:0], second) // as much as is ready
		frames += len(out) / 2
	}
	out = r.Finish(out[:0]) // and the rest
	fmt.Println(frames+len(out)/2, "frames")
	// Output: 441000 frames
}
