package spool

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/redbook-audio/redbook/internal/pool"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
)

// system is the part of the operating system that a spool uses.
type system struct {
	create func(dir string) (file, error)      // a file for reading and writing that is deleted when it is closed
	free   func(dir string) (n int64, ok bool) // bytes, if known
	dirs   func() []string                     // for temporary files, the best first
}

func realSystem() system { return system{create: createTemp, free: freeBytes, dirs: tempDirs} }

// tempDirs are the folders to use if none is named.
func tempDirs() []string {
	dirs := []string{os.TempDir()}
	if cache, err := os.UserCacheDir(); err == nil {
		if _, err := os.Stat(cache); err == nil {
			dirs = append(dirs, cache)
		}
	}
	return dirs
}

// job is a spool being made.
type job struct {
	opts    Options
	dir     string
	tracks  []*track
	sources []pcm.Source // converted while they are read

	mu       sync.Mutex
	progress Progress
	panicked any
}

func newJob(opts *Options) *job {
	j := &job{}
	if opts != nil {
		j.opts = *opts
	}
	if j.opts.system.create == nil {
		j.opts.system = realSystem()
	}
	return j
}

// add adds a source; its track has the same index.
func (j *job) add(src pcm.Source) {
	j.sources = append(j.sources, src)
	j.tracks = append(j.tracks, &track{name: src.Name(), format: src.Format()})
	j.progress.AllTotal += src.Frames()
}

// findRoom selects the folder: the first with room, or with unknown free space.
func (j *job) findRoom() error {
	dirs := []string{j.opts.Dir}
	if j.opts.Dir == "" {
		dirs = j.opts.system.dirs()
	}
	need := j.progress.AllTotal * int64(pcm.CDDA.FrameBytes())
	var have []string
	for _, dir := range dirs {
		n, ok := j.opts.system.free(dir)
		if !ok || n >= need {
			j.dir = dir
			return nil
		}
		have = append(have, fmt.Sprintf("%s has %d MB", dir, n/1000000))
	}
	return fmt.Errorf("%w: the converted audio takes %s until the disc is written, but %s: "+
		"make room or name another folder", ErrNoSpace, megabytes(need), strings.Join(have, " and "))
}

// megabytes rounds up: the stated need must not be too low.
func megabytes(n int64) string { return fmt.Sprintf("%d MB", (n+999999)/1000000) }

// run converts all sources, the longest first, so no processor starts a long one at the
// end.
func (j *job) run(ctx context.Context) (*Spool, error) {
	order := make([]int, len(j.sources))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(j.sources[b].Frames(), j.sources[a].Frames())
	})
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, len(order))
	pool.Each(j.opts.Workers, len(order), func(n int) {
		i := order[n]
		errs[i] = j.guard(func() error { return j.convert(inner, i) })
		if errors.Is(errs[i], ErrNoSpace) || j.broken() {
			cancel() // the others can't do better
		}
	})
	return j.finish(errs, ctx.Err())
}

// finish completes the spool, or removes the files. caller is the error of the caller's
// context: sources that were merely canceled add nothing.
func (j *job) finish(errs []error, caller error) (*Spool, error) {
	j.raise()
	failed := slices.DeleteFunc(errs, func(err error) bool {
		return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
	})
	if err := errors.Join(append(failed, caller)...); err != nil {
		return nil, errors.Join(err, j.discard())
	}
	return &Spool{tracks: j.tracks}, nil
}

// raise raises a panic that guard kept, after the files are removed.
func (j *job) raise() {
	if j.panicked != nil {
		_ = j.discard() // the panic is what matters
		panic(j.panicked)
	}
}

// discard removes everything.
func (j *job) discard() error { return (&Spool{tracks: j.tracks}).Close() }

// guard calls f and keeps its panic, for example a decoder's, until the files are removed.
// The caller's goroutine then raises it again.
func (j *job) guard(f func() error) error {
	defer func() {
		if v := recover(); v != nil {
			j.mu.Lock()
			defer j.mu.Unlock()
			if j.panicked == nil {
				j.panicked = fmt.Errorf("%v\n\n%s", v, debug.Stack())
			}
		}
	}()
	return f()
}

func (j *job) broken() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.panicked != nil
}

// bytes converted and written at a time: a multiple of every frame
const copyBytes = 1 << 18

// convert makes track i.
func (j *job) convert(ctx context.Context, i int) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	t, src := j.tracks[i], j.sources[i]
	r, err := reading.Open(src)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if err := j.create(t); err != nil {
		return err
	}
	if err := j.fill(ctx, i, r); err != nil {
		return err
	}
	t.digest = r.Digest()
	if c, ok := src.(pcm.Changer); ok {
		if err := c.Changed(); err != nil {
			return &pcm.ReadError{Name: src.Name(), Offset: t.size, Err: err}
		}
	}
	return nil
}

// capture makes the only track from a reader of unknown length.
func (j *job) capture(ctx context.Context, t *track, r io.Reader) error {
	if err := j.create(t); err != nil {
		return err
	}
	if err := j.fill(ctx, 0, r); err != nil {
		return err
	}
	frame := int64(t.format.FrameBytes())
	if rest := t.size % frame; rest != 0 {
		return &pcm.ReadError{Name: t.name, Offset: t.size,
			Err: fmt.Errorf("%w: the last frame has %d of %d bytes", pcm.ErrShort, rest, frame)}
	}
	// The digest covers the data on disk, to verify them.
	t.digest.Frames = t.size / frame
	d, err := reading.Check(ctx, t, nil)
	t.digest = d
	return err
}

// create makes the file of a track.
func (j *job) create(t *track) error {
	f, err := j.opts.system.create(j.dir)
	if err != nil {
		return fmt.Errorf("spool of %s: %w", t.name, j.full(err))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.file = f
	return nil
}

// full converts the systems' errors for a full disk to ErrNoSpace.
func (j *job) full(err error) error {
	if !isFull(err) {
		return err
	}
	return fmt.Errorf("%w: %s is full: make room or name another folder: %w", ErrNoSpace, filepath.Clean(j.dir), err)
}

// fill copies r to the file of track i.
func (j *job) fill(ctx context.Context, i int, r io.Reader) error {
	t := j.tracks[i]
	buf := make([]byte, copyBytes)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.ReadFull(r, buf)
		if n > 0 {
			if _, err := t.file.Write(buf[:n]); err != nil {
				return fmt.Errorf("spool of %s: %w", t.name, j.full(err))
			}
			t.size += int64(n)
			j.moved(i, n)
		}
		var re *pcm.ReadError
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			return nil
		case errors.As(err, &re):
			return err
		case err != nil:
			return &pcm.ReadError{Name: t.name, Offset: t.size, Err: err}
		}
	}
}

// moved reports that track i has n more bytes.
func (j *job) moved(i, n int) {
	if j.opts.OnProgress == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	t := j.tracks[i]
	frame := int64(t.format.FrameBytes())
	p := &j.progress
	p.AllDone += int64(n) / frame
	p.Source, p.Name, p.Done, p.Total = i, t.name, t.size/frame, 0
	if i < len(j.sources) {
		p.Total = j.sources[i].Frames()
	}
	j.opts.OnProgress(*p)
}
