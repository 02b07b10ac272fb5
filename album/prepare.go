package album

import (
	"context"
	"errors"
	"time"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/internal/spool"
)

// ErrNoSpace matches errors about a disk without room for converted audio.
var ErrNoSpace = spool.ErrNoSpace

// Step is a part of Album.Prepare.
type Step string

const (
	StepCapture Step = "capture" // reading a stream to its end
	StepMeasure Step = "measure" // decoding everything to find levels
	StepConvert Step = "convert" // decoding and checking everything, to CD audio
)

// Progress is how far a Step is. Each step begins with one that has no Name.
type Progress struct {
	Step  Step
	Files int    // how many are worked on
	Name  string // of the one that moved on
	// Lengths are in sample frames; totals are 0 where nobody knows them (StepCapture).
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

// Streams reports whether the length is not known before Prepare, since the audio comes
// through a pipe.
func (a *Album) Streams() bool { return a.stream != nil }

// Prepare decodes and checks everything to its end, sets the levels and keeps what isn't
// CD audio already as such in temporary files, until Close. It does nothing to an album
// that is Ready. on, which may be nil, is called by one goroutine at a time.
//
// Everything that is wrong is in the error: an Errors of *TrackError if there are several.
// An error about a file leads to a *pcm.ReadError or an *audio.Error; others match
// ErrNoSpace, ErrTooLong or the error of ctx. Nothing is left behind with an error.
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
	kept, err := spool.New(ctx, sources, &spool.Options{Dir: a.folder, OnProgress: p.tell(on)})
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

// tell passes the progress of a spool on as that of a step.
func (p Progress) tell(on func(Progress)) func(spool.Progress) {
	return func(s spool.Progress) {
		p.Name, p.Done, p.Total, p.AllDone, p.AllTotal = s.Name, s.Done, s.Total, s.AllDone, s.AllTotal
		on(p)
	}
}

// Close removes what Prepare has kept. The album is no longer Ready then, unless it
// always was.
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

// sort makes an Errors of what is wrong with files, in their order; an error that is
// about something else stays as it is.
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

// causes are the errors that errors.Join made one of.
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

// Locate adds the number of the track to an error about a file (*TrackError), and drops
// the second of two places: that in the file is the one to look at.
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

// holds reports whether the part is the place in a file that an error is about.
func (p Part) holds(name string, at time.Duration) bool {
	for _, of := range p.cutFrom {
		if of.holds(name, at) {
			return true
		}
	}
	return p.File.Name() == name && p.From.Duration() <= at && (p.ToEnd || at < p.To.Duration())
}
