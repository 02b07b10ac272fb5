package album

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/redbook-audio/redbook/internal/decode"
	"github.com/redbook-audio/redbook/internal/spool"
	"github.com/redbook-audio/redbook/internal/wav"
	"github.com/redbook-audio/redbook/pcm"
)

// stream is audio from a pipe. It can be read only once, and its length may be unknown
// until it ends.
type stream struct {
	name   string
	format pcm.Format
	frames int64
	open   bool // frames is unknown
	begun  bool // the audio was read, in part or to its end
	r      io.Reader
	pipe   *pipe // what r reads from
}

// longestStream is the maximum length in seconds. It slightly exceeds the 99 minutes of the
// largest discs; a longer stream is rejected before it fills a hard disk.
const longestStream = 100 * 60

// OpenStream makes an album of one track from a pipe that carries a WAV file or, with
// Options.Raw, headerless CD audio (pcm.CDDA). It reads only the header; Prepare reads the
// rest. name is used in messages. Only the options Raw, Level, LUFS and Spool apply. An error
// about the header is an *audio.Error; it matches audio.ErrNotAudio for a stream that isn't
// a WAV file. Prepare rejects a stream of more than 100 minutes with ErrTooLong.
func OpenStream(ctx context.Context, name string, r io.Reader, opts *Options) (*Album, error) {
	o := &opener{}
	if opts != nil {
		o.opts = *opts
	}
	if r == nil {
		return nil, fmt.Errorf("%s: %w: no stream", name, ErrNothing)
	}
	p := &pipe{r: r}
	p.until(ctx)
	in := bufio.NewReaderSize(p, 1<<16)
	s := &stream{name: name, format: pcm.CDDA, open: true, r: in, pipe: p}
	kind := "raw"
	a := &Album{}
	if !o.opts.Raw {
		w, err := wav.Decode(name, in)
		if err != nil {
			return nil, decode.WAVError(name, err)
		}
		kind = "WAV"
		s.format, s.frames, s.open, s.r = w.Format(), max(w.Frames(), 0), w.Frames() < 0, samples{name, w}
		if s.open {
			a.Notes = append(a.Notes, Note{Kind: noteNoLength, File: name})
		}
	}
	a.stream = s
	a.add(&File{source: s.standIn(), kind: kind})
	return o.settle(a)
}

// samples are those of a WAV file from a pipe, with the errors of package audio.
type samples struct {
	name string
	r    io.Reader
}

func (s samples) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil {
		err = decode.WAVError(s.name, err)
	}
	return n, err
}

// standIn returns a source with the length of the stream or, if that is unknown, of the
// shortest track, which is enough to check whether the drive and the disc are suitable.
func (s *stream) standIn() pcm.Source {
	frames := s.frames
	if s.open {
		frames = 4 * int64(s.format.SampleRate)
	}
	return unread{s.name, s.format, frames}
}

// unread is a source that is never read.
type unread struct {
	name   string
	format pcm.Format
	frames int64
}

func (u unread) Name() string       { return u.name }
func (u unread) Format() pcm.Format { return u.format }
func (u unread) Frames() int64      { return u.frames }

func (u unread) Open() (io.ReadCloser, error) {
	return nil, &pcm.ReadError{Name: u.name, Err: errors.New("it wasn't read yet")}
}

// capture spools the audio from the pipe, so that it can be read more than once. A second
// try would lack what the first one took from the pipe.
func (a *Album) capture(ctx context.Context, on func(Progress)) error {
	s := a.stream
	if s.begun {
		return &pcm.ReadError{Name: s.name, Err: errors.New("a part of it was read before and is lost")}
	}
	s.pipe.until(ctx)
	limit := int64(longestStream) * int64(s.format.SampleRate) * int64(s.format.FrameBytes())
	p := Progress{Step: stepCapture, Files: 1}
	on(p)
	kept, err := spool.Capture(ctx, s.name, s.format, &limited{s, limit}, &spool.Options{
		Dir: a.folder, OnProgress: p.forward(on),
	})
	if err != nil {
		return err
	}
	a.kept = append(a.kept, kept)
	f := a.Files[0]
	f.source, f.direct, a.stream = kept.Sources()[0], true, nil
	if f.Frames() == 0 {
		return &pcm.ReadError{Name: s.name, Err: fmt.Errorf("%w: nothing came", ErrNothing)}
	}
	return nil
}

// limited is a reader that fails with ErrTooLong after left bytes.
type limited struct {
	*stream
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, fmt.Errorf("%s is longer than %d minutes: %w", l.name, longestStream/60, ErrTooLong)
	}
	l.begun = true
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// pipe lets a context end the wait for a pipe that delivers nothing. The reading
// goroutine then remains until the pipe delivers something or is closed.
type pipe struct {
	r     io.Reader
	done  <-chan struct{}
	cause func() error
	buf   []byte // read by the goroutine, not yet passed on
	got   chan readResult
}

type readResult struct {
	n   int
	err error
}

// until makes later reads end with ctx.
func (i *pipe) until(ctx context.Context) { i.done, i.cause = ctx.Done(), ctx.Err }

func (i *pipe) Read(p []byte) (int, error) {
	if i.buf == nil {
		i.buf, i.got = make([]byte, 1<<16), make(chan readResult, 1)
	}
	buf := i.buf[:min(len(p), len(i.buf))]
	go func() {
		n, err := i.r.Read(buf)
		i.got <- readResult{n, err}
	}()
	select {
	case <-i.done:
		return 0, i.cause()
	case res := <-i.got:
		return copy(p, buf[:res.n]), res.err
	}
}
