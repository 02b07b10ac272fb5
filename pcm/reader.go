package pcm

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// ReadError is a failure to read a source: where it happened and why. It matches Err: ErrShort,
// ErrLong, ErrChanged, ErrUnsupportedFormat, or the error of the file or its decoder.
type ReadError struct {
	Name   string // of the source
	Offset int64  // bytes of audio that were read before
	Err    error
}

// Error returns "name: byte N of the audio: reason".
func (e *ReadError) Error() string {
	return fmt.Sprintf("%s: byte %d of the audio: %v", e.Name, e.Offset, e.Err)
}

// Unwrap returns the reason.
func (e *ReadError) Unwrap() error { return e.Err }

// exact reads a source once and enforces its promise. It is for one goroutine.
type exact struct {
	name string
	r    io.ReadCloser
	want int64 // bytes promised
	got  int64
	err  error // sticky, io.EOF included
}

// Open opens src and enforces its length: the reader returns io.EOF after exactly src.Frames
// frames, and otherwise fails with a *ReadError. It moves forward only: Seek(n, io.SeekCurrent)
// skips n bytes of audio, without reading them if the reader of src is an io.Seeker. Close does
// not report whether the end was reached. The reader is for one goroutine.
//
// An error is a *ReadError; one that matches ErrChanged means that src has changed since it was
// made.
func Open(src Source) (io.ReadSeekCloser, error) {
	r, err := open(src)
	if err != nil {
		return nil, err
	}
	return r, nil
}

func open(src Source) (*exact, error) {
	if src.Format().FrameBytes() <= 0 {
		return nil, &ReadError{Name: src.Name(), Err: fmt.Errorf("%w: %v", ErrUnsupportedFormat, src.Format())}
	}
	frame := int64(src.Format().FrameBytes())
	if n := src.Frames(); n < 0 || n > math.MaxInt64/frame {
		return nil, &ReadError{Name: src.Name(), Err: fmt.Errorf("%w: a length of %d frames", ErrShort, n)}
	}
	if err := changed(src); err != nil {
		return nil, &ReadError{Name: src.Name(), Err: err}
	}
	r, err := src.Open()
	if err != nil {
		return nil, asReadError(src.Name(), 0, err)
	}
	return &exact{name: src.Name(), r: r, want: src.Frames() * frame}, nil
}

// Read returns the next bytes of audio.
func (r *exact) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	if r.got == r.want {
		return 0, r.finish()
	}
	if int64(len(p)) > r.want-r.got {
		p = p[:r.want-r.got]
	}
	n, err := readSome(r.r, p)
	r.got += int64(n)
	switch {
	case err == nil || (err == io.EOF && r.got == r.want):
		return n, nil
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		err = fmt.Errorf("%w: %d of %d bytes are there", ErrShort, r.got, r.want)
	}
	r.err = asReadError(r.name, r.got, err)
	return n, r.err
}

// emptyReads is how often in a row a source may return neither bytes nor an error, as in
// bufio.
const emptyReads = 100

// readSome reads at least one byte unless there is an error. A source that violates the
// rules of io.Reader causes an error, not a panic or an endless loop.
func readSome(r io.Reader, p []byte) (int, error) {
	for range emptyReads {
		n, err := r.Read(p)
		if n < 0 || n > len(p) {
			return 0, fmt.Errorf("the source returned %d bytes for a buffer of %d", n, len(p))
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

// errBackward is the error for a Seek other than one forward.
var errBackward = errors.New("the audio is read forward only")

// Seek advances by n bytes and returns the new position. It stays within the audio.
func (r *exact) Seek(n int64, whence int) (int64, error) {
	switch {
	case r.err != nil:
		return r.got, r.err
	case whence != io.SeekCurrent || n < 0:
		return r.got, &ReadError{Name: r.name, Offset: r.got, Err: errBackward}
	case n > r.want-r.got:
		return r.got, &ReadError{Name: r.name, Offset: r.got, Err: fmt.Errorf("%w: %d bytes can't be skipped", ErrShort, n)}
	}
	if err := skip(r.r, n); err != nil {
		r.err = asReadError(r.name, r.got, err)
		return r.got, r.err
	}
	r.got += n
	return r.got, nil
}

// finish checks that no data follow the promised end.
func (r *exact) finish() error {
	var one [1]byte
	n, err := readSome(r.r, one[:])
	switch {
	case err == io.EOF && n == 0:
		r.err = io.EOF
	case n > 0:
		r.err = &ReadError{Name: r.name, Offset: r.got, Err: fmt.Errorf("%w: %d bytes were promised", ErrLong, r.want)}
	default:
		r.err = asReadError(r.name, r.got, err)
	}
	return r.err
}

// Clipped returns the count of the source's reader: samples beyond full scale that were
// limited, 0 if it has none.
func (r *exact) Clipped() int64 {
	if c, ok := r.r.(interface{ Clipped() int64 }); ok {
		return c.Clipped()
	}
	return 0
}

// Close ends the reading.
func (r *exact) Close() error { return r.r.Close() }

// asReadError wraps err unless it already contains the place.
func asReadError(name string, offset int64, err error) error {
	var re *ReadError
	if errors.As(err, &re) {
		return err
	}
	return &ReadError{Name: name, Offset: offset, Err: err}
}

// changed asks src whether it has changed, if it is a Changer.
func changed(src Source) error {
	if c, ok := src.(Changer); ok {
		return c.Changed()
	}
	return nil
}

// closeAfter closes c before returning err, which stays first.
func closeAfter(c io.Closer, err error) error { return errors.Join(err, c.Close()) }
