package pcm

import (
	"bytes"
	"fmt"
	"io"
)

// sectorFrames is the number of sample frames in one sector of a compact disc.
const sectorFrames = 588

// Sectors returns the number of whole disc sectors (1/75 s, 588 frames) that hold src;
// the last one may be partly filled.
func Sectors(src Source) int64 { return (src.Frames() + sectorFrames - 1) / sectorFrames }

// FromBytes returns a Source of samples in memory. The data aren't copied and must not
// change. If they end inside a sample frame, reading them with Open fails at the end, as for a
// file.
func FromBytes(name string, format Format, data []byte) Source {
	return &memory{name: name, format: format, data: data}
}

type memory struct {
	name   string
	format Format
	data   []byte
}

func (m *memory) Name() string   { return m.name }
func (m *memory) Format() Format { return m.format }

func (m *memory) Frames() int64 {
	if m.format.FrameBytes() <= 0 {
		return 0
	}
	return int64(len(m.data) / m.format.FrameBytes())
}

func (m *memory) Open() (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(m.data)), nil
}

// Silence returns a Source of digital silence in the format of a disc.
func Silence(name string, frames int64) Source { return SilenceIn(name, CDDA, frames) }

// SilenceIn returns a Source of digital silence in any format.
func SilenceIn(name string, format Format, frames int64) Source {
	return silence{name, format, max(frames, 0)}
}

type silence struct {
	name   string
	format Format
	frames int64
}

func (s silence) Name() string   { return s.name }
func (s silence) Format() Format { return s.format }
func (s silence) Frames() int64  { return s.frames }

func (s silence) Open() (io.ReadCloser, error) {
	zero := repeated(0)
	if s.format.Encoding == U8 {
		zero = 0x80
	}
	return io.NopCloser(io.LimitReader(zero, s.frames*int64(s.format.FrameBytes()))), nil
}

// repeated is an endless series of one byte.
type repeated byte

func (r repeated) Read(p []byte) (int, error) {
	if r == 0 {
		clear(p) // many times faster than the loop
		return len(p), nil
	}
	for i := range p {
		p[i] = byte(r)
	}
	return len(p), nil
}

// Section returns the part of src that begins at frame from and is frames long. It is a
// Changer, which reports the changes of src. A part that does not lie in src is an error.
func Section(name string, src Source, from, frames int64) (Source, error) {
	if from < 0 || frames < 0 || from > src.Frames() || frames > src.Frames()-from {
		return nil, fmt.Errorf("%s: frames %d to %d don't lie in %s, which has %d",
			name, from, from+frames, src.Name(), src.Frames())
	}
	return &section{name: name, src: src, from: from, frames: frames}, nil
}

type section struct {
	name         string
	src          Source
	from, frames int64
}

func (s *section) Name() string   { return s.name }
func (s *section) Format() Format { return s.src.Format() }
func (s *section) Frames() int64  { return s.frames }
func (s *section) Changed() error { return changed(s.src) }

func (s *section) Open() (io.ReadCloser, error) {
	r, err := s.src.Open()
	if err != nil {
		return nil, err
	}
	frame := int64(s.Format().FrameBytes())
	if err := skip(r, s.from*frame); err != nil {
		return nil, closeAfter(r, &ReadError{Name: s.src.Name(), Err: err})
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(r, s.frames*frame), r}, nil
}

// skip advances r by n bytes, by seeking if possible.
func skip(r io.Reader, n int64) error {
	if n == 0 {
		return nil
	}
	if s, ok := r.(io.Seeker); ok {
		_, err := s.Seek(n, io.SeekCurrent)
		return err
	}
	_, err := io.CopyN(io.Discard, r, n)
	if err == io.EOF {
		return ErrShort
	}
	return err
}
