package album

import (
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/internal/decode"
	"github.com/redbook-audio/redbook/internal/spool"
	"github.com/redbook-audio/redbook/pcm"
)

// ErrNoSpace matches the error for a disk without room for converted audio.
var ErrNoSpace = spool.ErrNoSpace

// Step is a part of Album.Prepare.
type Step string

// The steps of Prepare.
const (
	StepCapture Step = "capture" // reading a stream to its end
	StepMeasure Step = "measure" // decoding everything to find levels
	StepConvert Step = "convert" // decoding, checking and converting everything to CD audio
)

// Progress is the progress of a Step. Each step begins with one that has no Name.
type Progress struct {
	Step  Step
	Files int    // number of files in progress
	Name  string // of the file that advanced
	// Lengths are in sample frames; totals are 0 if unknown (StepCapture).
	Done, Total       int64 // of that file
	AllDone, AllTotal int64 // of all of them
}

// Ready reports whether every track can be burned as it is, without Prepare.
func (a *Album) Ready() bool {
	if a.stream != nil || a.levels.Kind != KeepLevel && !a.leveled {
		return false
	}
	for _, f := range a.Files {
		if f.ready == nil && !f.Direct() {
			return false
		}
	}
	return true
}

// Streams reports whether the length is unknown before Prepare because the audio comes
// from a pipe.
func (a *Album) Streams() bool { return a.stream != nil }

// Prepare decodes and checks everything to its end, sets the levels and keeps what isn't
// CD audio already in temporary files, converted, until Close. It does nothing to an
// album that is Ready. on, which may be nil, is called by one goroutine at a time.
//
// The error contains everything that is wrong: an Errors of *TrackError if there are
// several. An error about a file wraps a *pcm.ReadError or an *audio.Error; others match
// ErrNoSpace, ErrTooLong or the error of ctx. After an error no files remain.
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
	for _, f := range a.Files {
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
	p := Progress{Step: StepConvert, Files: len(todo)}
	on(p)
	kept, err := spool.New(ctx, sources, &spool.Options{Dir: a.folder, Workers: workers(todo), OnProgress: p.tell(on)})
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

// maxDecoders is how many files are decoded at a time at most. Each takes up to 4 MB, and
// long FLAC and MP3 files are decoded on several processors.
const maxDecoders = 4

// workers is how many of the files are decoded at a time.
func workers(files []*File) int {
	n := min(runtime.GOMAXPROCS(0), maxDecoders)
	for _, f := range files {
		if f.Via() != "" {
			n = min(n, decode.FFmpegs)
		}
	}
	return n
}

// tell reports the progress of a spool as that of a step.
func (p Progress) tell(on func(Progress)) func(spool.Progress) {
	return func(s spool.Progress) {
		p.Name, p.Done, p.Total, p.AllDone, p.AllTotal = s.Name, s.Done, s.Total, s.AllDone, s.AllTotal
		on(p)
	}
}

// Close removes the files of Prepare. The album is then no longer Ready, unless it was
// without Prepare; one from a pipe can't be prepared again.
func (a *Album) Close() error {
	var errs []error
	for _, s := range a.kept {
		errs = append(errs, s.Close())
	}
	a.kept = nil
	for _, f := range a.Files {
		f.ready = nil
	}
	return errors.Join(errs...)
}

// sort makes an Errors of the errors of files, in their order; any other error stays as
// it is.
func (a *Album) sort(err error) error {
	var bad []error
	for _, e := range causes(err) {
		if _, ok := errors.AsType[*pcm.ReadError](e); !ok {
			return err
		}
		bad = append(bad, a.Locate(e))
	}
	return oneError(bad)
}

// causes returns the errors that errors.Join joined.
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

// Locate adds the number of the track to an error about a file (*TrackError). If there
// are two positions it drops the second: the one in the file is more useful.
func (a *Album) Locate(err error) error {
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
			if p.holds(name, at) {
				return &TrackError{Track: i + 1, Err: err}
			}
		}
	}
	return err
}

// holds reports whether the part contains the position of an error in a file.
func (p Part) holds(name string, at time.Duration) bool {
	for _, of := range p.cutFrom {
		if of.holds(name, at) {
			return true
		}
	}
	return p.File.Name() == name && p.From.Duration() <= at && (p.ToEnd || at < p.To.Duration())
}
