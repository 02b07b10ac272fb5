package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// conclusion is the end of a burn: closing, inspecting the disc, reading back. The state of
// the disc decides the result; errors of the commands are only noted.
type conclusion struct {
	*Job
	last  disc.Disc // the latest look
	known bool      // last is valid: the drive reported the state of the disc
	fresh bool      // nothing that changes the disc was sent since last
	torn  bool      // a session that is one stream ended early
	gone  error     // another disc is in the drive at the end

	renewed bool // the drive was stopped or the disc reloaded since, so a report of another disc is expected

	// doneByDisc is set for a job without audio once the disc shows that it succeeded: the
	// note about an error that the drive reports nevertheless.
	doneByDisc burn.NoteKind
	failedIn   burn.Phase // in which the drive reported a deferred error, if it isn't the last one

	found []inspect.Expected // tracks from before this burn that are closed along with it
}

// wrapUp does everything after the last track. err is the error of the tracks and remains
// the first cause.
func (c *conclusion) wrapUp(ctx context.Context, err error) error {
	c.torn = err != nil && c.method.Continuous()
	switch {
	case c.Options.TestWrite:
		return errors.Join(err, testEnd{c}.endTest())
	case c.laser == laserOff || len(c.written()) == 0:
		return err
	case err != nil && (!c.Options.CloseOnCancel || c.method.Continuous()):
		return err // a session that is one stream can't be closed early
	}
	if closeKind(c.Options) != burn.CloseNone {
		if closeErr := c.close(); closeErr != nil {
			return errors.Join(err, closeErr)
		}
	}
	if err != nil {
		return err
	}
	return verifier{c}.readBack(ctx)
}

// written returns the tracks that may have left something on the disc.
func (c *conclusion) written() []*Task {
	var list []*Task
	for _, t := range c.Tasks {
		if t.tried && t.Sent > 0 {
			list = append(list, t)
		}
	}
	return list
}

// close closes the session and confirms it.
func (c *conclusion) close() error {
	work := toc.Sectors(closeWork)
	if c.method.Continuous() {
		work = 0 // the last flush has done it
	}
	c.m.phase(burn.PhaseClose, burn.ActionFinishing, work)
	if err := c.closable(); err != nil {
		return Wrap(burn.PhaseClose, 0, 0, err)
	}
	began := c.Now()
	mark := c.seen.Now()
	c.laser, c.fresh = laserClosed, false
	closeErr := c.method.Close(c.Job)
	elapsed := c.Now().Sub(began)
	c.rep.Closing += elapsed
	if Hurried(closeErr) {
		return Wrap(burn.PhaseClose, 0, 0, Name(closeErr, burn.ErrCanceled, burn.ErrUnconfirmed))
	}
	if errors.Is(closeErr, burn.ErrNotClosed) {
		return Wrap(burn.PhaseClose, 0, 0, closeErr) // the command was not sent
	}
	err := c.confirm(closeErr)
	if err == nil || !errors.Is(err, burn.ErrNotClosed) && c.known && c.closedAsRequested(c.last) {
		c.m.send(burn.SessionClosed{Elapsed: elapsed, Appendable: c.last.Status.Value == mmc.DiscIncomplete})
	}
	switch failed := c.seen.Failed(mark); {
	case failed == nil || errors.Is(err, burn.ErrWriteFailed):
	case err == nil:
		c.failedIn = burn.PhaseClose // settleFailures decides
	default:
		err = errors.Join(Wrap(burn.PhaseClose, 0, 0, failed), err)
	}
	return err
}

// closable checks that the disc of this job can be closed. A session that is one stream is
// closed already; if the drive doesn't answer or reports another disc, only the contents of
// the disc are unknown.
func (c *conclusion) closable() error {
	ended := c.method.Continuous()
	if err := c.Ready(c.calm); err != nil && c.Silent() && !ended {
		return Name(err, burn.ErrDriveLost)
	}
	err := c.SameDisc()
	if ended {
		err = Name(err, burn.ErrUnconfirmed)
	}
	return err
}

