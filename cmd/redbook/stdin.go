package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/spool"
	"github.com/redbook-audio/redbook/wav"
)

// stdinName is what messages call the standard input.
const stdinName = "standard input"

// stdinStream is audio that comes through a pipe: it can be read once, and how long
// it is may not be known before its end.
type stdinStream struct {
	format pcm.Format
	kind   string
	frames int64 // -1 if only the end tells
	r      io.Reader
}

// longest is more than any disc holds: 99 minutes and some. What goes on longer is
// refused before it has filled a hard disk.
const longest = 100 * 60

// openStdin reads the header of what comes from the standard input.
func (a *app) openStdin(ctx context.Context, raw bool) (*material, error) {
	if a.inTerm {
		return nil, usage("--stdin: the standard input is a terminal, not a pipe or a file")
	}
	in := bufio.NewReaderSize(&interruptible{ctx: ctx, r: a.in}, 1<<16)
	s := &stdinStream{format: pcm.CDDA, kind: "raw", frames: -1, r: in}
	if !raw {
		w, err := wav.Decode(stdinName, in)
		if errors.Is(err, wav.ErrNotWAV) {
			return nil, fail(exitBadInput, "If it is 44.1 kHz, 16 bit, stereo without a header, add --raw.", "%w", err)
		}
		if err != nil {
			return nil, err
		}
		s = &stdinStream{format: w.Format(), kind: "WAV", frames: w.Frames(), r: w}
	}
	m := &material{stdin: s}
	if s.frames < 0 && !raw {
		m.notes = append(m.notes, album.Note{File: stdinName, Text: "its header states no length, so nothing tells whether all of it came"})
	}
	m.add(&input{source: s.standIn(), kind: s.kind})
	return m, nil
}

// standIn has the length of the stream, or if that isn't known the shortest that a
// track has: enough to ask whether drive and disc are fit for it.
func (s *stdinStream) standIn() pcm.Source {
	frames := s.frames
	if frames < 0 {
		frames = 4 * int64(s.format.SampleRate)
	}
	return quietSource{s.format, frames}
}

// quietSource is a source that is never read.
type quietSource struct {
	format pcm.Format
	frames int64
}

func (q quietSource) Name() string       { return stdinName }
func (q quietSource) Format() pcm.Format { return q.format }
func (q quietSource) Frames() int64      { return q.frames }

func (q quietSource) Open() (io.ReadCloser, error) {
	return nil, &pcm.ReadError{Name: stdinName, Err: errors.New("it wasn't read yet")}
}

// capture keeps what comes from the standard input, so that it can be read twice.
func (a *app) capture(ctx context.Context, m *material, dir string) error {
	s := m.stdin
	limit := int64(longest) * int64(s.format.SampleRate) * int64(s.format.FrameBytes())
	st := a.newStage("capture", "Reading the standard input")
	kept, err := spool.Capture(ctx, stdinName, s.format, &limited{s.r, limit}, &spool.Options{
		Dir: dir, OnProgress: st.progress,
	})
	st.end()
	if err != nil {
		return err
	}
	m.spools = append(m.spools, kept)
	in := m.inputs[0]
	in.source, in.stored, m.stdin = kept.Sources()[0], true, nil
	if in.source.Frames() == 0 {
		return &pcm.ReadError{Name: stdinName, Err: fmt.Errorf("%w: the standard input is empty", album.ErrNothing)}
	}
	return nil
}

// limited refuses what no disc can hold.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, fmt.Errorf("%s has more than %d minutes of audio, more than any disc holds: %w", stdinName, longest/60, burn.ErrDoesNotFit)
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// interruptible lets a signal end the wait for a pipe that says nothing. The reading
// goroutine is left behind then, which is harmless: the program ends.
type interruptible struct {
	ctx context.Context
	r   io.Reader
	buf []byte // read by the goroutine, not yet given on
	got chan readResult
}

type readResult struct {
	n   int
	err error
}

func (i *interruptible) Read(p []byte) (int, error) {
	if i.buf == nil {
		i.buf, i.got = make([]byte, 1<<16), make(chan readResult, 1)
	}
	buf := i.buf[:min(len(p), len(i.buf))]
	go func() {
		n, err := i.r.Read(buf)
		i.got <- readResult{n, err}
	}()
	select {
	case <-i.ctx.Done():
		return 0, i.ctx.Err()
	case res := <-i.got:
		return copy(p, buf[:res.n]), res.err
	}
}
