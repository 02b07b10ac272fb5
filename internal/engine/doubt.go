package engine

import (
	"errors"
	"os"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/toc"
)

// doubts records WRITEs that were not answered with GOOD, but were carried out according to
// the next writable address. The burn succeeds only if their sectors are read back and equal.
type doubts struct {
	ranges [][2]toc.LBA // from the first sector to the one past the last
	errors int          // how many of them were answered with an error
}

// add adds the sectors of a WRITE; WRITEs come in order.
func (d *doubts) add(from, to toc.LBA) {
	if n := len(d.ranges) - 1; n >= 0 && d.ranges[n][0] <= from && from <= d.ranges[n][1] {
		d.ranges[n][1] = max(d.ranges[n][1], to)
		return
	}
	d.ranges = append(d.ranges, [2]toc.LBA{from, to})
}

// unanswered settles a WRITE that was aborted or not answered. The system may have reset the
// drive because of it.
func (p *writeLoop) unanswered(d *dispute, err error) (settled bool, result error) {
	t, cmd := d.t, d.cmd
	aborted := ClassOf(err) == ClassAborted
	taken, askErr := p.acceptedLast(d)
	if taken && errors.Is(err, os.ErrDeadlineExceeded) {
		if p.timeouts++; p.timeouts > timeoutsMost {
			return true, err
		}
	}
	switch {
	case taken && aborted && p.doubts.errors == doubtsMost:
		return true, err
	case taken:
		result = p.taken(d, true, err, nil)
		if result == nil && p.j.Options.TestWrite { // without its settings the drive would write the next one
			result = p.restore(t, cmd, err)
		}
		return true, result
	}
	if p.lost++; askErr != nil || p.lost > lostWrites {
		return true, orNil(false, err, askErr)
	}
	if lostErr := p.restore(t, cmd, err); lostErr != nil {
		return true, lostErr
	}
	p.j.TrackNote(t, burn.Note{Kind: notekind.WriteResent, Want: int(cmd.LBA), Cause: burn.Cause{Err: err}})
	return false, nil
}

// refuted handles a WRITE that the drive answered with an error for good. nil means that the
// next writable address shows it as carried out.
//
// A drive rejects the address (5/21/02) of a WRITE that it already has: the WRITE was sent
// again after only a peek, or the bus sent it twice. After an error of the medium or the
// mechanism (3/xx, 4/xx) most drives stop the track, and the address doesn't move. A drive
// whose address has moved also accepts the next WRITE, and ending the track would save
// nothing: the disc can't be unwritten. The burn then continues, and the sectors that the
// error may be about are read back. A test write can't be read back, and fails.
func (p *writeLoop) refuted(d *dispute, err error) error {
	twin := d.peeked && errors.Is(err, asc.InvalidAddressForWrite)
	if !twin && (p.j.Options.TestWrite || p.doubts.errors == doubtsMost || errors.Is(err, asc.WriteErrorLossOfStreaming)) {
		return err
	}
	if !twin && p.starved(d.t, err) { // only the address of the WRITE's end speaks against it
		taken, _ := p.askNWATwice(d.t, d.cmd, false)
		return p.taken(d, taken, err, nil)
	}
	taken, askErr := p.acceptedLast(d)
	return p.taken(d, taken, err, askErr)
}

// taken ends a dispute: it returns nil for a WRITE that was accepted if the disc is still the
// same one. The answer wasn't GOOD, so the sectors are in doubt.
func (p *writeLoop) taken(d *dispute, taken bool, err, askErr error) error {
	if !taken {
		return orNil(false, err, askErr)
	}
	if changed := p.j.stillThere(); changed != nil {
		return orNil(false, changed, err)
	}
	p.doubt(d, err)
	return nil
}

// acceptedLast is askNWATwice for a WRITE that may be the last one of its track.
func (p *writeLoop) acceptedLast(d *dispute) (taken bool, err error) {
	return p.atEnd(d)(p.askNWATwice(d.t, d.cmd, false))
}

// atEnd completes an answer about a WRITE that may be the last one of its track. A full track
// may have no next writable address, or that of the next track; then its length decides after
// it has ended.
func (p *writeLoop) atEnd(d *dispute) func(taken bool, err error) (bool, error) {
	return func(taken bool, err error) (bool, error) {
		vague := errors.Is(err, errVague) || errors.Is(err, burn.ErrBadResponse) || ClassOf(err) == ClassRefused
		if vague && !p.j.Options.TestWrite && p.completes(d) {
			return true, nil
		}
		return taken, err
	}
}

