package burn

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// conclusion is the end of a burn: closing, looking at the disc, reading back. What
// the disc shows is the result; what the commands answered on the way is a remark.
type conclusion struct {
	*Job
	last  disc.Disc // the last look
	known bool      // it could be taken
	fresh bool      // nothing that changes the disc was sent since
	torn  bool      // a session that is one stream ended before its end
	gone  error     // another disc is in the drive at the end

	renewed bool // the disc was stopped or reloaded since: a report of another one is no news

	found []disc.Expected // tracks that were on the disc before, and are closed with it
}

// wrapUp is everything past the last track. err is how the tracks ended; it stays
// the first cause.
func (c *conclusion) wrapUp(ctx context.Context, err error) error {
	c.torn = err != nil && c.method.Continuous()
	switch {
	case c.Options.TestWrite:
		return errors.Join(err, c.endTest())
	case c.laser == laserOff || len(c.written()) == 0:
		return err
	case err != nil && (!c.Options.CloseOnCancel || c.method.Continuous()):
		return err // a session that is one stream can't be closed before its end
	}
	if c.Options.closeKind() != CloseNone {
		if closeErr := c.close(); closeErr != nil {
			return errors.Join(err, closeErr)
		}
	}
	if err != nil {
		return err
	}
	return verifier{c}.readBack(ctx)
}

// written are the tracks of which something may be on the disc.
func (c *conclusion) written() []*Task {
	var list []*Task
	for _, t := range c.Tasks {
		if t.tried && t.Sent > 0 {
			list = append(list, t)
		}
	}
	return list
}

// close closes the session and makes sure of it.
func (c *conclusion) close() error {
	c.m.phase(PhaseClose, ActionFinishing, closeWork)
	if err := c.closable(); err != nil {
		return fail(PhaseClose, 0, 0, err)
	}
	began := c.Now()
	mark := c.seen.Now()
	c.laser, c.fresh = laserClosed, false
	closeErr := c.method.Close(c.Job)
	elapsed := c.Now().Sub(began)
	c.rep.Closing += elapsed
	if Hurried(closeErr) {
		return fail(PhaseClose, 0, 0, join(closeErr, ErrCancelled, ErrUnconfirmed))
	}
	if errors.Is(closeErr, ErrNotClosed) {
		return fail(PhaseClose, 0, 0, closeErr) // it was not even sent
	}
	err := c.confirm(closeErr)
	if err == nil || !errors.Is(err, ErrNotClosed) && c.known && c.shutAsAsked(c.last) {
		c.m.send(SessionClosed{Elapsed: elapsed, Appendable: c.last.Status.Value == mmc.DiscIncomplete})
	}
	if failed := c.seen.Failed(mark); failed != nil && !errors.Is(err, ErrWriteFailed) {
		err = errors.Join(fail(PhaseClose, 0, 0, failed), err)
	}
	return err
}

// closable makes sure that the disc of this job can be closed. A session that is one
// stream needs nothing more: then a drive that doesn't answer, or reports another disc,
// leaves only the question what is on it.
func (c *conclusion) closable() error {
	ended := c.method.Continuous()
	if err := c.Ready(c.calm); err != nil && c.Silent() && !ended {
		return join(err, ErrDriveLost)
	}
	err := c.sameDisc()
	if ended {
		err = join(err, ErrUnconfirmed)
	}
	return err
}

// confirm compares what the drive shows with what was written. Many drives keep the
// old tables until the disc is looked at anew, so that a difference is only believed
// after stop and start, and then after a reload where the mechanism can do that. A
// disc that is still blank then holds nothing; one whose session is open after the
// drive reported an error is open; any other difference that stays is
// ErrUnconfirmed. closeErr is what closing reported.
func (c *conclusion) confirm(closeErr error) error {
	c.Phase(PhaseConfirm)
	why := c.differences()
	fresh := false
	if len(why) > 0 && c.mayRefresh() {
		c.Note(Note{Kind: NoteStillOld})
		why, fresh = c.refresh(why)
	}
	switch {
	case len(why) == 0:
		c.remark(closeErr)
		return nil
	case c.foreign:
		return fail(PhaseConfirm, 0, 0, errors.Join(c.swapped(), closeErr))
	case fresh && c.known && c.last.Status.Value == mmc.DiscEmpty && c.last.Status.Known():
		return fail(PhaseConfirm, 0, 0, wrongf(ErrTrackMissing, "the disc is still blank"))
	case closeErr != nil && c.known && c.open(c.last):
		return fail(PhaseClose, 0, 0, join(closeErr, ErrNotClosed))
	}
	c.rep.Differences = why
	err := unconfirmed(why)
	if closeErr != nil {
		err = fmt.Errorf("%w: %w", err, closeErr)
	}
	return fail(PhaseConfirm, 0, 0, err)
}

