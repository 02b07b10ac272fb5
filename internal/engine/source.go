package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/pcm"
)

// sourceStall is how long a source may deliver nothing, in real time: disks spin up and
// network file systems recover within seconds.
const sourceStall = 2 * time.Minute

// readerGrace is how long a burn waits for a hanging source at the end, with the drive free.
const readerGrace = 5 * time.Second

// guarded wraps a caller's source to protect the burn from it: Name, Format and Frames are
// called once, and a method that panics returns an error.
type guarded struct {
	src        pcm.Source
	name       string
	format     pcm.Format
	frames     int64
	conversion string
	err        error // Name, Format or Frames panicked or didn't return

	// patience bounds Open and each Read; without a context they are unbounded.
	patience context.Context
}

// guardTracks wraps the sources of tracks. The caller's slice is not changed.
func guardTracks(tracks []burn.Track) []burn.Track {
	tracks = slices.Clone(tracks)
	for i := range tracks {
		tracks[i] = guardTrack(tracks[i], i+1)
	}
	return tracks
}

// guardTrack wraps the source of a track; number names it if Name fails.
func guardTrack(t burn.Track, number int) burn.Track {
	if _, done := t.Source.(*guarded); done || t.Source == nil {
		return t
	}
	src, name := t.Source, fmt.Sprintf("track %d", number)
	asked := make(chan *guarded, 1)
	go func() {
		a := &guarded{src: src, name: name}
		defer func() { asked <- a }()
		a.err = errSourceExit
		a.err = guard(name, func() error {
			a.name = src.Name()
			a.format, a.frames, a.conversion = src.Format(), src.Frames(), convert.Conversion(src)
			return nil
		})
	}()
	select {
	case g := <-asked:
		t.Source = g
	case <-time.After(sourceStall):
		t.Source = &guarded{src: src, name: name, err: stalled(name)}
	}
	return t
}

// errSourceExit is the error of a source that ended its goroutine instead of returning.
var errSourceExit = errors.New("the source ended its goroutine (runtime.Goexit)")

// guard calls f and turns a panic into an error.
func guard(name string, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: the source panicked: %v", name, p)
		}
	}()
	return f()
}

// stalled is the error of a source that delivers nothing.
func stalled(name string) error {
	return wrongf(burn.ErrSourceShort, "%s: nothing could be read for %v", name, sourceStall)
}

// Name, Format and Frames return what the source first returned.
func (g *guarded) Name() string       { return g.name }
func (g *guarded) Format() pcm.Format { return g.format }
func (g *guarded) Frames() int64      { return g.frames }

// Conversion returns convert.Conversion of the source.
func (g *guarded) Conversion() string { return g.conversion }

// Changed calls the source's Changed if it is a pcm.Changer.
func (g *guarded) Changed() error {
	c, ok := g.src.(pcm.Changer)
	if !ok {
		return nil
	}
	return g.bounded(func() error { return guard(g.name, c.Changed) })
}

// Open opens the source.
func (g *guarded) Open() (io.ReadCloser, error) {
	type opened struct {
		r   io.ReadCloser
		err error
	}
	got := make(chan opened, 1)
	err := g.bounded(func() error {
		var o opened
		o.err = guard(g.name, func() (err error) {
			if o.r, err = g.src.Open(); err == nil && o.r == nil {
				err = fmt.Errorf("%s: the source opened nothing", g.name)
			}
			return err
		})
		got <- o
		return o.err
	})
	if err != nil {
		return nil, err
	}
	r := &guardedReader{g: g, r: (<-got).r}
	if s, ok := r.r.(io.Seeker); ok {
		return &guardedSeeker{r, s}, nil
	}
	return r, nil
}

// withTimeout returns the source for use in the goroutine that sends commands: reading ends
// with ctx, and a method that doesn't return within sourceStall is an error.
func withTimeout(ctx context.Context, src pcm.Source) pcm.Source {
	g, ok := src.(*guarded)
	if !ok {
		return src
	}
	p := *g
	p.patience = ctx
	return &p
}

// bounded calls f and, with patience, abandons it after sourceStall or when patience ends. f
// then continues in its goroutine, and what it uses must not be used again.
func (g *guarded) bounded(f func() error) error {
	if g.patience == nil {
		return f()
	}
	ended := make(chan error, 1)
	go func() {
		err := errSourceExit
		defer func() { ended <- err }()
		err = f()
	}()
	select {
	case err := <-ended:
		return err
	case <-time.After(sourceStall):
		return stalled(g.name)
	case <-g.patience.Done():
		return g.patience.Err()
	}
}

// guardedReader is a reader of a guarded source.
type guardedReader struct {
	g    *guarded
	r    io.ReadCloser
	buf  []byte // filled by a Read with patience: a Read that hangs could still write to p
	over error  // a Read didn't return: r must not be used again
}

// Read reads from the source.
func (r *guardedReader) Read(p []byte) (n int, err error) {
	if r.over != nil {
		return 0, r.over
	}
	if r.g.patience == nil {
		err = guard(r.g.name, func() (err error) {
			n, err = r.r.Read(p)
			return err
		})
		return n, err
	}
	if len(r.buf) < len(p) {
		r.buf = make([]byte, len(p))
	}
	buf, read := r.buf[:len(p)], make(chan int, 1)
	err = r.bounded(func() error {
		n := 0
		defer func() { read <- n }()
		return guard(r.g.name, func() (err error) {
			n, err = r.r.Read(buf)
			return err
		})
	})
	if r.over != nil {
		return 0, err
	}
	n = <-read
	if n > 0 && n <= len(p) {
		copy(p, buf[:n])
	}
	return n, err
}

// bounded is guarded.bounded, and records if the reader must not be used again.
func (r *guardedReader) bounded(f func() error) error {
	done := make(chan struct{})
	err := r.g.bounded(func() error {
		defer close(done)
		return f()
	})
	select {
	case <-done:
	default:
		r.over = err
	}
	return err
}

// Close closes the reader, unless a Read still hangs in it.
func (r *guardedReader) Close() error {
	if r.over != nil {
		return nil
	}
	if r.g.patience != nil {
		return closing(r.g.name, r.r)
	}
	return guard(r.g.name, r.r.Close)
}

// guardedSeeker is a reader that can seek.
type guardedSeeker struct {
	*guardedReader
	s io.Seeker
}

// Seek moves within the source.
func (r *guardedSeeker) Seek(offset int64, whence int) (int64, error) {
	if r.over != nil {
		return 0, r.over
	}
	at := make(chan int64, 1)
	err := r.bounded(func() error {
		return guard(r.g.name, func() error {
			n, err := r.s.Seek(offset, whence)
			at <- n
			return err
		})
	})
	if err != nil {
		return 0, err
	}
	return <-at, nil
}

// closing closes a source that has been read to its end, and waits for it as long as for
// a reader that hangs.
func closing(name string, c io.Closer) error {
	ended := make(chan error, 1)
	go func() {
		err := errSourceExit
		defer func() { ended <- err }()
		err = guard(name, c.Close)
	}()
	select {
	case err := <-ended:
		return err
	case <-time.After(readerGrace):
		return errors.New(name + ": the source can't be closed")
	}
}

// hashText formats a hash for reports and plans.
func hashText(hash uint64) string { return fmt.Sprintf("%016x", hash) }