// completes reports whether a WRITE is the last one of its track, or of a session that is
// one stream.
func (p *writeLoop) completes(d *dispute) bool {
	end := d.cmd.LBA + toc.LBA(d.cmd.Blocks)
	return end == d.t.Start+toc.LBA(d.t.Sectors()) && (!p.j.method.Continuous() || p.j.Last(d.t))
}

// doubt records that the sectors of a WRITE must be read back. An error of the medium or the
// mechanism may be about anything that the drive's buffer held; a reset may have emptied it.
// A drive may answer every WRITE as if it were busy: a track has one note of that.
func (p *writeLoop) doubt(d *dispute, err error) {
	from, to := d.cmd.LBA, d.cmd.LBA+toc.LBA(d.cmd.Blocks)
	noted := d.t.doubt != nil
	class := ClassOf(err)
	switch class {
	case ClassRefused, ClassNoMedium, ClassAborted, ClassFailed, ClassDeferred:
		noted = false
		if p.doubts.errors++; from < d.t.Start {
			d.t.blind = err
		}
	case ClassUnanswered, ClassUnsent:
		noted = false
	}
	if class == ClassFailed || class == ClassDeferred || errors.Is(err, asc.FamilyReset) {
		if from -= toc.LBA(driveBufferMax); !p.j.method.Continuous() {
			from = max(from, d.t.Start)
		}
	}
	p.doubts.add(from, to)
	for _, t := range p.j.Tasks {
		if from < t.Start+toc.LBA(t.Sectors()) && t.Start < to {
			t.doubt = err
		}
	}
	if !noted {
		p.j.TrackNote(d.t, burn.Note{Kind: notekind.WriteTaken, Want: int(d.cmd.LBA), Cause: burn.Cause{Err: err}})
	}
}

// doubtLength compares the length that a drive reports for a track with those of the earlier
// tracks. Some drives omit the run-out of every track; one that reported the others in full
// and omits the end of this one may have dropped its last WRITE.
func (j evidence) doubtLength(t *Task) {
	if j.Options.TestWrite || j.method.Continuous() || t.missing() <= 0 {
		return
	}
	for _, other := range j.Tasks {
		if other != t && other.Shown.Track == other.Number && other.Shown.SizeValid && other.missing() <= 0 {
			t.doubt = wrongf(burn.ErrUnconfirmed, "the drive accepted %d sectors and shows %d; it showed earlier tracks in full", t.Sent, t.Shown.Size)
			j.writing.doubts.ranges = append(j.writing.doubts.ranges, [2]toc.LBA{t.End() - toc.LBA(t.missing()), t.End()})
			return
		}
	}
}

// missing returns the number of sent sectors that the drive doesn't report. A drive may
// include the pregap.
func (t *Task) missing() toc.Sectors {
	if t.Reserved || t.Shown.Track != t.Number || !t.Shown.SizeValid || t.Shown.Size == 0 {
		return 0
	}
	size := t.Shown.Size
	if before := toc.Sectors(t.Start - t.Shown.Start); before > 0 && before <= toc.PregapSectors {
		size -= before
	}
	return t.Sent - size
}

// settleDoubts revokes the success of tracks with sectors in doubt that were not read back.
// err is the error of the burn.
func (c settler) settleDoubts(err error) error {
	if c.Options.TestWrite {
		return err
	}
	for _, t := range c.Tasks {
		row := c.Row(t)
		unread := t.doubt != nil && !c.readEqual(t)
		if row.Status != burn.TrackOK || !unread && t.blind == nil {
			continue
		}
		why := t.blind
		if unread {
			row.Status, why = burn.TrackUnshown, t.doubt
		}
		if err == nil {
			err = Wrap(burn.PhaseVerify, t.Number, 0, Name(why, burn.ErrUnconfirmed))
		}
	}
	return err
}

// readEqual reports whether a track, including its sectors in doubt, was read back and is
// equal.
func (c settler) readEqual(t *Task) bool {
	for _, v := range c.rep.Verified.Tracks {
		if v.Number == t.Number {
			return v.Result == disc.VerifyEqual
		}
	}
	return false
}