// confirm compares what the drive reports with what was written. Many drives cache the
// tables, so a difference counts only if it remains after stop and start and, if the drive
// can reload, after a reload. If the disc is still blank, nothing was written; if its
// session is open and the drive reported an error, the session is open; any other
// difference is burn.ErrUnconfirmed. closeErr is the error of closing.
func (c *conclusion) confirm(closeErr error) error {
	c.Phase(burn.PhaseConfirm)
	why := c.differences()
	fresh := false
	if len(why) > 0 && c.mayRefresh() {
		c.Note(burn.Note{Kind: notekind.StillOld})
		why, fresh = c.refresh(why)
	}
	switch {
	case len(why) == 0:
		c.remark(closeErr)
		return nil
	case c.otherDisc:
		return Wrap(burn.PhaseConfirm, 0, 0, errors.Join(c.swapped(), closeErr))
	case fresh && c.known && c.last.Status.Value == mmc.DiscEmpty && c.last.Status.Known():
		return Wrap(burn.PhaseConfirm, 0, 0, wrongf(burn.ErrTrackMissing, "the disc is still blank"))
	case closeErr != nil && c.known && c.open(c.last):
		return Wrap(burn.PhaseClose, 0, 0, Name(closeErr, burn.ErrNotClosed))
	}
	c.rep.Differences = why
	err := wrongf(burn.ErrUnconfirmed, "%w (%v)", burn.ErrUnconfirmed, why[0])
	if closeErr != nil {
		err = fmt.Errorf("%w: %w", err, closeErr)
	}
	return Wrap(burn.PhaseConfirm, 0, 0, err)
}

// remark notes an error of closing although the session is closed.
func (c *conclusion) remark(closeErr error) {
	if closeErr != nil {
		c.Note(burn.Note{Kind: notekind.CloseError, Cause: burn.Cause{Err: closeErr}})
	}
}

// mayRefresh reports whether a stop or an eject may be sent: not while the drive may still be
// writing lead-in or lead-out.
func (c *conclusion) mayRefresh() bool {
	return !c.Silent() && c.hurry.Err() == nil && c.Idle(patience) == nil
}

// refresh makes the drive read the disc again: first by stop and start, then by a reload.
// fresh is true if either worked.
func (c *conclusion) refresh(why []disc.Difference) (left []disc.Difference, fresh bool) {
	for _, do := range []func(context.Context) error{refreshByStop(c.Job), c.hold.reload} {
		switch {
		case c.renew(do):
			fresh, why = true, c.differences()
		case c.Silent():
			return why, fresh
		}
		if len(why) == 0 {
			break
		}
	}
	return why, fresh
}

// renew makes the drive read the disc again with do and reports whether that worked. After an
// error it tries once more, which is harmless, unless the drive refused, can't load a disc, or
// no longer answers. A refusal may mean that the drive still holds sectors to record.
func (c *conclusion) renew(do func(context.Context) error) bool {
	err := c.hold.set(c.calm, do)
	if err != nil && ClassOf(err) != ClassRefused && !errors.Is(err, mmc.ErrCannotLoad) && !c.Silent() {
		err = c.hold.set(c.calm, do)
	}
	c.heard(err)
	c.renewed = true
	if err != nil {
		c.Note(burn.Note{Kind: notekind.RefreshFailed, Cause: burn.Cause{Err: err}})
	}
	return err == nil
}

// look inspects the disc and stores the result in last.
func (c *conclusion) look() error {
	o := &inspect.LookOptions{OnWait: c.m.tick}
	if c.hurry.Err() != nil {
		o.Patience, o.ReadyTimeout = noPatience, noPatience
	}
	d, err := inspect.Look(c.calm, c.Drive, o)
	c.heard(err)
	_, changed := c.seen.Changed(c.guard)
	c.otherDisc = c.guarded && err == nil && (c.otherDisc || c.changeReported || changed && !c.renewed) && c.discIdentity().certainlyOther(d)
	if c.fresh = err == nil; c.fresh {
		c.guard, c.renewed = c.seen.Now(), false
	}
	c.last, c.known = d, d.Status.Known()
	return err
}

