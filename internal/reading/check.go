package reading

import (
	"context"
	"errors"
	"io"

	"github.com/redbook-audio/redbook/pcm"
)

// checkBuffer is how much Check reads at a time; a multiple of every frame size in use.
const checkBuffer = 1 << 16

// Check reads src once from start to end and returns its Digest. It fails if src can't be
// read, is shorter or longer than it promised, or changed meanwhile: the error is a
// *pcm.ReadError, or ctx's own error if ctx is done.
//
// progress, which may be nil, is called now and then with the frames read so far and the
// expected total.
func Check(ctx context.Context, src pcm.Source, progress func(done, total int64)) (d Digest, err error) {
	r, err := Open(src)
	if err != nil {
		return Digest{}, err
	}
	defer func() {
		if cerr := r.Close(); cerr != nil && err == nil {
			err = r.failed(src, cerr)
		}
	}()
	buf := make([]byte, checkBuffer)
	for {
		if err := ctx.Err(); err != nil {
			return r.Digest(), err
		}
		_, err := io.ReadFull(r, buf)
		if progress != nil {
			progress(r.Digest().Frames, src.Frames())
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			break
		}
		if err != nil {
			return r.Digest(), err
		}
	}
	if c, ok := src.(pcm.Changer); ok {
		if err := c.Changed(); err != nil {
			return r.Digest(), &pcm.ReadError{Name: src.Name(), Offset: r.got, Err: err}
		}
	}
	return r.Digest(), nil
}

// failed wraps err unless it already contains the place.
func (r *Reader) failed(src pcm.Source, err error) error {
	if _, ok := errors.AsType[*pcm.ReadError](err); ok {
		return err
	}
	return &pcm.ReadError{Name: src.Name(), Offset: r.got, Err: err}
}
