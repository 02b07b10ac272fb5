package redbook

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/redbook-audio/redbook/burn"
)

// AllOptions are the options of BurnAll. The zero value is valid.
type AllOptions struct {
	// Options are those of each burn. Confirm, OnEvent, OnFallback and Journal belong to
	// one drive: Each sets them.
	Options
	// Each, if not nil, changes the options for drives[i], before anything else is done.
	// The functions that it sets are called on the goroutine of that drive, concurrently
	// with those of the others. Confirm is only called for a plan that has changed
	// (Plan.Again); a nil Confirm accepts that.
	Each func(i int, o *Options)
	// ConfirmAll, if not nil, receives the plans of all drives when everything is decoded
	// and checked, before any of them writes: plans[i] is nil if drives[i] can't burn, and
	// errs[i] is why. An error that it returns ends BurnAll before anything is written, and is
	// that of each drive that could burn.
	ConfirmAll func(ctx context.Context, plans []*Plan, errs []error) error
}

// Result is the result of the burn of one drive, as from Burn.
type Result struct {
	Report burn.Report
	Err    error
}

// BurnAll burns an album in several drives at the same time, decoding it once. opts may be
// nil. It returns one Result for each drive, in their order.
//
// A drive that fails, before or while it writes, doesn't hold up the others. Ending ctx
// cancels the burns of all drives. A file that can't be decoded is the error of all of them
// (ErrPrepare), and so is a drive that is listed twice (ErrOptions). A panic of a function that
// Each sets is the error of that drive.
func BurnAll(ctx context.Context, drives []*Drive, a *Album, opts *AllOptions) []Result {
	if opts == nil {
		opts = &AllOptions{}
	}
	s := &several{drives: drives, a: a, opts: opts, jobs: make([]*job, len(drives)), results: make([]Result, len(drives))}
	if err := s.distinct(); err != nil {
		return s.failed(err)
	}
	for i, d := range drives {
		s.jobs[i], s.results[i].Err = s.job(i, d)
	}
	s.each(func(_ int, j *job) (burn.Report, error) { return burn.Report{}, j.survey(ctx) })
	if err := s.prepare(ctx); err != nil {
		return s.failed(err)
	}
	s.each(func(_ int, j *job) (burn.Report, error) { return burn.Report{}, j.join(ctx) })
	if err := s.confirm(ctx); err != nil {
		return s.failed(err)
	}
	s.each(func(_ int, j *job) (burn.Report, error) { return j.write(ctx) })
	return s.results
}

// several are burns of one album in several drives.
type several struct {
	drives  []*Drive
	a       *Album
	opts    *AllOptions
	jobs    []*job
	results []Result
}

// distinct refuses a drive that is listed twice: its two burns would wait for each other.
func (s *several) distinct() error {
	for i, d := range s.drives {
		if d != nil && slices.Contains(s.drives[:i], d) {
			return fmt.Errorf("%w: %s is listed twice", ErrOptions, d.name)
		}
	}
	return nil
}

func (s *several) job(i int, d *Drive) (*job, error) {
	if err := given(d, s.a != nil); err != nil {
		return nil, err // without Each
	}
	o := s.opts.Options
	o.Confirm, o.OnEvent, o.OnFallback, o.Journal = nil, nil, nil, nil
	if s.opts.Each != nil {
		s.opts.Each(i, &o)
	}
	return newJob(d, s.a, &o)
}

// each runs do for all drives that haven't failed, concurrently. A panic of a caller's function
// must not end the program while other drives write.
func (s *several) each(do func(i int, j *job) (burn.Report, error)) {
	var all sync.WaitGroup
	for i, j := range s.jobs {
		if s.results[i].Err == nil {
			all.Go(func() {
				defer func() {
					if p := recover(); p != nil {
						s.results[i].Err = fmt.Errorf("burning in %s panicked: %v", j.d.name, p)
					}
				}()
				s.results[i].Report, s.results[i].Err = do(i, j)
			})
		}
	}
	all.Wait()
}

// left reports whether any drive hasn't failed.
func (s *several) left() bool {
	return slices.ContainsFunc(s.results, func(r Result) bool { return r.Err == nil })
}

// failed sets the error of all drives that haven't failed yet.
func (s *several) failed(err error) []Result {
	for i := range s.results {
		if s.results[i].Err == nil {
			s.results[i].Err = err
		}
	}
	return s.results
}

// prepare decodes the album, once, and makes the plans for the decoded tracks.
func (s *several) prepare(ctx context.Context) error {
	if !s.left() || s.a.Ready() {
		return nil
	}
	if err := prepare(ctx, s.a, s.opts.OnPrepare); err != nil {
		return err
	}
	s.each(func(_ int, j *job) (burn.Report, error) { return burn.Report{}, j.replan() })
	return nil
}

// confirm shows all plans at once.
func (s *several) confirm(ctx context.Context) error {
	plans, errs := make([]*Plan, len(s.jobs)), make([]error, len(s.jobs))
	for i, j := range s.jobs {
		if errs[i] = s.results[i].Err; errs[i] == nil {
			j.describe()
			plans[i] = &j.plan
		}
	}
	if s.opts.ConfirmAll == nil || !s.left() {
		return nil
	}
	return s.opts.ConfirmAll(ctx, plans, errs)
}
