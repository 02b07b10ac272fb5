package pcm

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/cespare/xxhash/v2"
)

// Sentinels for a source that doesn't hold what it promised.
var (
	ErrShort = errors.New("the audio ends early")
	ErrLong  = errors.New("the audio continues past its end")
)

// ReadError is a failure to read a source: where it happened and why. Err may be
// ErrShort, ErrLong, ErrChanged or the error of the file system.
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

// Clipper is implemented by readers that limit samples to full scale, such as those of an
// album.Track whose audio is converted.
type Clipper interface {
	// Clipped returns the number of samples beyond full scale so far.
	Clipped() int64
}

// Digest identifies the content of a source: a later reading with the same Digest had the
// same bytes.
type Digest struct {
	Frames  int64  // sample frames read
	Hash    uint64 // xxHash64 (seed 0) of the bytes
	Clipped int64  // samples beyond full scale that the conversion limited
}

// Reader reads a source once and enforces its promise: io.EOF comes after exactly the
// promised number of frames, anything else is a *ReadError. It computes the Digest at the
// same time. It is for one goroutine.
type Reader struct {
	name  string
	r     io.ReadCloser
	frame int64 // bytes of one frame
	want  int64 // bytes promised
	got   int64
	hash  *xxhash.Digest
	err   error // sticky, io.EOF included
}

// Open starts reading src. An error is a *ReadError; one that matches ErrChanged means
// that src has changed since it was made.
func Open(src Source) (*Reader, error) {
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
	return &Reader{
		name: src.Name(), r: r, frame: frame,
		want: src.Frames() * frame, hash: xxhash.New(),
	}, nil
}

// Read returns the next bytes of audio.
func (r *Reader) Read(p []byte) (int, error) {
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
	r.hash.Write(p[:n])
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

// Skip advances by n bytes, without reading them if the source can seek. It stays within
// the audio. Digest is meaningless from then on.
func (r *Reader) Skip(n int64) error {
	if r.err != nil {
		return r.err
	}
	if n < 0 || n > r.want-r.got {
		return &ReadError{Name: r.name, Offset: r.got, Err: fmt.Errorf("%w: %d bytes can't be skipped", ErrShort, n)}
	}
	if err := skip(r.r, n); err != nil {
		r.err = asReadError(r.name, r.got, err)
		return r.err
	}
	r.got += n
	return nil
}

// finish checks that no data follow the promised end.
func (r *Reader) finish() error {
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

// Digest returns the digest of the bytes read so far.
func (r *Reader) Digest() Digest {
	d := Digest{Frames: r.got / r.frame, Hash: r.hash.Sum64()}
	if c, ok := r.r.(Clipper); ok {
		d.Clipped = c.Clipped()
	}
	return d
}

// Close ends the reading. It does not report whether the end was reached.
func (r *Reader) Close() error { return r.r.Close() }

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