// swapped returns an error if the disc was changed at the end of the job; the state of the
// right disc is then unknown. It returns nil if the disc is the same as far as can be seen.
func (c *conclusion) swapped() error {
	if _, changed := c.seen.Changed(c.guard); changed && !c.otherDisc {
		_ = c.look() // on error otherDisc is unchanged
	}
	if !c.otherDisc {
		return nil
	}
	return wrongf(burn.ErrDiscChanged, "%w: %w", burn.ErrDiscChanged, burn.ErrUnconfirmed)
}

// differences inspects the disc and returns how it differs from what was written.
func (c *conclusion) differences() []disc.Difference {
	if err := c.look(); err != nil || !c.known {
		return []disc.Difference{{Kind: inspect.StatusNotShown}}
	}
	if c.last.Status.Value == mmc.DiscEmpty {
		return []disc.Difference{{Kind: inspect.DiscBlank}}
	}
	if !c.closedAsRequested(c.last) {
		return []disc.Difference{{Kind: inspect.SessionOpen}}
	}
	want := slices.Clone(c.found)
	for _, t := range c.written() {
		want = append(want, inspect.Expected{Number: t.Number, Start: t.index1(), Sectors: t.body(), Control: t.Control, InTOC: true})
	}
	why := inspect.Compare(want, c.last)
	return c.tolerated(why)
}

// tolerated removes differences that don't matter for the burn and records them in the rows.
func (c *conclusion) tolerated(why []disc.Difference) []disc.Difference {
	left := why[:0:0]
	for _, d := range why {
		switch {
		case d.Kind == inspect.StartDiffers && len(c.found) > 0 && d.Got == d.Want+toc.PregapSectors:
			continue // the drive counted the pregap until now
		case d.Kind == inspect.TrackUnfinished && d.Got == int(disc.TrackUnknown):
			continue // the table of contents lists it
		case d.Kind != inspect.ControlDiffers:
			left = append(left, d)
			continue
		}
		for _, t := range c.Tasks {
			if t.Number == d.Track {
				c.TrackNote(t, burn.Note{Kind: notekind.ControlDiffers, Want: int(t.Control), Got: d.Got})
			}
		}
	}
	return left
}

// closedAsRequested reports whether the disc shows the session of this burn closed as requested.
func (c *conclusion) closedAsRequested(d disc.Disc) bool {
	if closeKind(c.Options) == burn.CloseMulti {
		return d.Status.Value == mmc.DiscIncomplete && sessionClosed(d)
	}
	return d.Status.Value == mmc.DiscFinalized
}

// open reports whether a disc shows its last session as open.
func (c *conclusion) open(d disc.Disc) bool {
	closed, known := d.Closed()
	return known && !closed
}

// unreadable returns inspect.ErrUnreadable if err matches it, else nil.
func unreadable(err error) error {
	if errors.Is(err, inspect.ErrUnreadable) {
		return burn.ErrUnreadable
	}
	return nil
}

// firstWrong returns the first track of a verification that differs, and the address.
func firstWrong(v disc.Verification) (number int, at toc.LBA) {
	for _, t := range v.Tracks {
		if t.Result == disc.VerifyDiffers || t.Result == disc.VerifyUnreadable {
			return t.Number, t.At
		}
	}
	return 0, 0
}

// verifyWork is the work that a verification adds to burn.Progress.Done.
func verifyWork(level disc.VerifyLevel, tracks []inspect.Written) toc.Sectors {
	var work toc.Sectors
	for _, t := range tracks {
		if level == disc.VerifyFull {
			work += t.Sectors
		}
	}
	return work/2 + toc.Sectors(len(tracks))*toc.SectorsPerSecond
}

