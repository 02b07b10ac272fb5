package mp3

import (
	"errors"
	"io"
)

const (
	viewBytes = 64 << 10
	// ahead is how many bytes past an offset are available without another read: several
	// frames.
	ahead = 32 << 10
)

// view is a window of the file in memory.
type view struct {
	r    io.ReaderAt
	size int64
	off  int64
	buf  []byte // content of the file from off
	room []byte
}

func newView(r io.ReaderAt, size int64) *view {
	return &view{r: r, size: size, room: make([]byte, viewBytes)}
}

// reset switches to another file and reuses the memory.
func (v *view) reset(r io.ReaderAt, size int64) {
	v.r, v.size, v.off, v.buf = r, size, 0, nil
}

// at returns n bytes at off, n <= ahead, or fewer at the end of the file. They are valid
// until the next call.
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

// around loads [off, off+ahead), so that calls of at in this range don't read.
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
