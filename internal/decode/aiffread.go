package decode

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/pcm"
)

// aiffFile is the audio of an AIFF file.
type aiffFile struct {
	name   string
	start  int64 // byte of the file
	frames int64
	frame  int // bytes of a sample frame in the file
	width  int // bytes of a sample in the file
	format pcm.Format
	how    func(dst, src []byte, width int) []byte
	order  []int // of the channels, where the file has another
}

func (a *aiffFile) open() (io.ReadCloser, error) {
	f, err := os.Open(a.name)
	if err != nil {
		return nil, input{name: a.name}.wrapPath(err)
	}
	return &aiffReader{aiffFile: a, r: f, closer: f}, nil
}

// aiffFrames are converted at a time.
const aiffFrames = 4096

// aiffReader returns the samples little-endian. It can seek, so that a part of a long
// file is read without what comes before.
type aiffReader struct {
	*aiffFile
	r      io.ReaderAt
	closer io.Closer
	next   int64 // frame
	raw    []byte
	out    []byte
	ready  []byte
}

func (a *aiffReader) Read(p []byte) (int, error) {
	for len(a.ready) == 0 {
		if a.next >= a.frames {
			return 0, io.EOF
		}
		if err := a.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, a.ready)
	a.ready = a.ready[n:]
	return n, nil
}

func (a *aiffReader) fill() error {
	if a.raw == nil {
		a.raw = make([]byte, aiffFrames*a.frame)
	}
	n := min(aiffFrames, a.frames-a.next)
	p := a.raw[:n*int64(a.frame)]
	at := a.start + a.next*int64(a.frame)
	got, err := a.r.ReadAt(p, at)
	if got < len(p) {
		err = input{name: a.name}.wrap(at+int64(got), "its audio", noMore(err))
		return &pcm.ReadError{Name: a.name, Offset: a.next * int64(a.format.FrameBytes()), Err: withoutName(err)}
	}
	a.next += n
	a.out = a.how(a.out[:0], p, a.width)
	if a.order != nil {
		reorder(a.out, a.order, a.format.Encoding.Bytes())
	}
	a.ready = a.out
	return nil
}

// noMore makes sure that a short reading has a reason.
func noMore(err error) error {
	if err == nil {
		return io.ErrUnexpectedEOF
	}
	return err
}

// withoutName drops the name from an error that goes into one that has it.
func withoutName(err error) error {
	var e *audio.Error
	if errors.As(err, &e) {
		return unnamed{e}
	}
	return err
}

// Seek moves to a byte of the audio as it is delivered.
func (a *aiffReader) Seek(offset int64, whence int) (int64, error) {
	frame := int64(a.format.FrameBytes())
	switch whence {
	case io.SeekCurrent:
		offset += a.next*frame - int64(len(a.ready))
	case io.SeekEnd:
		offset += a.frames * frame
	}
	if offset < 0 {
		return 0, fmt.Errorf("%s: seeking before the audio: %w", a.name, fs.ErrInvalid)
	}
	a.next, a.ready = min(offset/frame, a.frames), nil
	if rest := offset % frame; rest != 0 && a.next < a.frames {
		if err := a.fill(); err != nil {
			return 0, err
		}
		a.ready = a.ready[rest:]
	}
	return offset, nil
}

func (a *aiffReader) Close() error { return a.closer.Close() }

// keepSamples copies samples that are as they should be.
func keepSamples(dst, src []byte, _ int) []byte { return append(dst, src...) }

// reverseSamples turns big-endian samples round.
func reverseSamples(dst, src []byte, width int) []byte {
	from := len(dst)
	dst = slices.Grow(dst, len(src))[:from+len(src)]
	out := dst[from:]
	switch width { // the usual sizes without an inner loop
	case 2:
		for i := 0; i+1 < len(src) && i+1 < len(out); i += 2 {
			out[i], out[i+1] = src[i+1], src[i]
		}
	case 3:
		for i := 0; i+2 < len(src) && i+2 < len(out); i += 3 {
			out[i], out[i+1], out[i+2] = src[i+2], src[i+1], src[i]
		}
	default:
		copy(out, src)
		for ; len(out) >= width; out = out[width:] {
			slices.Reverse(out[:width])
		}
	}
	return dst
}

// widenSamples makes 16 bits of signed 8.
func widenSamples(dst, src []byte, _ int) []byte {
	for _, v := range src {
		dst = append(dst, 0, v)
	}
	return dst
}
