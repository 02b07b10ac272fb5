package redbook

import (
	"context"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/engine"
)

// Resume finishes an album whose burn was interrupted by a crash, a cut cable, a power
// failure or Ctrl-C. was is the result of journal.Job.Interrupted, and a is the whole
// album, loaded as it was then. Resume keeps the tracks on the disc, burns the missing
// ones, closes the disc as opts request, and reads the whole album back.
//
// opts are those of the burn; Mode, Append and TestWrite are ignored, and Options.Confirm
// receives a Plan with Resume set. The error matches burn.ErrSourceChanged,
// burn.ErrOtherDisc or burn.ErrNotResumable if nothing was done, and otherwise as that of
// Burn. A session-at-once burn can't be resumed; if it was completed, Resume only
// verifies it.
func Resume(ctx context.Context, d *Drive, a *Album, was *burn.Interrupted, opts *Options) (burn.Report, error) {
	if err := given(d, a != nil); err != nil {
		return burn.Report{}, err
	}
	if was == nil {
		return burn.Report{}, engine.Wrap(burn.PhasePrepare, 0, 0, burn.ErrNotResumable)
	}
	o := Options{}
	if opts != nil {
		o = *opts
	}
	o.TestWrite, o.Append = false, true
	if o.Mode = ModeSAO; was.Mode != burn.ModeSAO {
		o.Mode, o.Gapless, o.Pause, o.CDText, o.CDTextFile = ModeTAO, false, 0, false, ""
	}
	j, err := newJob(d, a, &o)
	if err != nil {
		return burn.Report{}, err
	}
	if a.Streams() {
		if err := prepare(ctx, a, o.OnPrepare); err != nil {
			return burn.Report{}, err
		}
	}
	if was.Mode == burn.ModeSAO {
		j.rejoin(opts)
	}
	if err := j.resumePlan(ctx, was); err != nil {
		return burn.Report{}, err
	}
	if !a.Ready() {
		if err := prepare(ctx, a, o.OnPrepare); err != nil {
			return burn.Report{}, err
		}
		if err := j.arrange(); err != nil {
			return burn.Report{}, err
		}
	}
	if err := j.confirm(ctx); err != nil {
		return burn.Report{}, err
	}
	d.changed = !o.Eject
	return engine.Resume(ctx, d.drive, j.tracks, j.engine, was, j.method())
}

// resumePlan looks at the disc and plans the rest of the burn.
func (j *job) resumePlan(ctx context.Context, was *burn.Interrupted) error {
	if err := j.arrange(); err != nil {
		return err
	}
	quiet := *j.engine
	quiet.OnEvent = nil // events are about the burn
	p, err := engine.MakeResumePlan(ctx, j.d.drive, j.tracks, &quiet, was, j.method())
	j.plan.Plan, j.plan.Resume = p.Plan, &p
	return err
}
