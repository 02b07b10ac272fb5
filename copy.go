package redbook

import (
	"context"
	"errors"
	"slices"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/tao"
)

// CopyOptions are the options of a copy. The zero value is valid.
type CopyOptions struct {
	// Mode: with ModeAuto, if the drive doesn't support session-at-once, the copy is
	// written track-at-once, which loses what that can't record.
	Mode      Mode
	Speed     burn.Speed // 0 is the fastest
	TestWrite bool       // laser off
	ReadBack  ReadBack
	Eject     bool // open the tray at the end

	// Confirm, if not nil, receives the plan and may reject it before anything is
	// written. It is called again if the drive refuses session-at-once after all.
	Confirm func(ctx context.Context, p *CopyPlan) error
	// OnEvent, KeepAwake and Hurry are as in Options.
	OnEvent   func(burn.Event)
	KeepAwake func(ctx context.Context, reason string) (release func() error, err error)
	Hurry     <-chan struct{}
}

// CopyPlan describes what a copy will be.
type CopyPlan struct {
	burn.Plan
	Losses   []rip.Loss // what the copy will lack
	Fallback error      // why it isn't session-at-once
	Again    bool       // the drive refused session-at-once after the burn had begun
}

// copyJob is one copy.
type copyJob struct {
	d      *Drive
	c      *rip.Copy
	opts   CopyOptions
	engine *burn.Options
	sound  rip.Sound
	tracks []burn.Track
	method burn.Method
	plan   CopyPlan
}

func newCopyJob(d *Drive, c *rip.Copy, sound rip.Sound, opts *CopyOptions) (*copyJob, error) {
	j := &copyJob{d: d, c: c, sound: sound, tracks: c.Tracks, method: sao.Method{Packs: c.Packs}}
	if opts != nil {
		j.opts = *opts
	}
	o := Options{
		Speed: j.opts.Speed, TestWrite: j.opts.TestWrite, ReadBack: j.opts.ReadBack, Eject: j.opts.Eject, MCN: c.MCN,
		OnEvent: j.opts.OnEvent, KeepAwake: d.awake(j.opts.KeepAwake), Hurry: j.opts.Hurry,
	}
	j.engine = o.engine()
	j.plan.Losses = c.Losses
	if j.opts.Mode == ModeTAO {
		return j, j.fallBack(nil)
	}
	return j, nil
}

// fallBack switches to track-at-once.
func (j *copyJob) fallBack(why error) error {
	tracks, losses, err := j.c.TrackAtOnce(j.sound)
	j.tracks, j.method = tracks, tao.Method{}
	j.plan.Losses, j.plan.Fallback = slices.Concat(j.c.Losses, losses), why
	return err
}

// yields reports whether track-at-once must be used instead. Nothing has been written
// then.
func (j *copyJob) yields(err error) bool {
	_, atOnce := j.method.(sao.Method)
	return atOnce && j.opts.Mode == ModeAuto && errors.Is(err, burn.ErrNoSAO) && !errors.Is(err, burn.ErrWriteFailed)
}

func (j *copyJob) makePlan(ctx context.Context) error {
	quiet := *j.engine
	quiet.OnEvent = nil // events are about the burn
	p, err := burn.MakePlan(ctx, j.d.drive, j.tracks, &quiet, j.method)
	if j.yields(err) {
		if err := j.fallBack(err); err != nil {
			return err
		}
		return j.makePlan(ctx)
	}
	j.plan.Plan = p
	if _, atOnce := j.method.(sao.Method); atOnce && len(j.c.Packs) > 0 && !p.Text {
		j.plan.Losses = append(slices.Clone(j.plan.Losses), rip.LossTitles)
	}
	return err
}

// PlanCopy checks that a copy can be burned, and what it would lose. Its errors are those
// of burn.MakePlan.
func PlanCopy(ctx context.Context, d *Drive, c *rip.Copy, sound rip.Sound, opts *CopyOptions) (CopyPlan, error) {
	j, err := newCopyJob(d, c, sound, opts)
	if err == nil {
		err = j.makePlan(ctx)
	}
	return j.plan, err
}

// BurnCopy writes a copy to the disc in a drive, with the pauses, index marks, codes and
// CD-TEXT of its source if the drive supports that (session-at-once). sound is that of
// the source; track-at-once needs it to keep any sound between two tracks. The Report and
// the error are as for Burn.
func BurnCopy(ctx context.Context, d *Drive, c *rip.Copy, sound rip.Sound, opts *CopyOptions) (Report, error) {
	j, err := newCopyJob(d, c, sound, opts)
	if err == nil {
		err = j.makePlan(ctx)
	}
	if err == nil {
		err = j.confirm(ctx)
	}
	if err != nil {
		return Report{}, err
	}
	d.changed = !j.opts.Eject && !j.opts.TestWrite
	first := *j.engine
	if onEvent := j.engine.OnEvent; onEvent != nil {
		first.OnEvent = func(e burn.Event) {
			if f, ok := e.(burn.Finished); ok && j.yields(f.Err) {
				return // the job continues
			}
			onEvent(e)
		}
	}
	report, err := burn.Burn(ctx, d.drive, j.tracks, &first, j.method)
	if !j.yields(err) {
		return report, err
	}
	j.plan.Again = true
	err = j.fallBack(err)
	if err == nil {
		err = j.makePlan(ctx)
	}
	if err == nil {
		err = j.confirm(ctx)
	}
	if err != nil {
		return report, err
	}
	return burn.Burn(ctx, d.drive, j.tracks, j.engine, j.method)
}

func (j *copyJob) confirm(ctx context.Context) error {
	if j.opts.Confirm == nil {
		return nil
	}
	return j.opts.Confirm(ctx, &j.plan)
}
