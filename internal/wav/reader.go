package wav

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// dataReader reads the audio of a file: the bytes from start to end.
type dataReader struct {
	name       string
	at         io.ReaderAt
	closer     io.Closer // nil if there is nothing to close
	off        int64     // next byte of the file to read
	start, end int64
}

func (r *dataReader) Read(p []byte) (int, error) {
	if r.off >= r.end {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	p = p[:min(int64(len(p)), r.end-r.off)]
	n, err := r.at.ReadAt(p, r.off)
	r.off += int64(n)
	switch {
	case n == len(p):
		return n, nil
	case errors.Is(err, io.EOF):
		return n, &Error{Name: r.name, Offset: r.off, Err: ErrTruncated,
			Reason: fmt.Sprintf("the file ends %d bytes before its audio does", r.end-r.off)}
	}
	e := asError(r.name, err).(*Error)
	e.Offset = r.off
	return n, e
}

// Seek moves within the audio, in bytes. It allows reading part of a long file without
// the bytes before it.
func (r *dataReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
		offset += r.start
	case io.SeekCurrent:
		offset += r.off
	case io.SeekEnd:
		offset += r.end
	}
	if offset < r.start {
		return 0, &Error{Name: r.name, Offset: r.off, Reason: "seeking before the audio", Err: fs.ErrInvalid}
	}
	r.off = offset
	return offset - r.start, nil
}

func (r *dataReader) Close() error {
	if r.closer == nil {
		return nil
	}
	return r.closer.Close()
}

// swapBuffer holds a whole number of samples of any width.
const swapBuffer = 24 * 1024

// swapper converts big-endian samples to little-endian ones.
type swapper struct {
	r     io.Reader
	c     io.Closer
	width int
	buf   []byte
	ready []byte
	err   error
}

func newSwapper(r io.Reader, c io.Closer, width int) *swapper {
	return &swapper{r: r, c: c, width: width, buf: make([]byte, swapBuffer)}
}

func (s *swapper) Read(p []byte) (int, error) {
	for len(s.ready) == 0 {
		if s.err != nil {
			return 0, s.err
		}
		n, err := io.ReadFull(s.r, s.buf)
		if err == io.ErrUnexpectedEOF {
			err = io.EOF
		}
		s.err = err
		n -= n % s.width // never a part of a sample, unless the audio ends inside one
		s.ready = s.buf[:n]
		for i := 0; i < n; i += s.width {
			reverse(s.ready[i : i+s.width])
		}
	}
	n := copy(p, s.ready)
	s.ready = s.ready[n:]
	return n, nil
}

func reverse(b []byte) {
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
}

func (s *swapper) Close() error {
	if s.c == nil {
		return nil
	}
	return s.c.Close()
}
