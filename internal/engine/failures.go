package engine

import (
	"errors"
	"slices"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/toc"
)

// A deferred error reports that something which the drive had accepted was not written
// properly. It doesn't contain where. The audio that it may be about, read back, decides: the
// burn continues if all of it is equal, with a note, and fails otherwise.

// settleTries limits how often audio is read back because of deferred errors: each time the
// drive may report another one.
const settleTries = 5

// stretch is a range of the disc and the tracks with sectors in it, which are read back to
// decide about a deferred error.
type stretch struct {
	from, to toc.LBA
	tracks   []inspect.Written
	last     *Task // gets the note; nil if the job wrote no track
}

// add adds a track if it has sectors in the range.
func (s *stretch) add(w inspect.Written) {
	if w.Start < s.to && s.from < w.Start+toc.LBA(w.Sectors) {
		s.tracks = append(s.tracks, w)
	}
}

// evidence is what the audio on the disc shows about a job.
type evidence struct{ *Job }

// sent returns the sectors that a deferred error may be about once t, the last track, has
// ended: the track, and what the drive's buffer may have held when the track began.
func (j evidence) sent(t *Task) stretch {
	s := stretch{from: t.Start - toc.LBA(driveBufferMax), to: t.End(), last: t}
	for _, e := range j.Tasks {
		if e == t || j.Row(e).Status == burn.TrackOK || j.Row(e).Status == burn.TrackCanceled {
			s.add(e.written())
		}
	}
	return s
}

// kept is sent for a job that wrote no track of an album that is complete.
func (j evidence) kept() (s stretch) {
	if n := len(j.others); n > 0 {
		last := j.others[n-1]
		s.from, s.to = last.Start-toc.LBA(driveBufferMax), last.Start+toc.LBA(last.Sectors)
	}
	for _, w := range j.others {
		s.add(w)
	}
	return s
}

// read reads a stretch back.
func (j evidence) read(s stretch) (v disc.Verification, err error) {
	if j.Silent() || j.Options.TestWrite || j.hurry.Err() != nil || len(s.tracks) == 0 {
		return v, errNotRead
	}
	tracks := slices.Clone(s.tracks)
	for i := range tracks {
		tracks[i].Source = withTimeout(j.hurry, tracks[i].Source)
	}
	now := j.seen.Now()
	v, err = inspect.Verify(j.hurry, j.Drive, tracks, disc.VerifyQuick, &inspect.VerifyOptions{
		Closely: [][2]toc.LBA{{s.from, s.to}}, OnProgress: func(inspect.VerifyProgress) { j.m.tick() }, OnWait: j.m.tick,
	})
	j.heard(err)
	for _, t := range j.Tasks {
		if resultOf(v, t.Number) == disc.VerifyEqual {
			t.equal = now.failures
		}
	}
	return v, err
}

// errNotRead is the error of read if nothing can be read back.
var errNotRead = errors.New("nothing can be read back")

// disproves reports whether a stretch reads back equal. The deferred errors so far are then
// settled, and the first is noted.
func (j evidence) disproves(s stretch, failed error) bool {
	for range settleTries {
		now := j.seen.Now()
		v, err := j.read(s)
		if ClassOf(err) == ClassDeferred {
			continue
		}
		if err != nil || v.Result != disc.VerifyEqual {
			j.differ(v)
			return false
		}
		j.seen.Settle(now)
		n := burn.Note{Kind: notekind.WriteDenied, Cause: burn.Cause{Err: failed}}
		if s.last != nil {
			j.TrackNote(s.last, n)
		} else {
			j.Note(n)
		}
		return true
	}
	return false
}

// differ marks the rows of tracks that don't read back equal.
func (j evidence) differ(v disc.Verification) {
	for _, t := range j.Tasks {
		if result := resultOf(v, t.Number); result == disc.VerifyDiffers || result == disc.VerifyUnreadable {
			if row := j.Row(t); row.Status == burn.TrackOK {
				row.Status = burn.TrackDiffers
			}
		}
	}
}

// resultOf returns the result of a track in a verification.
func resultOf(v disc.Verification, number int) disc.VerifyResult {
	for _, t := range v.Tracks {
		if t.Number == number && v.Result != disc.VerifyOpenSession {
			return t.Result
		}
	}
	return disc.VerifyNotDone
}

// outlives reports whether a burn continues after a track during which the drive reported a
// deferred error. If the drive doesn't read an open session, the last track is read back when
// the session is closed.
func (r *recorder) outlives(t *Task, failed error) bool {
	switch {
	case r.Options.TestWrite:
		return false
	case r.method.Continuous():
		return r.Last(t)
	case (evidence{r.Job}).disproves(evidence{r.Job}.sent(t), failed):
		return true
	case !r.Last(t):
		return false
	}
	v, err := evidence{r.Job}.read(evidence{r.Job}.sent(t))
	return err == nil && v.Result == disc.VerifyOpenSession
}

