package mp3

import (
	"errors"
	"io"
)

const (
	viewBytes = 64 << 10
	// ahead is how far past a place one may look without reading again: some frames.
	ahead = 32 << 10
)

// view is a piece of the file in memory. It is all that is read of the file at a time.
type view struct {
	r    io.ReaderAt
	size int64
	off  int64
	buf  []byte // what is there of the file from off on
	room []byte
}

func newView(r io.ReaderAt, size int64) *view {
	return &view{r: r, size: size, room: make([]byte, viewBytes)}
}

// reset looks at another file, with the same memory.
func (v *view) reset(r io.ReaderAt, size int64) {
	v.r, v.size, v.off, v.buf = r, size, 0, nil
}

// at returns the n bytes at off, n <= ahead, or as many as there are. They are valid until
// the next call.
func (v *view) at(off int64, n int) ([]byte, error) {
	if off >= v.size {
		return nil, nil
	}
	n = int(min(int64(n), v.size-off))
	if off < v.off || off+int64(n) > v.off+int64(len(v.buf)) {
		if err := v.load(off); err != nil {
			return nil, err
		}
	}
	return v.buf[off-v.off:][:n:n], nil
}

// around makes sure that looks at [off, off+ahead) need no reading.
func (v *view) around(off int64) error {
	_, err := v.at(off, ahead)
	return err
}

func (v *view) load(off int64) error {
	n := int(min(int64(len(v.room)), v.size-off))
	v.off, v.buf = off, v.room[:0]
	got, err := v.r.ReadAt(v.room[:n], off)
	switch {
	case got == n:
		v.buf = v.room[:n]
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return &Error{Offset: off + int64(max(got, 0)), Reason: "the file has become shorter", Err: ErrTruncated}
	}
	return &Error{Offset: off, Err: err}
}
