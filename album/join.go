package album

import (
	"errors"
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
	if len(list) == 1 {
		return list[0], nil
	}
	j := &joined{name: name, list: list}
	for _, src := range list {
		if src.Format() != list[0].Format() {
			return nil, fmt.Errorf("%s consists of parts in different formats, %v (%s) and %v (%s): %w",
				name, list[0].Format(), list[0].Name(), src.Format(), src.Name(), pcm.ErrUnsupportedFormat)
		}
		j.frames += src.Frames()
	}
	return j, nil
}

// joined is sources one behind the other.
type joined struct {
	name   string
	list   []pcm.Source
	frames int64
}

func (j *joined) Name() string       { return j.name }
func (j *joined) Format() pcm.Format { return j.list[0].Format() }
func (j *joined) Frames() int64      { return j.frames }

// Changed implements pcm.Changer.
func (j *joined) Changed() error {
	for _, src := range j.list {
		if c, ok := src.(pcm.Changer); ok {
			if err := c.Changed(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (j *joined) Open() (io.ReadCloser, error) { return &joinedReader{list: j.list}, nil }

// joinedReader opens one source after the other. Each is read through pcm.Open, so
// that none can be shorter or longer than it promised.
type joinedReader struct {
	list    []pcm.Source // not opened yet
	r       *pcm.Reader
	clipped int64
}

func (j *joinedReader) Read(p []byte) (int, error) {
	for {
		if j.r == nil {
			if len(j.list) == 0 {
				return 0, io.EOF
			}
			r, err := pcm.Open(j.list[0])
			if err != nil {
				return 0, err
			}
			j.r, j.list = r, j.list[1:]
		}
		n, err := j.r.Read(p)
		if err != io.EOF {
			return n, err
		}
		j.clipped += j.r.Digest().Clipped
		err = j.r.Close()
		j.r = nil
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// Clipped implements pcm.Clipper.
func (j *joinedReader) Clipped() int64 {
	if j.r != nil {
		return j.clipped + j.r.Digest().Clipped
	}
	return j.clipped
}

func (j *joinedReader) Close() error {
	if j.r == nil {
		return nil
	}
	return errors.Join(j.r.Close())
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
