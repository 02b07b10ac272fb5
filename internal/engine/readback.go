package engine

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
)

// verifier compares tracks on the disc with their sources.
type verifier struct{ *conclusion }

// readBack verifies as requested. If the burn was faster than any drive can write, or the
// drive reported an error for a complete track, it reads samples back even if no
// verification was requested.
func (c verifier) readBack(ctx context.Context) error {
	level := c.Options.Verify
	fast := c.tooFast()
	if fast {
		c.Note(burn.Note{Kind: notekind.TooFast})
	}
	if (fast || c.suspect()) && level < disc.VerifyQuick {
		c.Note(burn.Note{Kind: notekind.VerifyAnyway})
		level = disc.VerifyQuick
	}
	switch {
	case level == disc.VerifyNone:
		return nil // even after a cancel: everything is done
	case ctx.Err() != nil:
		return Wrap(burn.PhaseVerify, 0, 0, Canceled(ctx))
	}
	return c.verify(ctx, level)
}

// suspect reports whether the drive reported an error for a complete track or for closing
// that may not be harmless, or a change of the disc that its tracks deny: another copy of the
// same album has the same tracks.
func (c verifier) suspect() bool {
	for _, n := range c.rep.Notes {
		if n.Kind == notekind.CloseError || n.Kind == notekind.Attention {
			return true
		}
	}
	for _, t := range c.Tasks {
		if t.doubt != nil {
			return true
		}
	}
	for _, t := range c.rep.Tracks {
		for _, n := range t.Notes {
			if n.Kind == notekind.EndError || n.Kind == notekind.NoSize || n.Kind == notekind.WriteTaken || n.Kind == notekind.SettingsLost {
				return true
			}
		}
	}
	return false
}

// verify reads back the whole tracks of this job. A drive that can't read the audio of an
// open session is not an error.
func (c verifier) verify(ctx context.Context, level disc.VerifyLevel) error {
	whole := c.whole()
	if len(whole) == 0 {
		return nil
	}
	var on *disc.Disc
	if c.known && c.laser == laserClosed {
		on = &c.last
	}
	return c.verifyTracks(ctx, on, whole, level)
}

// whole returns the tracks of this job that the report calls good.
func (j *Job) whole() (list []inspect.Written) {
	for _, t := range j.Tasks {
		if j.Row(t).Status == burn.TrackOK {
			list = append(list, t.written())
		}
	}
	return list
}

// written describes what was sent of a track for a verification.
func (t *Task) written() inspect.Written {
	return inspect.Written{Number: t.Number, Start: t.Start, Sectors: t.Sent, Audio: t.music, Source: t.Source}
}

// verifyTracks compares tracks with their sources. on is the disc as just inspected, or nil to
// inspect it.
func (c verifier) verifyTracks(ctx context.Context, on *disc.Disc, whole []inspect.Written, level disc.VerifyLevel) error {
	for i := range whole {
		whole[i].Source = withTimeout(ctx, whole[i].Source)
	}
	c.m.phase(burn.PhaseVerify, burn.ActionVerifying, verifyWork(level, whole))
	if err := c.Ready(ctx); err != nil {
		return c.unverified(err)
	}
	o := &inspect.VerifyOptions{Disc: on, Closely: c.writing.doubts.ranges, OnProgress: c.m.verifying, OnWait: c.m.tick}
	v, err := inspect.Verify(ctx, c.Drive, whole, level, o)
	for try := 1; try < settleTries && ClassOf(err) == ClassDeferred; try++ {
		v, err = inspect.Verify(ctx, c.Drive, whole, level, o) // it replaced READ CD; the witness keeps it
	}
	if v.Asked = c.Options.Verify; len(c.Tasks) == 0 {
		c.others = whole // the burn wrote nothing
	}
	c.rep.Verified = v
	c.heard(err)
	if err != nil && ctx.Err() == nil {
		if swapped := c.swapped(); swapped != nil {
			c.rep.Verified = disc.Verification{Asked: v.Asked, Result: disc.VerifyNotDone}
			return Wrap(burn.PhaseVerify, 0, 0, swapped)
		}
	}
	if err == nil && v.Result == disc.VerifyOpenSession {
		c.Note(burn.Note{Kind: notekind.UnreadableOpen})
	}
	return c.unverified(err)
}

// placeless returns the cause of the error of a single track, whose place burn.Error has.
func placeless(err error) error {
	if one, ok := err.(*inspect.TrackError); ok {
		return one.Err
	}
	return err
}

// unverified classifies the error of a verification: a difference is burn.ErrVerify; if the
// verification could not be carried out, it is unknown whether the disc is right.
func (c verifier) unverified(err error) error {
	switch {
	case err == nil:
		return nil
	case ClassOf(err) == ClassStopped, errors.Is(err, burn.ErrCanceled):
		return Wrap(burn.PhaseVerify, 0, 0, Name(classify(bareCancel(err)), burn.ErrCanceled))
	case errors.Is(err, inspect.ErrDiffers), errors.Is(err, inspect.ErrUnreadable):
		number, at := firstWrong(c.rep.Verified)
		return Wrap(burn.PhaseVerify, number, at, Name(placeless(err), burn.ErrVerify, unreadable(err)))
	}
	return Wrap(burn.PhaseVerify, 0, 0, Name(err, burn.ErrUnconfirmed))
}
