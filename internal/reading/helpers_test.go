package reading

import (
	"bytes"
	"errors"
	"io"
	"testing/iotest"

	"github.com/redbook-audio/redbook/pcm"
)

// fake is a source that can lie about its length.
type fake struct {
	format pcm.Format
	frames int64
	data   []byte
	change error
	small  bool // return one byte at a time
}

func (f *fake) Name() string       { return "fake.wav" }
func (f *fake) Format() pcm.Format { return f.format }
func (f *fake) Frames() int64      { return f.frames }
func (f *fake) Changed() error     { return f.change }

func (f *fake) Open() (io.ReadCloser, error) {
	if f.small {
		return io.NopCloser(iotest.OneByteReader(bytes.NewReader(f.data))), nil
	}
	return io.NopCloser(bytes.NewReader(f.data)), nil
}

var errDisk = errors.New("the disk is gone")

// ramp returns n different bytes.
func ramp(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i>>8)
	}
	return b
}
