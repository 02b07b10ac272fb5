package redbook

import (
	"context"
	"errors"
	"slices"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/extract"
	"github.com/redbook-audio/redbook/internal/sessionatonce"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
)

// CopySource is a disc read for copying. Close removes its temporary file.
type CopySource struct {
	Layout rip.Layout
	Sound  rip.Sound // where audio outside the tracks isn't silent
	Packs  []byte    // CD-TEXT of the copy; empty for none
	// Lost is how many samples at the edges are silence because Offset moves them to where
	// nothing can be read.
	Lost       int
	Unreadable toc.Sectors  // between the tracks; silence in the copy
	copied     extract.Copy // the description for writing it to another disc
	remove     func() error
}

// Close removes the temporary file. The copy can't be burned afterwards.
func (s *CopySource) Close() error {
	if s == nil || s.remove == nil {
		return nil
	}
	remove := s.remove
	s.remove = nil
	return remove()
}

// CopySourceOptions are the options of ReadCopy. The zero value is valid.
type CopySourceOptions struct {
	Dir    string // for the temporary file; "" is the system's folder for those
	Offset int    // as in ReadOptions

	// Confirm, if not nil, receives the source with silence in place of its audio, for
	// PlanCopy, before the audio is read, which takes minutes. Its error ends ReadCopy and is
	// returned unchanged.
	Confirm func(ctx context.Context, s *CopySource) error
	// OnTrack and OnProgress are as in ReadOptions.
	OnTrack    func(track, tracks int)
	OnProgress func(done, total toc.Sectors)
	// KeepAwake is as in Options, and is called after Confirm.
	KeepAwake func(ctx context.Context, reason string) (release func() error, err error)
}

// ReadCopy reads a disc into a temporary file, for BurnCopy. opts may be nil. The error is a
// *ReadError or that of Confirm, or matches ErrNoAudio or ErrOptions; no file is left then.
func ReadCopy(ctx context.Context, d *Drive, opts *CopySourceOptions) (*CopySource, error) {
	if opts == nil {
		opts = &CopySourceOptions{}
	}
	if !offsetOK(opts.Offset) {
		return nil, ErrOptions
	}
	l, err := examineAudio(ctx, d, opts.OnTrack)
	if err != nil {
		return nil, err
	}
	failed := func(err error) error { return failedRead(readAudio, l.Disc, err) }
	s := &CopySource{Layout: l}
	sectors := extract.NewSectors(d.drive, &l, opts.Offset)
	if s.Sound, err = sectors.FindSound(ctx, &l); err != nil {
		return nil, failed(err)
	}
	if s.copied, err = extract.Plan(&l, pcm.Silence("disc", extract.Frames(&l))); err != nil {
		return nil, failed(err)
	}
	s.Packs = s.copied.Packs
	if opts.Confirm != nil {
		if err := opts.Confirm(ctx, s); err != nil {
			return nil, err
		}
	}
	defer d.awakeToRead(ctx, opts.KeepAwake)()
	sound, remove, err := sectors.Spool(ctx, &l, opts.Dir, opts.OnProgress)
	if err != nil {
		return nil, failed(err)
	}
	s.remove, s.Lost, s.Unreadable = remove, sectors.Lost(), sectors.Unreadable()
	if s.copied, err = extract.Plan(&l, sound); err != nil {
		return nil, failed(errors.Join(err, s.Close()))
	}
	return s, nil
}

// CopyOptions are the options of BurnCopy. The zero value is valid.
type CopyOptions struct {
	// Mode: with ModeAuto, if the drive doesn't support session-at-once, the copy is
	// written track-at-once, and features that it can't record are lost.
	Mode      Mode
	Speed     mmc.Speed // 0 is the fastest
	TestWrite bool      // laser off
	ReadBack  ReadBack
	Eject     bool // open the tray at the end

	// Confirm, if not nil, receives the plan and may reject it before anything is
	// written: its error is returned unchanged. It is called again if the drive refuses session-at-once after all.
	Confirm func(ctx context.Context, p *CopyPlan) error
	// OnEvent, KeepAwake and Hurry are as in Options.
	OnEvent   func(burn.Event)
	KeepAwake func(ctx context.Context, reason string) (release func() error, err error)
	Hurry     <-chan struct{}
}

