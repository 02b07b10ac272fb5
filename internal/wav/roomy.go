package wav

import (
	"encoding/binary"
	"errors"
	"io"
)

// settle determines where samples are in their larger containers: at the top, as the
// format requires, if all bits below are 0; at the bottom if all bits above repeat the
// sign. A few samples of audio decide.
func (h *header) settle(name string, r io.ReaderAt) error {
	if h.roomy == 0 {
		return nil
	}
	top, bottom, err := sides(io.NewSectionReader(r, h.start, h.size), uint(32-h.roomy))
	switch {
	case err != nil:
		return &Error{Name: name, Offset: h.start, Reason: "reading its audio", Err: err}
	case top:
		h.note("its samples of %d bits lie in 4 bytes each; they were taken for the upper bits, since the others are 0", h.roomy)
	case bottom:
		h.lift = uint(32 - h.roomy)
		h.note("its samples of %d bits lie in 4 bytes each; they were taken for the lower bits, since the others repeat the sign", h.roomy)
	default:
		h.note("its header says samples of %d bits in 4 bytes each; all 32 bits are used and were taken for the sample", h.roomy)
	}
	return nil
}

// sides reports whether all samples of 4 bytes have 0 in the lower bits, and whether
// all repeat the sign in the upper ones.
func sides(r io.Reader, bits uint) (top, bottom bool, err error) {
	top, bottom = true, true
	buf := make([]byte, swapBuffer)
	for top && bottom {
		n, err := io.ReadFull(r, buf)
		for p := buf[:n]; len(p) >= 4; p = p[4:] {
			v := binary.LittleEndian.Uint32(p)
			top = top && v<<(32-bits) == 0
			bottom = bottom && int32(v)>>(31-bits) == int32(v)>>31
		}
		if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return false, false, err
		}
	}
	return top, bottom, nil
}

// lifter shifts samples of 4 bytes up.
type lifter struct {
	r     io.Reader
	c     io.Closer
	by    uint
	buf   [swapBuffer]byte
	ready []byte
	err   error
}

func (l *lifter) Read(p []byte) (int, error) {
	for len(l.ready) == 0 {
		if l.err != nil {
			return 0, l.err
		}
		n, err := io.ReadFull(l.r, l.buf[:])
		if err == io.ErrUnexpectedEOF {
			err = io.EOF
		}
		l.err = err
		l.ready = l.buf[:n-n%4]
		for q := l.ready; len(q) >= 4; q = q[4:] {
			binary.LittleEndian.PutUint32(q, binary.LittleEndian.Uint32(q)<<l.by)
		}
	}
	n := copy(p, l.ready)
	l.ready = l.ready[n:]
	return n, nil
}

func (l *lifter) Close() error { return l.c.Close() }
