package wav

import (
	"bufio"
	"errors"
	"io"
)

// cursor is a position in a file or a stream while its header is parsed. It only moves
// forward.
type cursor interface {
	// peek returns the next n bytes, fewer only at the end. They are valid until the next
	// call. n is small.
	peek(n int) ([]byte, error)
	// skip advances by n bytes and returns how many there were.
	skip(n int64) (int64, error)
	// offset is the number of bytes before the cursor.
	offset() int64
	// left is the number of bytes after it, or -1 if unknown.
	left() int64
}

// maxPeek is the longest peek: a fmt chunk with its extension.
const maxPeek = 64

// fileCursor reads a file of known size, where skipping costs nothing.
type fileCursor struct {
	r         io.ReaderAt
	off, size int64
	buf       [maxPeek]byte
}

func (c *fileCursor) peek(n int) ([]byte, error) {
	p := c.buf[:min(int64(n), c.left())]
	if len(p) == 0 {
		return nil, nil
	}
	got, err := c.r.ReadAt(p, c.off)
	if got == len(p) || errors.Is(err, io.EOF) {
		err = nil
	}
	return p[:got], err
}

func (c *fileCursor) skip(n int64) (int64, error) {
	n = min(n, c.left())
	c.off += n
	return n, nil
}

func (c *fileCursor) offset() int64 { return c.off }
func (c *fileCursor) left() int64   { return max(c.size-c.off, 0) }

// streamCursor reads from a pipe.
type streamCursor struct {
	r   *bufio.Reader
	off int64
}

func (c *streamCursor) peek(n int) ([]byte, error) {
	p, err := c.r.Peek(n)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return p, err
}

func (c *streamCursor) skip(n int64) (int64, error) {
	done, err := io.CopyN(io.Discard, c.r, n)
	c.off += done
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return done, err
}

func (c *streamCursor) offset() int64 { return c.off }
func (c *streamCursor) left() int64   { return -1 }
