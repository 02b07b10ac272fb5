package spool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"

	"github.com/redbook-audio/redbook/internal/convert"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
)

// ErrNoSpace matches errors for a disk without room for the spool.
var ErrNoSpace = errors.New("not enough room on the disk")

// Options are the options of New and Capture. The zero value is valid.
type Options struct {
	// Dir is the folder of the files. "" is the folder for temporary files, or the user's
	// cache folder if only that has room: on many systems the first is in memory.
	Dir string
	// Workers is how many sources are converted at a time; 0 means one per processor.
	Workers int
	// OnProgress is called with the progress, never concurrently.
	OnProgress func(Progress)

	system system // replaced by tests
}

// Progress is the progress of a spool. Lengths are in frames of the result (44,100 a
// second); for Capture totals are 0, because they are unknown.
type Progress struct {
	Source            int    // the source that advanced, from 0
	Name              string // of that
	Done, Total       int64  // of that
	AllDone, AllTotal int64  // of all sources
}

// Spool holds converted sources. Close it after the disc is written.
type Spool struct {
	tracks []*track
}

// New converts sources to CD audio. A result of convert.Convert is used as it is, so each source
// may have its own gain. All of them are read to the end, even if one fails: the error joins
// all failures in the order of the sources, each with the name of the source and the byte of
// its audio (*pcm.ReadError). A disk without room is ErrNoSpace; if ctx ends, the error is its
// own. After an error no files remain.
func New(ctx context.Context, sources []pcm.Source, opts *Options) (*Spool, error) {
	j := newJob(opts)
	for _, src := range sources {
		out, err := convert.ToCDDA(src)
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

// Capture stores the data of r up to its end: a pipe of unknown length becomes a source
// that can be read twice. Nothing is converted; the only source of the spool has the given
// name and format, and errors contain the name. A partial frame at the end is an error that
// matches pcm.ErrShort.
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

// Sources returns the converted sources, in the order of New's. They can be opened
// repeatedly and concurrently, and are Changers. They work until Close.
func (s *Spool) Sources() []pcm.Source {
	sources := make([]pcm.Source, len(s.tracks))
	for i, t := range s.tracks {
		sources[i] = t
	}
	return sources
}

// Digests returns the digests of the sources: length, hash, and how many samples the
// conversion had to limit.
func (s *Spool) Digests() []reading.Digest {
	digests := make([]reading.Digest, len(s.tracks))
	for i, t := range s.tracks {
		digests[i] = t.digest
	}
	return digests
}

// Size returns how much room the spool takes, in bytes.
func (s *Spool) Size() int64 {
	var n int64
	for _, t := range s.tracks {
		n += t.size
	}
	return n
}

// Close removes the files. The sources can't be read any more. Further calls have no
// effect.
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
	digest reading.Digest
	file   file

	mu     sync.Mutex
	closed bool
}

// file is the part of *os.File that a track needs.
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

// Changed implements pcm.Changer. Other programs can't open a file without a name; a named
// file is checked by its size.
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

// reader reads a track; many may read at the same time.
type reader struct {
	*io.SectionReader
	clipped int64
}

// Clipped returns how many samples were limited on the way in.
func (r *reader) Clipped() int64 { return r.clipped }

// Close implements io.Closer. The file stays open for others.
func (r *reader) Close() error { return nil }
