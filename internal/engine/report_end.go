package engine

import (
	"context"
	"errors"
	"slices"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// conclude inspects the disc a last time, releases the drive and completes the report. The
// verdict is about the disc: a tray that stays locked is an error but doesn't change it. A
// failed WRITE that the drive reports only with the last commands does.
func (c *conclusion) conclude(err error) (burn.Report, error) {
	if old := (evidence{c.Job}).olderFailure(); old != nil {
		c.Note(burn.Note{Kind: notekind.OldDeferred, Cause: burn.Cause{Err: old}})
	}
	if c.hold.tray != trayUntouched {
		c.finalLook()
	}
	settle := settler{c}
	revoked := settle.settleRows(err != nil)
	if err == nil && c.gone == nil && revoked > 0 {
		err = Wrap(burn.PhaseConfirm, revoked, 0, burn.ErrUnconfirmed)
	}
	settle.markDifferent()
	err = settle.settleDoubts(err)
	c.rep.Elapsed = c.Now().Sub(c.began)
	eject := c.Options.Eject && !c.Silent()
	if eject && c.unfinished() {
		c.Note(burn.Note{Kind: notekind.NotEjected, Cause: burn.Cause{Err: errUnfinished}})
		eject = false
	}
	err = settle.settleFailures(err)
	unlockErr := c.hold.free(c.calm)
	err = settle.settleFailures(err)
	if eject {
		c.hold.open(c.calm)
		err = settle.settleFailures(err)
	}
	releaseErr := Wrap(burn.PhaseRelease, 0, 0, errors.Join(unlockErr, c.hold.release(c.calm)))
	if c.rep.Writing > 0 {
		var sectors toc.Sectors
		for _, t := range c.rep.Tracks {
			sectors += t.Sent
		}
		c.rep.SpeedMean = float64(sectors) / c.rep.Writing.Seconds() / toc.SectorsPerSecond
	}
	if err == nil && c.gone != nil { // what was written is on a disc that is gone
		err = Wrap(burn.PhaseConfirm, 0, 0, c.gone)
	}
	err = c.m.addPanic(err)
	judge(c.rep, err)
	if releaseErr != nil {
		err = errors.Join(err, releaseErr)
		c.rep.Failure = err.Error()
	}
	if c.m.broken != nil {
		c.rep.Notes = append(c.rep.Notes, burn.Note{Kind: notekind.EventPanic, Cause: burn.Cause{Err: c.m.broken}})
	}
	return c.m.finished(cloneReport(c.rep), err), err
}

// errUnfinished is the reason for leaving the tray closed.
var errUnfinished = errors.New("the drive shows the recording as unfinished")

// unfinished reports whether the drive may still hold sectors that it has not recorded,
// because it refused to end a track or the stream. It would record them when it opens the
// tray, and the report would be wrong.
func (c *conclusion) unfinished() bool {
	if c.Options.TestWrite || !c.known() || len(c.written()) == 0 {
		return false
	}
	if c.method.Continuous() {
		return !c.unended() && !sessionClosed(c.last)
	}
	return slices.ContainsFunc(c.written(), func(t *Task) bool {
		shown, there := c.last.Track(t.Number)
		return there && shown.State == disc.TrackIncomplete
	})
}

// lastPhase returns the last phase of the burn that an error can belong to.
func (m *meter) lastPhase() burn.Phase {
	switch p := m.cur.Phase; p {
	case burn.PhaseFlush, burn.PhaseClose, burn.PhaseVerify, burn.PhaseBlank:
		return p
	}
	return burn.PhaseConfirm
}

// finalLook inspects the disc for the report, after everything that changes the disc. It
// waits for a drive that is still busy, and tries even if the drive did not answer the last
// question.
func (c *conclusion) finalLook() {
	if !c.fresh || c.seen.Now() != c.guard {
		if c.laser != laserOff && c.hurry.Err() == nil {
			_ = c.Idle(FlushTimeout) // the look and the witness report its errors
		}
		if err := c.look(); err != nil {
			c.rep.LookError = burn.Cause{Err: err}
		}
	}
	if c.surprising() {
		was := c.last
		if err := c.look(); err != nil { // a single bad reply doesn't change what is known
			c.last = was
		}
	}
	c.doubtBlank()
	if err := c.swapped(); err != nil {
		c.last = disc.Disc{}
		c.rep.LookError, c.gone = burn.Cause{Err: err}, err
	}
	c.rep.After = c.last
	severed := c.severed()
	for _, t := range c.last.Tracks {
		if t.Origin == disc.Unknown {
			continue // recording may continue in it
		}
		if severed && t.Number >= c.Tasks[0].Number && (t.State != disc.TrackComplete || c.unended()) {
			continue // the stream has no end: none of it can be read
		}
		on := burn.DiscTrack{Number: t.Number, Session: t.Session, Start: t.Start, Complete: complete(t.State), Audio: t.Control.Audio()}
		if t.State == disc.TrackComplete || t.State == disc.TrackUnknown {
			on.Sectors = t.Sectors
		}
		c.rep.OnDisc = append(c.rep.OnDisc, on)
	}
	// A drive that is still writing may report the future state.
	if c.last.Status.Known() && !errors.Is(c.last.NotReady, mmc.ErrNotReady) {
		appendable := c.last.Status.Value == mmc.DiscIncomplete && !severed
		c.rep.Appendable = &appendable
		if closed, known := c.last.Closed(); known {
			c.rep.Closed = &closed
		}
	}
	if c.last.TOC.Known() {
		c.rep.LeadOut = c.last.TOC.Value.LeadOut
	}
}

// surprising reports whether the last look contradicts earlier ones: a track that was whole
// is missing or has no end.
func (c *conclusion) surprising() bool {
	if c.Options.TestWrite || !c.known() || c.otherDisc {
		return false
	}
	other := slices.ContainsFunc(c.Tasks, func(t *Task) bool {
		if c.Row(t).Status != burn.TrackOK {
			return false
		}
		shown, there := c.last.Track(t.Number)
		return !there || shown.State == disc.TrackIncomplete || shown.State == disc.TrackDamaged
	})
	return other && !c.Silent() && c.hurry.Err() == nil
}

// complete reports whether a track is complete; nil if unknown.
func complete(s disc.TrackState) *bool {
	if s == disc.TrackUnknown {
		return nil
	}
	whole := s == disc.TrackComplete
	return &whole
}

// doubtBlank looks again at a disc that is shown as blank although a stream was started
// on it: some drives report a cached state.
func (c *conclusion) doubtBlank() {
	if !c.torn || c.Options.TestWrite || len(c.Tasks) == 0 || !c.Tasks[0].tried {
		return
	}
	for _, do := range []func(context.Context) error{refreshByStop(c.Job), c.hold.reload} {
		if !c.known() || c.last.Status.Value != mmc.DiscEmpty || !c.mayRefresh() {
			return
		}
		if !c.renew(do) {
			continue
		}
		if err := c.look(); err != nil {
			c.rep.LookError = burn.Cause{Err: err}
		}
	}
}

// severed reports whether the disc shows an open session without any of the tracks of the
// stream. Nothing can be added to such a disc.
func (c *conclusion) severed() bool {
	if c.Options.TestWrite || len(c.Tasks) == 0 || !c.Tasks[0].tried || !c.method.Continuous() || sessionClosed(c.last) {
		return false
	}
	shown, there := c.last.Track(c.Tasks[0].Number)
	return !there || shown.State != disc.TrackComplete || c.unended()
}

// unended reports whether the end of a stream was never sent. Its session is then lost, even
// if the drive shows it as a whole track.
func (c *conclusion) unended() bool {
	if !c.torn || len(c.Tasks) == 0 {
		return false
	}
	last := c.Tasks[len(c.Tasks)-1]
	return !c.Last(last) || last.Sectors()-last.Sent > toc.Sectors(c.writing.chunk)
}

// unshown fills the row of a track of a stream that the disc doesn't show. The session is
// lost for certain only if its end was never sent.
func unshown(row *burn.TrackReport, unended bool) {
	row.Sectors = 0
	switch {
	case row.Status != burn.TrackOK:
	case unended:
		row.Status = burn.TrackLost
	default:
		row.Status = burn.TrackUnshown
	}
}

// settler makes the rows of the report, and the error, agree with what the disc shows.
type settler struct{ *conclusion }

// settleRows corrects the rows by what the disc shows, regardless of the replies to the
// commands. It returns the number of a track that was OK before and isn't now, or 0.
func (c settler) settleRows(failed bool) (revoked int) {
	if c.Options.TestWrite {
		return 0
	}
	for _, t := range c.Tasks {
		was := c.Row(t).Status
		c.settleRow(t, failed)
		if revoked == 0 && was == burn.TrackOK && c.Row(t).Status != burn.TrackOK {
			revoked = t.Number
		}
	}
	return revoked
}

// settleRow is settleRows for one track. If the disc can't be inspected again, a confirmed
// track remains OK.
func (c settler) settleRow(t *Task, failed bool) {
	row := c.Row(t)
	other := c.otherDisc || c.changeReported && c.method.Continuous()
	if other && c.laser != laserClosed && row.Status == burn.TrackOK {
		row.Status = burn.TrackUnshown // the disc could not be looked at
	}
	shown, there := c.last.Track(t.Number)
	there = there && c.known() && shown.State != disc.TrackReserved
	if c.method.Continuous() { // before its end, a drive may show the stream as one track
		there = there && shown.State != disc.TrackIncomplete && shown.State != disc.TrackDamaged && !(c.severed() && c.unended())
	}
	if there && t.Shown.Track != t.Number && shown.Shown.Known { // the drive doesn't report it separately
		row.ShownAt, row.ShownSize = shown.Shown.Start, shown.Shown.Sectors
	}
	switch {
	case c.method.Continuous() && t.tried && !there && (c.known() || failed):
		unshown(row, c.unended())
	case failed && row.Status == burn.TrackOK && there && (shown.State == disc.TrackIncomplete || shown.State == disc.TrackDamaged):
		row.Status = burn.TrackFailed // it was whole when last seen
		limitRow(row, t, shown)
	case row.Status == burn.TrackOK:
		row.Sectors = t.body()
		if there {
			row.Sectors = min(t.body(), max(shown.Sectors, t.body()-placing.RunOutSectors))
		}
	case there:
		row.Sectors = shown.Sectors
		switch {
		case shown.State == disc.TrackIncomplete || shown.State == disc.TrackDamaged:
			limitRow(row, t, shown)
		case shown.State == disc.TrackUnknown && shown.Sectors == 0:
			row.AtMost = t.most()
		}
		if row.Start == 0 {
			row.Start = shown.Start
		}
		if row.Status == burn.TrackNotBegun {
			row.Status = burn.TrackFailed
		}
	case c.denies(t):
		row.Sectors = 0
		if row.Status == burn.TrackFailed && t.Sent == 0 {
			row.Status = burn.TrackNotBegun
		}
	default:
		if row.Status == burn.TrackNotBegun && t.touched() {
			row.Status = burn.TrackFailed // it may be on the disc
		}
		if ti := &t.Shown; ti.Track != t.Number || ti.NWAValid || ti.Damage {
			row.Sectors, row.AtMost = 0, t.most() // its end was never shown
		}
	}
}

// denies reports whether the disc shows that a track which is not in its list isn't there. A
// drive may refuse READ TRACK INFORMATION as if there were no such track: then it doesn't
// report the next one either.
func (c settler) denies(t *Task) bool {
	d := &c.last
	closed, known := d.Closed()
	return c.known() && (!t.touched() || d.Status.Value == mmc.DiscEmpty || d.Next.Known() || closed && known)
}

// limitRow fills in the maximum length of a track without an end. The last sectors may have
// been lost with the drive's buffer, the last WRITE may have been carried out although it
// failed, and the size that the drive shows may include all of the free room.
func limitRow(row *burn.TrackReport, t *Task, shown disc.Track) {
	size := shown.Sectors
	if shown.State == disc.TrackDamaged {
		size = shown.Shown.Sectors
	}
	row.Sectors, row.AtMost = 0, t.Sent+t.unsure
	if size > 0 {
		row.AtMost = min(size, row.AtMost)
	}
}

// most returns the maximum length of a track whose end wasn't shown. The drive may have ended
// it by padding it to four seconds or to its reservation.
func (t *Task) most() toc.Sectors {
	switch sent := t.Sent + t.unsure; {
	case t.Reserved:
		return placing.Raise(max(sent, t.Sectors()))
	case sent > 0:
		return placing.Raise(sent)
	}
	return 0
}

// markDifferent puts the result of the verification into the rows.
func (c settler) markDifferent() {
	for _, v := range c.rep.Verified.Tracks {
		if v.Result != disc.VerifyDiffers && v.Result != disc.VerifyUnreadable {
			continue
		}
		for i := range c.rep.Tracks {
			if row := &c.rep.Tracks[i]; row.Number == v.Number && row.Status == burn.TrackOK {
				row.Status = burn.TrackDiffers
			}
		}
	}
}

// judge fills in verdict, text and IMAPI's code of the error.
func judge(r *burn.Report, err error) {
	switch {
	case err == nil && r.TestWrite:
		r.Verdict = burn.VerdictTestWrite
	case err == nil:
		r.Verdict = burn.VerdictSuccess
	default:
		r.Failure = err.Error()
		_, r.HRESULT, _ = burn.HRESULT(err)
		r.Verdict = verdictOf(err)
	}
	if r.Verdict == burn.VerdictSuccess || r.Verdict == burn.VerdictTestWrite {
		r.Verdict = worst(r, r.Verdict)
	}
}

// worst returns the verdict if the disc was closed properly but a track was not written
// properly: a Writer's Release doesn't return the error of a track.
func worst(r *burn.Report, v burn.Verdict) burn.Verdict {
	for _, t := range r.Tracks {
		switch t.Status {
		case burn.TrackCanceled:
			v = burn.VerdictCanceled
		case burn.TrackUnshown:
			if v != burn.VerdictCanceled {
				v = burn.VerdictUnconfirmed
			}
		case burn.TrackNotBegun:
			if !canceledBefore(&t) {
				return burn.VerdictFailed
			}
			v = burn.VerdictCanceled
		case burn.TrackFailed, burn.TrackLost, burn.TrackDiffers, burn.TrackShort, burn.TrackChanged:
			return burn.VerdictFailed
		}
	}
	return v
}

// endedTrack reports whether a note is the error that ended its track.
func endedTrack(n burn.Note) bool { return n.Kind == notekind.TrackError }

// canceledBefore reports whether a cancel kept a track from being begun.
func canceledBefore(t *burn.TrackReport) bool {
	i := slices.IndexFunc(t.Notes, endedTrack)
	return i >= 0 && burn.Category(t.Notes[i].Cause.Err) == burn.ErrCanceled
}

func verdictOf(err error) burn.Verdict {
	switch burn.Category(err) {
	case burn.ErrCanceled:
		return burn.VerdictCanceled
	case burn.ErrVerify:
		return burn.VerdictVerifyFailed
	case burn.ErrUnconfirmed:
		return burn.VerdictUnconfirmed
	}
	return burn.VerdictFailed
}
