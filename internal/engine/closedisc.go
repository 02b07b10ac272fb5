package engine

import (
	"context"
	"errors"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// closeOptions converts them to the Options of a Job.
func closeOptions(o *burn.CloseOptions) *burn.Options {
	if o == nil {
		o = &burn.CloseOptions{}
	}
	r := burn.Options{
		MultiSession: o.MultiSession, Append: true, Eject: o.Eject, ClientName: o.ClientName, Force: o.Force,
		OnEvent: o.OnEvent, KeepAwake: o.KeepAwake, Hurry: o.Hurry,
	}
	return resolve(&r)
}

// CloseDisc closes a session that was left open, so that CD players can play the disc. It
// first finishes incomplete tracks, for example after a power failure, as far as the
// drive can. method is the recording mode of these tracks.
//
// The error matches burn.ErrNothingToClose if the disc has no open session, and burn.ErrTrackOpen
// if a track can't be finished and keeps the session open.
func CloseDisc(ctx context.Context, d *mmc.Drive, opts *burn.CloseOptions, method Method) (burn.Report, error) {
	o := closeOptions(opts)
	if absent(d) {
		return finishWith(o, burn.Report{Version: burn.ReportVersion}, Wrap(burn.PhasePrepare, 0, 0, burn.ErrNoRecorder))
	}
	c := &conclusion{Job: newJob(ctx, d, o, method)}
	ctx, end := c.m.guardEvents(ctx)
	defer end()
	err := c.take(ctx, "closing an audio CD")
	if err == nil {
		err = mender{c}.closeOpen(ctx)
	}
	return c.conclude(err)
}

// mender finishes what an earlier burn left incomplete.
type mender struct{ *conclusion }

// closeOpen finds the open session, finishes its tracks and closes it.
func (c mender) closeOpen(ctx context.Context) error {
	if err := (preflight{c.Job}).survey(ctx); err != nil {
		return Wrap(burn.PhasePlan, 0, 0, err)
	}
	switch status := c.Before.Status; {
	case !status.Known():
		return Wrap(burn.PhasePlan, 0, 0, wrongf(burn.ErrBadResponse, "the drive doesn't report the state of the disc: %w", orText(status.Err, "no reply")))
	case status.Value != mmc.DiscIncomplete || sessionClosed(c.Before):
		return Wrap(burn.PhasePlan, 0, 0, burn.ErrNothingToClose)
	}
	c.last = c.Before
	if err := c.mendTracks(); err != nil {
		return err
	}
	c.found = openTracks(c.last)
	if len(c.found) == 0 {
		return Wrap(burn.PhasePlan, 0, 0, wrongf(burn.ErrNothingToClose, "the open session is empty"))
	}
	if err := c.SameDisc(); err != nil {
		return Wrap(burn.PhaseClose, 0, 0, err)
	}
	if ctx.Err() != nil {
		return Wrap(burn.PhaseClose, 0, 0, Canceled(ctx))
	}
	c.Touch()
	c.m.expect(closeWork)
	err := c.close()
	if err == nil {
		c.doneByDisc = notekind.CloseError
	}
	return err
}

// openTracks returns the tracks of the open session: those that the table of contents
// doesn't list. CDEmu lists them before the session is closed; the session state then shows
// that the last track belongs to it.
func openTracks(d disc.Disc) (list []inspect.Expected) {
	reserved := false
	for _, t := range d.Tracks {
		reserved = reserved || t.State == disc.TrackReserved
		if !t.InTOC && t.State != disc.TrackReserved {
			list = append(list, inspect.Expected{Number: t.Number, Start: t.Start, Control: t.Control, InTOC: true})
		}
	}
	if last, ok := d.Track(inspect.Last(d.Tracks)); ok && len(list) == 0 && !reserved && d.LastSession.Known() && d.LastSession.Value == mmc.SessionIncomplete {
		list = append(list, inspect.Expected{Number: last.Number, Start: last.Start, Control: last.Control, InTOC: true})
	}
	return list
}

// mendTracks finishes every incomplete track of the open session and updates c.last.
func (c mender) mendTracks() error {
	for _, t := range c.Before.Tracks {
		if t.InTOC || !torn(c.Before, t) {
			continue
		}
		if err := c.mend(t); err != nil {
			return Wrap(burn.PhaseFlush, t.Number, 0, err)
		}
	}
	return nil
}

// torn reports whether a track keeps its session from being closed. Pioneer drives never set
// the damage bit; on them the next writable address lies inside the torn track, not past it.
func torn(d disc.Disc, t disc.Track) bool {
	switch t.State {
	case disc.TrackIncomplete, disc.TrackDamaged, disc.TrackReserved:
		return true
	}
	next := d.Next.Value
	return d.Next.Known() && next.Unfinished && next.Track == t.Number
}

// mend finishes one track with CLOSE TRACK or, if that isn't enough, with REPAIR TRACK and
// another CLOSE TRACK.
func (c mender) mend(t disc.Track) error {
	c.Phase(burn.PhaseFlush)
	c.Touch()
	c.fresh = false
	if err := c.SameDisc(); err != nil {
		return err
	}
	driveErr := c.CloseTrack(t.Number)
	done, err := c.mended(t.Number)
	if c.otherDisc {
		return errors.Join(err, driveErr)
	}
	if done {
		c.Note(burn.Note{Kind: notekind.TrackFinished, Track: t.Number})
		return nil
	}
	if changed := c.SameDisc(); changed != nil {
		return errors.Join(changed, driveErr)
	}
	if t.State != disc.TrackReserved && !c.Silent() {
		driveErr = errors.Join(driveErr, c.repair(t.Number))
		if done, err = c.mended(t.Number); done {
			c.Note(burn.Note{Kind: notekind.TrackRepaired, Track: t.Number})
			return nil
		}
	}
	if err == nil {
		err = wrongf(burn.ErrTrackOpen, "track %d can't be finished", t.Number)
	}
	return errors.Join(err, driveErr)
}

// endedLimit is how long a track that has just been ended is polled. Some drives need a moment,
// and a WRITE before that ruins the disc (see package trackatonce).
const endedLimit = 60 * time.Second

// end is mend before another WRITE: it waits for the end of the track.
func (c mender) end(t disc.Track) error {
	if err := c.mend(t); err != nil {
		return err
	}
	return c.ended(t.Number)
}

// ended waits until the size of a track that was just ended no longer changes.
func (c mender) ended(number int) error {
	before := toc.Sectors(-1)
	for began := c.Now(); c.Now().Sub(began) < endedLimit; {
		info, err := c.TrackInformation(c.calm, number)
		if err != nil || !info.SizeValid || info.Size > 0 && info.Size == before {
			return nil // the next look decides
		}
		before = info.Size
		if err := c.Sleep(shownEvery); err != nil {
			return Name(err, burn.ErrUnconfirmed)
		}
	}
	return nil
}

// repair sends REPAIR TRACK and CLOSE TRACK.
func (c mender) repair(number int) error {
	err := repairTrack(c.Job, number)
	if changed := c.SameDisc(); changed != nil {
		return errors.Join(err, changed)
	}
	return errors.Join(err, c.CloseTrack(number))
}

// mended reports whether a track is complete now. Another disc may have a track of the same
// number, which is an error.
func (c mender) mended(number int) (bool, error) {
	if err := c.look(); err != nil {
		return false, err
	}
	if err := c.swapped(); err != nil {
		return false, err
	}
	t, ok := c.last.Track(number)
	return ok && t.State == disc.TrackComplete && !torn(c.last, t), nil
}

// CloseTrack sends CLOSE TRACK and waits until it has ended. The error is what the drive
// reported; whether the track is complete decides the outcome.
func (j *Job) CloseTrack(number int) error {
	err := j.Send(StepCloseTrack, func(ctx context.Context, immed bool) error {
		return command.CloseTrackSession{Function: command.CloseTrack, Track: uint16(number), Immed: immed}.Do(ctx, j.Drive.Transport())
	})
	return errors.Join(err, j.Idle(FlushTimeout))
}

// repairTrack sends REPAIR TRACK and waits until it has ended.
func repairTrack(j *Job, number int) error {
	err := j.Send(StepCloseTrack, func(ctx context.Context, immed bool) error {
		return command.RepairTrack{Track: uint16(number), Immed: immed}.Do(ctx, j.Drive.Transport())
	})
	return errors.Join(err, j.Idle(FlushTimeout))
}
