package pcm_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/redbook-audio/redbook/pcm"
)

// tone is a pcm.Source: a sine at a quarter of full scale.
type tone struct {
	hz      float64
	seconds int64
}

func (t tone) Name() string       { return fmt.Sprintf("%g Hz", t.hz) }
func (t tone) Format() pcm.Format { return pcm.CDDA }
func (t tone) Frames() int64      { return t.seconds * 44100 }

func (t tone) Open() (io.ReadCloser, error) {
	var data []byte
	for i := range t.Frames() {
		v := uint16(int16(8192 * math.Sin(2*math.Pi*t.hz*float64(i)/44100)))
		data = binary.LittleEndian.AppendUint16(data, v) // left
		data = binary.LittleEndian.AppendUint16(data, v) // right
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

// A program makes its own audio.
func ExampleSource() {
	r, err := pcm.Open(tone{hz: 440, seconds: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = r.Close() }()
	n, err := io.Copy(io.Discard, r)
	fmt.Println(n, "bytes", err)
	// Output: 176400 bytes <nil>
}
