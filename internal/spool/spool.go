package spool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"

	"github.com/redbook-audio/redbook/pcm"
)

// ErrNoSpace matches errors about a disk without room for the spool.
var ErrNoSpace = errors.New("not enough room on the disk")

// Options for New and Capture. The zero value works.
type Options struct {
	// Dir is the folder of the files. Empty, it is that for temporary files, or the
	// user's cache folder if only that has room: in many places the first is memory.
	Dir string
	// Workers is how many sources are converted at a time; 0 means one for each
	// processor.
	Workers int
	// OnProgress is told how far things are, never by two goroutines at once.
	OnProgress func(Progress)

	system system // replaced by tests
}

// Progress is how far a spool is. Lengths are in frames of the result (44,100 a
// second); for Capture totals are 0, since nobody knows them.
type Progress struct {
	Source            int    // which one moved on, counted from 0
	Name              string // of that
	Done, Total       int64  // of that
	AllDone, AllTotal int64  // of all sources
}

// Spool holds converted sources. Close it when the disc is written.
type Spool struct {
	tracks []*track
}

// New converts sources to CD audio. One that pcm.Convert has made is taken as it is,
// so each may have a gain of its own. All of them are read to the end, even if one fails, so that
// the error names everything that is wrong: joined, in the order of the sources, each
// with the name of the source and the byte of its audio (*pcm.ReadError). A disk
// without room gives ErrNoSpace; ctx ends it with its own error. With an error
// nothing is left behind.
func New(ctx context.Context, sources []pcm.Source, opts *Options) (*Spool, error) {
	j := newJob(opts)
	for _, src := range sources {
		out, err := pcm.ToCDDA(src)
		if err != nil {
			return nil, err
		}
		j.add(out)
	}
	if err := j.findRoom(); err != nil {
		return nil, err
	}
	return j.run(ctx)
}

// Capture keeps what r gives up to its end: a pipe of unknown length becomes a
// source that can be read twice. Nothing is converted; the one source of the spool
// has the name and format given, and errors name it. A part of a frame at the end is
// an error that matches pcm.ErrShort.
func Capture(ctx context.Context, name string, format pcm.Format, r io.Reader, opts *Options) (*Spool, error) {
	if format.FrameBytes() <= 0 {
		return nil, fmt.Errorf("%s: %w: %v", name, pcm.ErrUnsupportedFormat, format)
	}
	j := newJob(opts)
	if err := j.findRoom(); err != nil {
		return nil, err
	}
	t := &track{name: name, format: format}
	j.tracks = append(j.tracks, t)
	err := j.guard(func() error { return j.capture(ctx, t, r) })
	j.raise()
	if err != nil {
		return nil, errors.Join(err, j.discard())
	}
	return &Spool{tracks: j.tracks}, nil
}

// Sources are what was converted, in the order of New's. They can be opened again
// and concurrently, and are Changers. They work until Close.
func (s *Spool) Sources() []pcm.Source {
	sources := make([]pcm.Source, len(s.tracks))
	for i, t := range s.tracks {
		sources[i] = t
	}
	return sources
}

// Digests are what the sources hold: length, hash, and how many samples the
// conversion had to limit.
func (s *Spool) Digests() []pcm.Digest {
	digests := make([]pcm.Digest, len(s.tracks))
	for i, t := range s.tracks {
		digests[i] = t.digest
	}
	return digests
}

// Size is how much room the spool takes, in bytes.
func (s *Spool) Size() int64 {
	var n int64
	for _, t := range s.tracks {
		n += t.size
	}
	return n
}

// Close removes the files. Its sources can't be read any more. It may be called
// again.
func (s *Spool) Close() error {
	var errs []error
	for _, t := range s.tracks {
		errs = append(errs, t.close())
	}
	return errors.Join(errs...)
}

// track is one file of a spool: a pcm.Source.
type track struct {
	name   string
	format pcm.Format
	size   int64
	digest pcm.Digest
	file   file

	mu     sync.Mutex
	closed bool
}

// file is what a track needs of an *os.File.
type file interface {
	io.ReaderAt
	io.Writer
	io.Closer
	Stat() (fs.FileInfo, error)
}

// Name implements pcm.Source.
func (t *track) Name() string { return t.name }

// Format implements pcm.Source.
func (t *track) Format() pcm.Format { return t.format }

// Frames implements pcm.Source.
func (t *track) Frames() int64 { return t.digest.Frames }

// Changed implements pcm.Changer. Nobody else can open the file where it has no
// name; elsewhere its size tells.
func (t *track) Changed() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return fmt.Errorf("%w: its spool is closed", pcm.ErrChanged)
	}
	info, err := t.file.Stat()
	if err != nil {
		return fmt.Errorf("%w: %w", pcm.ErrChanged, err)
	}
	if info.Size() != t.size {
		return fmt.Errorf("%w: its spool has %d bytes instead of %d", pcm.ErrChanged, info.Size(), t.size)
	}
	return nil
}

// Open implements pcm.Source. The reader can seek.
func (t *track) Open() (io.ReadCloser, error) {
	if err := t.Changed(); err != nil {
		return nil, err
	}
	return &reader{io.NewSectionReader(t.file, 0, t.size), t.digest.Clipped}, nil
}

func (t *track) close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || t.file == nil {
		return nil
	}
	t.closed = true
	return t.file.Close()
}

// reader reads a track; many may at the same time.
type reader struct {
	*io.SectionReader
	clipped int64
}

// Clipped implements pcm.Clipper: the samples that were limited on the way in.
func (r *reader) Clipped() int64 { return r.clipped }

// Close implements io.Closer. The file stays open for others.
func (r *reader) Close() error { return nil }