// suspectEarlier reads the end of earlier tracks back if a track has ended with a deferred
// error, which may be about them. Their rows then show whether they are equal.
func (r *recorder) suspectEarlier(t *Task) {
	failed := r.seen.Failed(t.mark)
	if failed == nil || r.method.Continuous() || r.Options.TestWrite {
		return
	}
	s := stretch{from: t.End() - toc.LBA(driveBufferMax), to: t.Start}
	for _, e := range r.Tasks {
		if e != t && r.Row(e).Status == burn.TrackOK {
			s.add(e.written())
		}
	}
	var v disc.Verification
	if !r.changeReported { // another disc shows nothing about this one
		v, _ = evidence{r.Job}.read(s)
	}
	for _, e := range r.Tasks {
		if !slices.ContainsFunc(s.tracks, func(w inspect.Written) bool { return w.Number == e.Number }) {
			continue
		}
		switch resultOf(v, e.Number) {
		case disc.VerifyEqual:
			continue
		case disc.VerifyDiffers, disc.VerifyUnreadable:
			r.Row(e).Status = burn.TrackDiffers
		default:
			r.Row(e).Status = burn.TrackUnshown
		}
		r.TrackNote(e, burn.Note{Kind: notekind.TrackError, Cause: burn.Cause{Err: failed}})
	}
}

// settleFailures adds the deferred errors of the job to its error, unless the disc shows that
// they mean nothing: the audio that they may be about reads back equal, or the job wrote no
// audio and its result is on the disc.
func (c *conclusion) settleFailures(err error) error {
	if c.laser == laserOff {
		return err
	}
	failed := c.seen.Failed(c.armed)
	switch {
	case failed == nil:
		return err
	case err == nil && !c.otherDisc && c.harmless(failed):
		return nil
	}
	c.unproven()
	if errors.Is(err, burn.ErrWriteFailed) {
		return err
	}
	phase := c.m.lastPhase()
	if c.failedIn != "" {
		phase = c.failedIn
	}
	return errors.Join(Wrap(phase, 0, 0, Name(classify(failed), burn.ErrWriteFailed)), err)
}

// unproven marks the rows of tracks that an unsettled deferred error may be about, unless they
// were read back after it.
func (c *conclusion) unproven() {
	if len(c.Tasks) == 0 {
		return
	}
	for _, w := range (evidence{c.Job}).sent(c.Tasks[len(c.Tasks)-1]).tracks {
		for _, t := range c.Tasks {
			full := c.rep.Verified.Done == disc.VerifyFull && settler{c}.readEqual(t)
			if row := c.Row(t); t.Number == w.Number && row.Status == burn.TrackOK && t.equal < c.seen.failed && !full {
				row.Status = burn.TrackUnshown
			}
		}
	}
}

// harmless is settleFailures for a job without another error.
func (c *conclusion) harmless(failed error) bool {
	e := evidence{c.Job}
	switch n := len(c.Tasks); {
	case n > 0:
		return e.disproves(e.sent(c.Tasks[n-1]), failed)
	case c.doneByDisc != "":
		c.seen.Settle(c.seen.Now())
		c.Note(burn.Note{Kind: c.doneByDisc, Cause: burn.Cause{Err: failed}})
		return true
	}
	return e.disproves(e.kept(), failed)
}

// olderFailure returns a deferred error that the drive reported before the job sent anything that
// changes the disc; nil if there was none.
func (j evidence) olderFailure() error {
	if old := j.seen.failures; len(old) > 0 && (j.laser == laserOff || j.armed.failures > 0) {
		return old[0]
	}
	return nil
}

// soundsOther reports whether a disc with the same tables holds other audio than the last track
// that was written: another copy of an album has the same tables. Audio that was written badly
// doesn't make it another disc. While a track is being written nothing is read, and a drive
// that doesn't read an open session decides nothing.
func (j evidence) soundsOther(now *disc.Disc) bool {
	if j.Options.TestWrite || j.Silent() || j.hurry.Err() != nil {
		return false
	}
	var w inspect.Written
	if n := len(j.others); n > 0 {
		w = j.others[n-1]
	}
	for _, t := range j.Tasks {
		switch {
		case t.Sent+t.before == 0:
		case !t.ended:
			return false
		default:
			w = t.written()
		}
	}
	if shown, there := now.Track(w.Number); w.Sectors == 0 || !there || shown.State != disc.TrackComplete {
		return false
	}
	w.Source = withTimeout(j.hurry, w.Source)
	reader := inspect.NewReader(j.Drive, *now, &inspect.ReaderOptions{Patience: knownPatience, OnWait: j.m.tick})
	found, err := reader.Sample(j.hurry, w, 3)
	j.heard(err)
	return found.Other && found.Equal == 0
}