// unconfirmed is the error of a disc that isn't shown as it was written.
func unconfirmed(why []Difference) error {
	if len(why) == 0 {
		return ErrUnconfirmed
	}
	return wrongf(ErrUnconfirmed, "%w (%v)", ErrUnconfirmed, why[0])
}

// remark keeps what closing reported although the session is closed.
func (c *conclusion) remark(closeErr error) {
	if closeErr != nil {
		c.Note(Note{Kind: NoteCloseError, Cause: Cause{closeErr}})
	}
}

// mayRefresh reports whether the drive may be told to stop or to eject: not while it
// may still be writing lead-in or lead-out.
func (c *conclusion) mayRefresh() bool {
	return !c.Silent() && c.hurry.Err() == nil && c.Idle(patience) == nil
}

// refresh makes the drive look at the disc anew, first in the gentle way. fresh is
// whether one of the ways could be gone.
func (c *conclusion) refresh(why []Difference) (left []Difference, fresh bool) {
	for _, do := range []func(context.Context) error{c.Drive.RefreshByStop, c.hold.reload} {
		if !c.renew(do) {
			if c.Silent() {
				return why, fresh
			}
			continue
		}
		fresh = true
		if why = c.differences(); len(why) == 0 {
			return nil, true
		}
	}
	return why, fresh
}

// renew makes the drive look at the disc anew in one way, and reports whether that
// worked. A mechanism that fails is tried once more: nothing is lost by that.
func (c *conclusion) renew(do func(context.Context) error) bool {
	err := c.hold.set(c.calm, do)
	if ClassOf(err) == ClassFailed {
		err = c.hold.set(c.calm, do)
	}
	c.heard(err)
	c.renewed = true
	if err != nil {
		c.Note(Note{Kind: NoteRefreshFailed, Cause: Cause{err}})
	}
	return err == nil
}

// look takes a look and keeps it.
func (c *conclusion) look() error {
	o := &disc.LookOptions{OnWait: c.m.tick}
	if c.hurry.Err() != nil {
		o.Patience, o.ReadyTimeout = noPatience, noPatience
	}
	d, err := disc.Look(c.calm, c.Drive, o)
	c.heard(err)
	_, changed := c.seen.Changed(c.guard)
	c.foreign = c.guarded && err == nil && (c.foreign || c.strayed || changed && !c.renewed) && c.stranger(d)
	c.renewed = false
	c.guard, c.fresh = c.seen.Now(), err == nil
	c.last, c.known = d, err == nil || d.Status.Known()
	if !d.Status.Known() {
		c.known = false
	}
	return err
}

// swapped is the error of a job whose disc someone has changed at the end; nil if the disc
// is the same, as far as can be seen. What became of the right one isn't known.
func (c *conclusion) swapped() error {
	if _, changed := c.seen.Changed(c.guard); changed && !c.foreign {
		_ = c.look() // an error leaves foreign as it is
	}
	if !c.foreign {
		return nil
	}
	return wrongf(ErrDiscChanged, "%w: %w", ErrDiscChanged, ErrUnconfirmed)
}

// differences looks at the disc and says what isn't as it was written.
func (c *conclusion) differences() []Difference {
	if err := c.look(); err != nil || !c.known {
		return []Difference{{Kind: disc.StatusNotShown}}
	}
	if c.last.Status.Value == mmc.DiscEmpty {
		return []Difference{{Kind: disc.DiscBlank}}
	}
	if !c.shutAsAsked(c.last) {
		return []Difference{{Kind: disc.SessionOpen}}
	}
	want := slices.Clone(c.found)
	for _, t := range c.written() {
		want = append(want, disc.Expected{Number: t.Number, Start: t.index1(), Sectors: t.body(), Control: t.Control, InTOC: true})
	}
	why := disc.Compare(want, c.last)
	return c.tolerated(why)
}