// CopyPlan describes a copy before it is burned.
type CopyPlan struct {
	burn.Plan
	Losses   []rip.Loss // features that the copy will lack
	Fallback error      // why ModeAuto uses track-at-once; nil if it doesn't
	Again    bool       // the drive refused session-at-once after the burn had begun
}

// copyJob is one copy.
type copyJob struct {
	d      *Drive
	c      *extract.Copy
	opts   CopyOptions
	engine *burn.Options
	sound  rip.Sound
	tracks []burn.Track
	method engine.Method
	plan   CopyPlan
}

func newCopyJob(d *Drive, s *CopySource, opts *CopyOptions) (*copyJob, error) {
	if err := given(d, s != nil); err != nil {
		return &copyJob{}, err
	}
	c := &s.copied
	j := &copyJob{d: d, c: c, sound: s.Sound, tracks: c.Tracks, method: sessionatonce.Method(c.Packs, false)}
	if opts != nil {
		j.opts = *opts
	}
	if j.opts.Mode > ModeSAO || j.opts.ReadBack > ReadBackNone {
		return j, ErrOptions
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
	j.tracks, j.method = tracks, trackatonce.Method()
	j.plan.Losses, j.plan.Fallback = slices.Concat(j.c.Losses, losses), why
	return err
}

// yields reports whether track-at-once must be used instead. Nothing has been written
// then.
func (j *copyJob) yields(err error) bool {
	return j.method.Continuous() && j.opts.Mode == ModeAuto && errors.Is(err, burn.ErrNoSAO) && !errors.Is(err, burn.ErrWriteFailed)
}

func (j *copyJob) makePlan(ctx context.Context) error {
	quiet := *j.engine
	quiet.OnEvent = nil // events are about the burn
	p, err := engine.MakePlan(ctx, j.d.drive, j.tracks, &quiet, j.method)
	if j.yields(err) {
		if err := j.fallBack(err); err != nil {
			return err
		}
		return j.makePlan(ctx)
	}
	j.plan.Plan = p
	if j.method.Continuous() && len(j.c.Packs) > 0 && !p.Text {
		j.plan.Losses = append(slices.Clone(j.plan.Losses), extract.LossTitles)
	}
	return err
}

// PlanCopy checks whether drive and disc can take a copy, and lists its losses. Its
// errors are those of sao.MakePlan and tao.MakePlan.
func PlanCopy(ctx context.Context, d *Drive, s *CopySource, opts *CopyOptions) (CopyPlan, error) {
	j, err := newCopyJob(d, s, opts)
	if err == nil {
		err = j.makePlan(ctx)
	}
	return j.plan, err
}

var errNoSound = errors.New("the audio of the copy was not read, or was removed by Close")

// BurnCopy writes a copy onto the disc in a drive, with the pauses, index marks, codes and
// CD-TEXT of its source if the drive supports them (session-at-once). d may be the drive of
// the source, with another disc in it. The Report and the error are as for Burn. The error
// also matches burn.ErrStream for a source that is closed or that ReadCopy didn't return.
func BurnCopy(ctx context.Context, d *Drive, s *CopySource, opts *CopyOptions) (burn.Report, error) {
	j, err := newCopyJob(d, s, opts)
	if err == nil && len(j.tracks) > 0 && s.remove == nil { // silence, or a file that was removed
		err = engine.Wrap(burn.PhasePrepare, 0, 0, engine.Name(errNoSound, burn.ErrStream))
	}
	if err == nil {
		err = j.makePlan(ctx)
	}
	if err == nil {
		err = j.confirm(ctx)
	}
	if err != nil {
		return burn.Report{}, err
	}
	d.changed = !j.opts.Eject && !j.opts.TestWrite
	first, release := withhold(j.engine, j.yields)
	report, err := engine.Burn(ctx, d.drive, j.tracks, first, j.method)
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
		release()
		return report, err
	}
	return engine.Burn(ctx, d.drive, j.tracks, j.engine, j.method)
}

func (j *copyJob) confirm(ctx context.Context) error {
	if j.opts.Confirm == nil {
		return nil
	}
	return j.opts.Confirm(ctx, &j.plan)
}
