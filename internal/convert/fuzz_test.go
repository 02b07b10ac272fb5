package convert

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
)

// Whatever a file claims and contains: no panic, no hang, the promised length or an error
// with a name.
func FuzzToCDDA(f *testing.F) {
	f.Add(48000, 2, uint8(pcm.S16), uint32(0), ramp(4000), int64(1000))
	f.Add(47999, 6, uint8(pcm.S24), uint32(0x60F), ramp(1800), int64(100))
	f.Add(8000, 1, uint8(pcm.U8), uint32(0), ramp(300), int64(301))
	f.Add(44100, 8, uint8(pcm.F32), uint32(0), ramp(3200), int64(100))
	f.Add(768000, 2, uint8(pcm.F64), uint32(0), ramp(160), int64(10))
	f.Add(1000, 3, uint8(pcm.S32), uint32(0xB), ramp(24), int64(2))
	f.Add(0, 0, uint8(200), uint32(0), []byte{}, int64(-1))
	f.Fuzz(func(t *testing.T, rate, channels int, encoding uint8, layout uint32, data []byte, frames int64) {
		format := pcm.Format{SampleRate: rate, Channels: channels % 64, Encoding: pcm.Encoding(encoding), Layout: layout}
		src := &fake{format: format, frames: frames % 100000, data: data}
		out, err := ToCDDA(src)
		if err != nil {
			if !errors.Is(err, pcm.ErrUnsupportedFormat) {
				t.Fatal(err)
			}
			return
		}
		d, err := reading.Check(context.Background(), out, nil)
		var re *pcm.ReadError
		switch {
		case err == nil && d.Frames != out.Frames():
			t.Fatalf("%v: %d frames instead of %d", format, d.Frames, out.Frames())
		case err != nil && !errors.As(err, &re):
			t.Fatal(err)
		}
		if _, err := Peak(context.Background(), src, nil); err != nil && !errors.As(err, &re) {
			t.Fatal(err)
		}
	})
}

// A part of a converted source equals the same part of the whole result: tracks cut from
// one file at another rate join without a seam.
func TestSectionsOfAConvertedSource(t *testing.T) {
	src, err := ToCDDA(pcm.FromBytes("album.flac", format(96000, 2, pcm.S24), ramp(6*100000)))
	if err != nil {
		t.Fatal(err)
	}
	whole := readAll(t, src)
	var joined []byte
	cuts := []int64{0, 588, 588 * 7, 20001, src.Frames()}
	for i, from := range cuts[:len(cuts)-1] {
		part, err := pcm.Section("part", src, from, cuts[i+1]-from)
		if err != nil {
			t.Fatal(err)
		}
		r, err := pcm.Open(part)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		joined = append(joined, data...)
	}
	if !bytes.Equal(whole, joined) {
		t.Fatal("the parts differ from the whole")
	}
}
