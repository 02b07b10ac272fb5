package convert

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/pcm"
)

// fake is a source that can lie about everything.
type fake struct {
	format  pcm.Format
	frames  int64
	data    []byte
	tail    error // returned after data instead of io.EOF
	openErr error
	change  error
	small   bool // return one byte at a time
	closed  *int
}

func (f *fake) Name() string       { return "fake.wav" }
func (f *fake) Format() pcm.Format { return f.format }
func (f *fake) Frames() int64      { return f.frames }
func (f *fake) Changed() error     { return f.change }

func (f *fake) Open() (io.ReadCloser, error) {
	if f.openErr != nil {
		return nil, f.openErr
	}
	var r io.Reader = bytes.NewReader(f.data)
	if f.tail != nil {
		r = io.MultiReader(r, iotest.ErrReader(f.tail))
	}
	if f.small {
		r = iotest.OneByteReader(r)
	}
	return struct {
		io.Reader
		io.Closer
	}{r, closer{f.closed}}, nil
}

type closer struct{ n *int }

func (c closer) Close() error {
	if c.n != nil {
		*c.n++
	}
	return nil
}

// readAll reads a source through its own reader.
func readAll(t *testing.T, src pcm.Source) []byte {
	t.Helper()
	r, err := src.Open()
	require.NoError(t, err)
	data, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	return data
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

func format(rate, channels int, e pcm.Encoding) pcm.Format {
	return pcm.Format{SampleRate: rate, Channels: channels, Encoding: e}
}