// testEnd is the end of a test write.
type testEnd struct{ *conclusion }

// endTest makes sure that a test write left the disc unchanged. It sends page 05h without
// the test bit; if the drive then still reports tracks, or another kind of disc, it
// reloads the disc. A test write faster than any drive can write tested nothing: the drive
// probably rejected every command unnoticed.
func (c testEnd) endTest() error {
	if c.laser == laserOff {
		return nil
	}
	c.Phase(burn.PhaseConfirm)
	c.cutTest()
	c.guarded = false
	plain := *c.Options
	plain.TestWrite = false
	asked := c.Options
	c.Options = &plain
	defer func() { c.Options = asked }()
	err := c.asBefore()
	for _, do := range []func(context.Context) error{refreshByStop(c.Job), c.hold.reload} {
		if err == nil || !c.mayRefresh() {
			break
		}
		if c.renew(do) {
			err = c.asBefore()
		}
	}
	if err == nil && c.tooFast() {
		err = burn.ErrTooFast
	}
	return Wrap(burn.PhaseConfirm, 0, 0, err)
}

// cutTest notes a reset during a test write: the contents of the drive's buffer were not
// tested, and took no time. If the drive reported the reset to another program, the lost
// settings show it.
func (c testEnd) cutTest() {
	if len(c.Tasks) == 0 || c.Silent() {
		return
	}
	var why error
	if c.seen.Reset(c.armed) {
		why = c.seen.reset
	} else if lost, _ := c.set.lost(c.Job); lost {
		why = burn.ErrSettingsLost
	}
	if why != nil {
		c.TrackNote(c.Tasks[len(c.Tasks)-1], burn.Note{Kind: notekind.EndError, Cause: burn.Cause{Err: why}})
	}
}

// asBefore returns an error unless the disc is in the state in which it was found.
func (c testEnd) asBefore() error {
	if err := c.Set(c.calm, toc.TrackInfo{}); err != nil && ClassOf(err) != ClassRefused {
		return err
	}
	if err := c.look(); err != nil {
		return err
	}
	if !c.last.Status.Known() {
		return Name(c.last.Status.Err, burn.ErrUnconfirmed)
	}
	if !unchanged(c.last, c.Before) {
		return wrongf(burn.ErrUnconfirmed, "after the test write the drive doesn't show the disc as it was before")
	}
	return nil
}

// unchanged reports whether two inspections show a disc in the same state.
func unchanged(a, b disc.Disc) bool {
	return a.Media.Value == b.Media.Value && a.Status.Value == b.Status.Value && a.Sessions.Value == b.Sessions.Value &&
		len(a.Tracks) == len(b.Tracks) && a.Next.Value.NWA == b.Next.Value.NWA
}

// impossibleSpeed exceeds the speed of every drive: the fastest sold reach 52x, at the outer edge.
const impossibleSpeed = 64 * toc.SectorsPerSecond

// driveBufferMax is the largest buffer known of any drive: 8 MB (Plextor PX-716A, page 2Ah). Sectors in it may not be recorded yet.
const driveBufferMax = toc.Sectors(8 << 20 / toc.SectorSize)

// tooFast reports whether audio was accepted faster than any drive can write. A Pioneer
// BDR-UD04 accepted 37 minutes in 12 seconds and recorded nothing. If a flush didn't end,
// the drive's buffer may still be full.
func (c *conclusion) tooFast() bool {
	var sectors, waiting toc.Sectors
	if c.hurry.Err() != nil {
		waiting = driveBufferMax
	}
	for _, t := range c.Tasks {
		if t.EndErr != nil || slices.ContainsFunc(c.Row(t).Notes, func(n burn.Note) bool { return n.Kind == notekind.EndError }) {
			waiting = driveBufferMax
		}
		sectors += t.Sent
	}
	sectors -= waiting
	least := time.Duration(float64(sectors) / impossibleSpeed * float64(time.Second))
	return sectors > 0 && c.rep.Writing < least
}