// tolerated takes out what is no reason to doubt the burn, and puts it into the rows.
func (c *conclusion) tolerated(why []Difference) []Difference {
	left := why[:0:0]
	for _, d := range why {
		switch {
		case d.Kind == disc.StartDiffers && len(c.found) > 0 && d.Got == d.Want+toc.PregapSectors:
			continue // the drive counted the pregap before
		case d.Kind == disc.TrackUnfinished && d.Got == int(disc.TrackUnknown):
			continue // the table of contents lists it
		case d.Kind != disc.ControlDiffers:
			left = append(left, d)
			continue
		}
		for _, t := range c.Tasks {
			if t.Number == d.Track {
				c.TrackNote(t, Note{Kind: NoteControlDiffers, Want: int(t.Control), Got: d.Got})
			}
		}
	}
	return left
}

// shutAsAsked reports whether a disc shows the session of this burn as closed in the
// way that was asked for.
func (c *conclusion) shutAsAsked(d disc.Disc) bool {
	if c.Options.closeKind() == CloseMulti {
		return d.Status.Value == mmc.DiscIncomplete && shut(d)
	}
	return d.Status.Value == mmc.DiscFinalized
}

// open reports whether a disc shows its last session as open.
func (c *conclusion) open(d disc.Disc) bool {
	closed, known := d.Closed()
	return known && !closed
}

// shut reports whether a disc shows its last session as closed.
func shut(d disc.Disc) bool {
	closed, known := d.Closed()
	return known && closed
}

// unreadable is ErrUnreadable if that is what err says.
func unreadable(err error) error {
	if errors.Is(err, disc.ErrUnreadable) {
		return ErrUnreadable
	}
	return nil
}

// firstWrong is the first track of a verification that isn't equal, and where.
func firstWrong(v disc.Verification) (number int, at toc.LBA) {
	for _, t := range v.Tracks {
		if t.Result == disc.VerifyDiffers || t.Result == disc.VerifyUnreadable {
			return t.Number, t.At
		}
	}
	return 0, 0
}

// verifyWork is what a verification counts for in Progress.Done.
func verifyWork(level disc.VerifyLevel, tracks []disc.Written) toc.Sectors {
	var work toc.Sectors
	for _, t := range tracks {
		if level == disc.VerifyFull {
			work += t.Sectors
		}
	}
	return work/2 + toc.Sectors(len(tracks))*toc.SectorsPerSecond
}

// endTest makes sure that a test write left the disc as it was: page 05h is sent
// without the test bit, and a drive that then still shows tracks, or another kind of
// disc, gets the disc reloaded. A test that took less time than any drive needs has
// tested nothing: every command was probably refused unnoticed.
func (c *conclusion) endTest() error {
	if c.laser == laserOff {
		return nil
	}
	c.Phase(PhaseConfirm)
	c.guarded = false
	plain := *c.Options
	plain.TestWrite = false
	asked := c.Options
	c.Options, c.hold.o = &plain, &plain
	defer func() { c.Options, c.hold.o = asked, asked }()
	err := c.asBefore()
	for _, do := range []func(context.Context) error{c.Drive.RefreshByStop, c.hold.reload} {
		if err == nil || !c.mayRefresh() {
			break
		}
		if c.renew(do) {
			err = c.asBefore()
		}
	}
	if err == nil && c.tooFast() {
		err = ErrTooFast
	}
	return fail(PhaseConfirm, 0, 0, err)
}

// asBefore looks whether the disc is as it was found.
func (c *conclusion) asBefore() error {
	if err := c.Set(c.calm, toc.TrackInfo{}); err != nil && ClassOf(err) != ClassRefused {
		return err
	}
	if err := c.look(); err != nil {
		return err
	}
	a, b := c.last, c.Before
	if !a.Status.Known() {
		return join(a.Status.Err, ErrUnconfirmed)
	}
	if a.Media.Value != b.Media.Value || a.Status.Value != b.Status.Value || a.Sessions.Value != b.Sessions.Value ||
		len(a.Tracks) != len(b.Tracks) || a.Next.Value.NWA != b.Next.Value.NWA {
		return wrongf(ErrUnconfirmed, "after the test write the drive doesn't show the disc as it was before")
	}
	return nil
}
