package reading

import (
	"io"

	"github.com/cespare/xxhash/v2"

	"github.com/redbook-audio/redbook/pcm"
)

// Digest identifies the content of a source: a later reading with the same Digest had the
// same bytes.
type Digest struct {
	Frames  int64  // sample frames read
	Hash    uint64 // xxHash64 (seed 0) of the bytes
	Clipped int64  // samples beyond full scale that the conversion limited
}

// Reader reads a source once, as pcm.Open does, and computes the Digest at the same time. It
// is for one goroutine.
type Reader struct {
	r     io.ReadCloser
	frame int64 // bytes of one frame
	got   int64 // bytes
	hash  *xxhash.Digest
}

// Open starts reading src. The error is that of pcm.Open.
func Open(src pcm.Source) (*Reader, error) {
	r, err := pcm.Open(src)
	if err != nil {
		return nil, err
	}
	return &Reader{r: r, frame: int64(src.Format().FrameBytes()), hash: xxhash.New()}, nil
}

// Read returns the next bytes of audio.
func (r *Reader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.hash.Write(p[:n])
	r.got += int64(n)
	return n, err
}

// Digest returns the digest of the bytes read so far.
func (r *Reader) Digest() Digest {
	d := Digest{Frames: r.got / r.frame, Hash: r.hash.Sum64()}
	if c, ok := r.r.(interface{ Clipped() int64 }); ok {
		d.Clipped = c.Clipped()
	}
	return d
}

// Close ends the reading. It does not report whether the end was reached.
func (r *Reader) Close() error { return r.r.Close() }
