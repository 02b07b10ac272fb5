package engine

import (
	"io"

	"github.com/redbook-audio/redbook/pcm"
)

// hangingAt is a source whose reader hangs at its end until it is released.
type hangingAt struct {
	pcm.Source
	release chan struct{}
}

func (h hangingAt) Open() (io.ReadCloser, error) {
	r, err := h.Source.Open()
	return hangingReader{r, h.release}, err
}

type hangingReader struct {
	io.ReadCloser
	release chan struct{}
}

func (h hangingReader) Read(p []byte) (int, error) {
	n, err := h.ReadCloser.Read(p)
	if err != nil {
		<-h.release
	}
	return n, err
}
