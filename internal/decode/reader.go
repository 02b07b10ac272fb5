package decode

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"time"
	"unsafe"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/pcm"
)

// decoder is what every codec looks like to the reader that guards it.
type decoder interface {
	// decode returns the next whole frames in the format of the file; the slice is
	// good until the next call. It ends with io.EOF. It may panic.
	decode() ([]byte, error)
	// at is about the byte of the file that was decoded last.
	at() int64
}

// concealer is a decoder that puts something in place of damaged frames.
type concealer interface{ concealed() int64 }

// maxEmpty is how often a decoder may give nothing before that counts as hanging.
// Encoders delay by a few packets.
const maxEmpty = 1 << 16

// reader wraps a decoder: it catches panics, enforces the promised length, and reports
// where an error occurred.
type reader struct {
	file   *File
	d      decoder
	closer io.Closer
	ready  []byte
	done   int64 // bytes delivered or ready
	want   int64
	err    error // sticky
}

func newReader(f *File, d decoder, closer io.Closer) *reader {
	return &reader{file: f, d: d, closer: closer, want: f.opened.frames * int64(f.opened.format.FrameBytes())}
}

// Read returns the next bytes of audio.
func (r *reader) Read(p []byte) (int, error) {
	for len(r.ready) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		if len(p) == 0 {
			return 0, nil
		}
		r.fill()
	}
	n := copy(p, r.ready)
	r.ready = r.ready[n:]
	return n, nil
}

// fill decodes the next piece and judges it.
func (r *reader) fill() {
	b, err := decodeSome(r.d)
	over := r.done+int64(len(b)) > r.want
	if over {
		b = b[:r.want-r.done]
	}
	r.ready = b
	r.done += int64(len(b))
	switch {
	case over:
		err = fmt.Errorf("%w: %s were promised", pcm.ErrLong, clock(r.time(r.want)))
	case err == io.EOF && r.done < r.want:
		err = fmt.Errorf("%w: %s were promised, that is %s more: %w",
			pcm.ErrShort, clock(r.time(r.want)), clock(r.time(r.want)-r.time(r.done)), audio.ErrTruncated)
	case err == io.EOF:
		if c, ok := r.d.(concealer); ok {
			r.file.concealed.Store(c.concealed())
		}
		r.err = io.EOF
		return
	case err == nil:
		return
	}
	r.err = &pcm.ReadError{Name: r.file.name, Offset: r.done, Err: unnamed{r.where(err)}}
}

// where adds name, byte and time to an error.
func (r *reader) where(err error) *audio.Error {
	out := &audio.Error{Name: r.file.name, InAudio: true, At: r.time(r.done), Err: err}
	out.InFile, out.Byte = r.d.at() >= 0, max(r.d.at(), 0)
	var e *audio.Error
	if errors.As(err, &e) {
		out.Reason, out.Err = e.Reason, e.Err
		if e.InFile {
			out.InFile, out.Byte = true, e.Byte
		}
	}
	return out
}

// time is the playing time at a byte of the audio.
func (r *reader) time(bytes int64) time.Duration {
	return duration(bytes/int64(r.file.opened.format.FrameBytes()), r.file.opened.format.SampleRate)
}

// duration of a number of frames, exact to the nanosecond below.
func duration(frames int64, rate int) time.Duration {
	n, r := frames/int64(rate), frames%int64(rate)
	return time.Duration(n)*time.Second + time.Duration(r)*time.Second/time.Duration(rate)
}

// Close ends the reading.
func (r *reader) Close() error {
	if r.err == nil {
		r.err = &pcm.ReadError{Name: r.file.name, Offset: r.done, Err: fs.ErrClosed}
	}
	r.ready = nil
	var err error
	if c, ok := r.d.(io.Closer); ok {
		err = c.Close()
	}
	return errors.Join(err, r.closer.Close())
}

// decodeSome calls the decoder until it gives something.
func decodeSome(d decoder) (b []byte, err error) {
	defer func() {
		if v := recover(); v != nil {
			b, err = nil, &audio.Error{Reason: fmt.Sprintf("the decoder failed: %v", v), Err: audio.ErrCorrupt}
		}
	}()
	for range maxEmpty {
		if b, err = d.decode(); len(b) > 0 || err != nil {
			return b, err
		}
	}
	return nil, &audio.Error{Reason: "the decoder makes no progress", Err: audio.ErrCorrupt}
}

// start begins to decode, with panics caught.
func start(begin func(input) (decoder, error), in input) (d decoder, err error) {
	defer func() {
		if v := recover(); v != nil {
			d, err = nil, in.fail(nowhere, audio.ErrCorrupt, "the decoder failed: %v", v)
		}
	}()
	return begin(in)
}

// count decodes the whole file to learn its length. budget prevents an endless loop: it is
// the maximum number of frames for the file's size.
func count(ctx context.Context, in input, f pcm.Format, begin func(input) (decoder, error), budget int64) (int64, error) {
	d, err := start(begin, in)
	if err != nil {
		return 0, err
	}
	if c, ok := d.(io.Closer); ok {
		defer c.Close()
	}
	file := &File{name: in.name, opened: opened{format: f}}
	r := &reader{file: file, d: d}
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		b, err := decodeSome(d)
		r.done += int64(len(b))
		switch {
		case err == io.EOF:
			return r.done / int64(f.FrameBytes()), nil
		case err == nil && r.done/int64(f.FrameBytes()) > budget:
			err = &audio.Error{Reason: "it decodes to far more audio than such a file can hold", Err: audio.ErrCorrupt}
		}
		if err != nil {
			return 0, r.where(err)
		}
	}
}

// floatBytes gives samples as little-endian F32. The result is good as long as the
// samples stay as they are: on most processors it is their memory.
func floatBytes(samples []float32) []byte {
	if len(samples) == 0 {
		return nil
	}
	p := unsafe.Slice((*byte)(unsafe.Pointer(&samples[0])), 4*len(samples))
	if !littleEndian {
		for i, v := range samples {
			binary.LittleEndian.PutUint32(p[4*i:], math.Float32bits(v))
		}
	}
	return p
}

var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1
