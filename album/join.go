package album

import (
	"fmt"
	"io"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// join makes one source of several of the same format.
func join(name string, list []pcm.Source) (pcm.Source, error) {
	if len(list) == 0 {
		return nil, fmt.Errorf("%s: %w", name, ErrNothing)
	}
	return pcm.Join(name, list...)
}

// quiet makes silence in the format of what it stands behind.
func quiet(list []pcm.Source, sectors int64) pcm.Source {
	f := pcm.CDDA
	if len(list) > 0 {
		f = list[0].Format()
	}
	frames := sectors * int64(f.SampleRate) / toc.SectorsPerSecond
	return &silence{format: f, frames: frames}
}

// silence is pcm.Silence in any format.
type silence struct {
	format pcm.Format
	frames int64
}

func (s *silence) Name() string       { return "silence" }
func (s *silence) Format() pcm.Format { return s.format }
func (s *silence) Frames() int64      { return s.frames }

func (s *silence) Open() (io.ReadCloser, error) {
	zero := byte(0)
	if s.format.Encoding == pcm.U8 {
		zero = 0x80
	}
	return io.NopCloser(io.LimitReader(same(zero), s.frames*int64(s.format.FrameBytes()))), nil
}

// same is an endless row of one byte.
type same byte

func (s same) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(s)
	}
	return len(p), nil
}
