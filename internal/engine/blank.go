package engine

import (
	"context"
	"errors"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
)

// blankTimeout exceeds the time to erase a whole disc at 1x.
const blankTimeout = 5 * time.Hour

// blankLag is how long a drive may still report the old tracks after BLANK has ended.
const blankLag = 10 * time.Second

// blankOptions converts them to the Options of a Job.
func blankOptions(o *burn.BlankOptions) *burn.Options {
	if o == nil {
		o = &burn.BlankOptions{}
	}
	r := burn.Options{
		Speed: o.Speed, Eject: o.Eject, ClientName: o.ClientName, Force: o.Force, OnEvent: o.OnEvent,
		KeepAwake: o.KeepAwake, Hurry: o.Hurry,
	}
	return resolve(&r)
}

// Blank erases a CD-RW (IDiscFormat2Erase). mmc.BlankMinimal erases the tables in a
// minute or two; mmc.BlankDisc erases everything and takes as long as writing the disc.
// Few drives support the other types. The state of the disc afterwards decides the result,
// not the drive's reply to BLANK.
//
// Blank can't be canceled once the laser is on. The error matches burn.ErrNotErasable if the disc
// is not a CD-RW, burn.ErrEraseFailed if it isn't blank afterwards, and burn.ErrUnconfirmed if
// the drive doesn't report the outcome. The Report describes the disc before and after.
func Blank(ctx context.Context, d *mmc.Drive, opts *burn.BlankOptions) (burn.Report, error) {
	o := blankOptions(opts)
	if absent(d) {
		return finishWith(o, burn.Report{Version: burn.ReportVersion}, Wrap(burn.PhaseBlank, 0, 0, burn.ErrNoRecorder))
	}
	kind := mmc.BlankDisc
	if opts != nil {
		kind = opts.Type
	}
	c := &conclusion{Job: newJob(ctx, d, o, nil)}
	ctx, end := c.m.guardEvents(ctx)
	defer end()
	err := c.take(ctx, "erasing a CD-RW")
	if err == nil {
		err = Wrap(burn.PhaseBlank, 0, 0, eraser{c}.erase(ctx, kind))
	}
	return c.conclude(err)
}

// eraser sends BLANK and determines its outcome.
type eraser struct{ *conclusion }

// erase sends BLANK and waits until the disc is blank.
func (c eraser) erase(ctx context.Context, kind mmc.BlankType) error {
	var err error
	c.Before, err = inspect.Look(ctx, c.Drive, &inspect.LookOptions{OnWait: c.m.tick, ReadyTimeout: ReadyTimeout})
	c.rep.Disc = c.Before
	c.watch()
	switch {
	case err != nil:
		return err
	case !c.Before.Media.Known():
		return wrongf(burn.ErrBadResponse, "the drive doesn't report the kind of disc: %w", orText(c.Before.Media.Err, "no reply"))
	case c.Before.Media.Value != mmc.MediaCDRW:
		return Name(&burn.MediaError{Media: c.Before.Media.Value, Err: burn.ErrMediaNotSupported}, burn.ErrNotErasable)
	}
	if _, err := c.hold.chooseSpeed(ctx); err != nil {
		return err
	}
	if err := c.SameDisc(); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return Canceled(ctx)
	}
	c.m.expect(closeWork)
	c.guarded = false // once blank, the disc can't be distinguished from another blank one
	c.m.phase(burn.PhaseBlank, burn.ActionFinishing, closeWork)
	c.Touch()
	sendErr := c.Send(StepBlank, func(ctx context.Context, immed bool) error {
		return command.Blank{Type: kind, Immed: immed}.Do(ctx, c.Drive.Transport())
	})
	idleErr := c.Idle(blankTimeout)
	if Hurried(idleErr) {
		return Name(idleErr, burn.ErrUnconfirmed)
	}
	return c.erased(kind, errors.Join(sendErr, idleErr))
}

// erased determines the outcome of a BLANK. driveErr is the error that the drive reported for
// it.
func (c eraser) erased(kind mmc.BlankType, driveErr error) error {
	whole := kind == mmc.BlankDisc || kind == mmc.BlankMinimal
	if !whole {
		return Name(driveErr, burn.ErrEraseFailed) // other BLANK types have no outcome that every drive shows
	}
	err := c.untilBlank()
	reloaded := false
	if err != nil && c.mayRefresh() {
		c.Note(burn.Note{Kind: notekind.StillOld})
		for _, do := range []func(context.Context) error{refreshByStop(c.Job), c.hold.reload} {
			reloaded = c.renew(do)
			if err = c.untilBlank(); err == nil {
				break
			}
		}
	}
	switch {
	case c.known() && c.discIdentity().otherKind(c.last):
		return errors.Join(wrongf(burn.ErrDiscChanged, "%w: %w", burn.ErrDiscChanged, burn.ErrUnconfirmed), driveErr)
	case err == nil:
		driveErr = errors.Join(driveErr, c.seen.Failed(c.armed))
		c.seen.Settle(c.seen.Now())
		c.doneByDisc = notekind.BlankError
		if driveErr == nil {
			return nil
		}
		c.Note(burn.Note{Kind: notekind.BlankError, Cause: burn.Cause{Err: driveErr}})
		return nil
	case driveErr != nil && c.known():
		return Name(driveErr, burn.ErrEraseFailed)
	case reloaded && c.known():
		// The drive reported GOOD and has read the disc again, so it isn't blank. Without
		// a reload the drive may report cached tables.
		return wrongf(burn.ErrEraseFailed, "the drive reported success, and the disc isn't blank")
	}
	return Name(errors.Join(driveErr, err), burn.ErrUnconfirmed)
}

// untilBlank waits until the drive reports the disc as blank.
func (c eraser) untilBlank() error {
	for deadline := c.Now().Add(blankLag); ; {
		err := c.look()
		if err == nil && c.known() && c.last.Status.Value == mmc.DiscEmpty {
			return nil
		}
		if !c.Now().Before(deadline) {
			return Name(orText(err, "the drive doesn't show the disc as blank"), burn.ErrUnconfirmed)
		}
		if sleepErr := c.Sleep(eventEvery); sleepErr != nil {
			return sleepErr
		}
	}
}
