package album

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"time"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode"
	"github.com/redbook-audio/redbook/internal/spool"
	"github.com/redbook-audio/redbook/pcm"
)

// Step is a part of Album.Prepare: one of these words.
//
//   - "capture": reading a stream to its end.
//   - "measure": decoding all files to measure their levels.
//   - "convert": decoding, checking and converting the files that aren't CD audio.
type Step string

const (
	stepCapture Step = "capture"
	stepMeasure Step = "measure"
	stepConvert Step = "convert"
)

// Progress is the progress of a Step. The first of each step has no Name.
type Progress struct {
	Step  Step
	Files int    // number of files that the step reads
	Name  string // of the file that advanced
	// Lengths are in sample frames; totals are 0 if unknown ("capture").
	Done, Total       int64 // of the file Name
	AllDone, AllTotal int64 // of all files of the step
}

// Ready reports whether every track can be burned without Prepare, or after it.
func (a *Album) Ready() bool {
	if a.stream != nil || a.level != KeepLevel && !a.leveled {
		return false
	}
	for _, f := range a.used() {
		if f.ready == nil && !f.Direct() {
			return false
		}
	}
	return true
}

// used returns the files of the tracks, in the order of first use: the caller may have
// removed tracks, or added some of another album.
func (a *Album) used() (files []*File) {
	for _, t := range a.Tracks {
		for _, p := range t.Parts {
			if p.exists() && !slices.Contains(files, p.File) {
				files = append(files, p.File)
			}
		}
	}
	return files
}

// Streams reports whether the length is unknown before Prepare because the audio comes
// from a pipe.
func (a *Album) Streams() bool { return a.stream != nil }

// Prepare measures and sets the levels, then decodes every file that isn't CD audio already
// to its end and keeps the converted audio in temporary files until Close. It doesn't read
// a file that is CD audio (File.Direct) unless levels are measured, and does nothing if the
// album is Ready. on, which may be nil, is called by one goroutine at a time.
//
// The error covers every bad file: it is an Errors of *TrackError if there are several. An
// error about a file wraps a *pcm.ReadError or an *audio.Error; others match ErrNoSpace,
// ErrTooLong or the error of ctx. After an error no temporary files remain. What was read of
// a pipe is lost then, and another Prepare fails.
func (a *Album) Prepare(ctx context.Context, on func(Progress)) error {
	if on == nil {
		on = func(Progress) {}
	}
	if err := a.prepare(ctx, on); err != nil {
		return a.sort(err)
	}
	return nil
}

func (a *Album) prepare(ctx context.Context, on func(Progress)) error {
	if a.stream != nil {
		if err := a.capture(ctx, on); err != nil {
			return err
		}
	}
	if err := a.setLevels(ctx, on); err != nil {
		return err
	}
	var todo []*File
	var sources []pcm.Source
	for _, f := range a.used() {
		if f.ready != nil || f.Direct() {
			continue
		}
		src, err := f.converted()
		if err != nil {
			return err
		}
		todo = append(todo, f)
		sources = append(sources, src)
	}
	if len(todo) == 0 {
		return nil
	}
	p := Progress{Step: stepConvert, Files: len(todo)}
	on(p)
	kept, err := spool.New(ctx, sources, &spool.Options{Dir: a.folder, Workers: workers(todo), OnProgress: p.forward(on)})
	if err != nil {
		return err
	}
	a.kept = append(a.kept, kept)
	for i, f := range todo {
		f.ready, f.clipped = kept.Sources()[i], kept.Digests()[i].Clipped
		if f.audio != nil {
			f.concealed = f.audio.Concealed()
		}
	}
	return nil
}

// maxDecoders limits the files decoded at the same time. Each takes up to 4 MB of memory,
// and long FLAC and MP3 files are decoded on several processors anyway.
const maxDecoders = 4

// workers returns how many of the files are decoded at the same time.
func workers(files []*File) int {
	n := min(runtime.GOMAXPROCS(0), maxDecoders)
	for _, f := range files {
		if f.Via() != "" {
			n = min(n, decode.FFmpegs)
		}
	}
	return n
}

// forward returns a function that reports the progress of a spool as that of the step.
func (p Progress) forward(on func(Progress)) func(spool.Progress) {
	return func(s spool.Progress) {
		p.Name, p.Done, p.Total, p.AllDone, p.AllTotal = s.Name, s.Done, s.Total, s.AllDone, s.AllTotal
		on(p)
	}
}

// Close removes the temporary files of Prepare. Prepare can make them again, except for
// audio from a pipe.
func (a *Album) Close() error {
	if a == nil {
		return nil
	}
	var errs []error
	for _, s := range a.kept {
		errs = append(errs, s.Close())
	}
	a.kept = nil
	for _, f := range slices.Concat(a.Files, a.used()) {
		f.ready = nil
	}
	return errors.Join(errs...)
}

// sort converts joined errors of files to an Errors in the order of the files. It returns
// any other error unchanged.
func (a *Album) sort(err error) error {
	var bad []error
	for _, e := range causes(err) {
		if _, ok := errors.AsType[*pcm.ReadError](e); !ok {
			return err
		}
		bad = append(bad, a.locate(e))
	}
	return oneError(bad)
}

// causes returns the errors that errors.Join joined, at any depth.
func causes(err error) (list []error) {
	j, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	for _, e := range j.Unwrap() {
		list = append(list, causes(e)...)
	}
	return list
}

// locate wraps an error about a file in a *TrackError if the album has several tracks. It
// drops the position in the track where the error has one in the file, which is more useful.
func (a *Album) locate(err error) error {
	name, at := "", time.Duration(0)
	if e, ok := errors.AsType[*audio.Error](err); ok {
		name, at, err = e.Name, e.At, e
	} else if e, ok := errors.AsType[*pcm.ReadError](err); ok {
		name = e.Name
	}
	if len(a.Tracks) < 2 {
		return err
	}
	for i, t := range a.Tracks {
		for _, p := range t.Parts {
			if p.exists() && p.holds(name, at) {
				return &TrackError{Track: i + 1, Err: err}
			}
		}
	}
	return err
}

// holds reports whether the part contains the position of the named file.
func (p Part) holds(name string, at time.Duration) bool {
	for _, of := range p.cutFrom {
		if of.holds(name, at) {
			return true
		}
	}
	return p.File.Name() == name && p.From.Duration() <= at && (p.ToEnd || at < p.To.Duration())
}
