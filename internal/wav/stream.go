package wav

import (
	"bufio"
	"fmt"
	"io"

	"github.com/redbook-audio/redbook/pcm"
)

// Stream is a WAV file from a pipe. It can be read once and its length may be unknown, so
// it is not a pcm.Source: to burn it, save it to a file first.
type Stream struct {
	name string
	h    header
	in   io.Reader // the rest of the stream
	raw  io.Reader // in, limited to the audio, little-endian
	got  int64     // bytes of audio received
}

// Decode reads the header from r, up to the audio. name is its name in messages. An error
// is an *Error.
//
// If the header contains the length of the audio, a shorter stream is an error that
// matches ErrTruncated. The bytes after the audio are not read.
func Decode(name string, r io.Reader) (*Stream, error) {
	br := bufio.NewReader(r)
	h, err := parse(name, &streamCursor{r: br}, false)
	if err != nil {
		return nil, err
	}
	s := &Stream{name: name, h: h, in: br}
	s.raw = (*streamData)(s)
	if width := h.format.Encoding.Bytes(); h.bigEndian && width > 1 {
		s.raw = newSwapper(s.raw, nil, width)
	}
	return s, nil
}

// Format returns the format in which the samples are delivered: always little-endian.
func (s *Stream) Format() pcm.Format { return s.h.format }

// Frames returns the length in sample frames, or -1 if only the end of the stream
// determines it.
func (s *Stream) Frames() int64 {
	if s.h.size == unknownSize {
		return -1
	}
	return s.h.size / int64(s.h.format.FrameBytes())
}

// Read returns the next bytes of audio and io.EOF after the last sample frame.
func (s *Stream) Read(p []byte) (int, error) { return s.raw.Read(p) }

// streamData is a Stream's audio as received, in the byte order of the file.
type streamData Stream

func (s *streamData) Read(p []byte) (int, error) {
	// Chunks after the audio must not be taken for it.
	if s.h.size != unknownSize {
		if s.got >= s.h.size {
			return 0, io.EOF
		}
		p = p[:min(int64(len(p)), s.h.size-s.got)]
	}
	n, err := s.in.Read(p)
	s.got += int64(n)
	if err == io.EOF {
		return n, s.end()
	}
	if err != nil {
		return n, &Error{Name: s.name, Offset: s.h.start + s.got, Err: err}
	}
	return n, nil
}

// end checks whether the stream may end here.
func (s *streamData) end() error {
	frame := int64(s.h.format.FrameBytes())
	fail := func(sentinel error, format string, args ...any) error {
		return &Error{Name: s.name, Offset: s.h.start + s.got, Reason: fmt.Sprintf(format, args...), Err: sentinel}
	}
	switch {
	case s.h.size != unknownSize && s.got < s.h.size:
		return fail(ErrTruncated, "the data chunk declares %d bytes of audio, but the stream ends after %d", s.h.size, s.got)
	case s.got == 0:
		return fail(ErrEmpty, "the stream ends after its header")
	case s.got%frame != 0:
		return fail(ErrTruncated, "the stream ends inside a sample frame of %d bytes", frame)
	}
	return io.EOF
}
