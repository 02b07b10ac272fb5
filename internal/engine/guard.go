package engine

import (
	"slices"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// watch starts guarding the disc: a report of another disc is checked from now on.
func (j *Job) watch() { j.guard, j.guarded = j.seen.Now(), true }

// SameDisc returns an error that matches burn.ErrDiscChanged if the drive has reported another
// disc (6/28) since the last look, or that look found one, and the disc in it is not that of
// this job. It is called before a command that changes the disc is sent again. "The medium
// may have changed" alone proves nothing, because some drives report it for the disc that
// they have just written: the contents of the disc decide. If they don't distinguish it from
// another blank disc, the report counts. After a failed look the next call looks again.
func (j *Job) SameDisc() error {
	change, changed := j.seen.Changed(j.guard)
	if !j.guarded || !changed && !j.changeReported && !j.otherDisc {
		return nil
	}
	now, err := inspect.Look(j.calm, j.Drive, &inspect.LookOptions{OnWait: j.m.tick})
	if err != nil {
		return Name(err, burn.ErrDriveLost)
	}
	j.guard = j.seen.Now()
	j.otherDisc = j.discIdentity().certainlyOther(now) || (evidence{j}).soundsOther(&now)
	j.changeReported = j.otherDisc || !j.discIdentity().recognize(now)
	if j.changeReported {
		return wrongf(burn.ErrDiscChanged, "%w (%s)", burn.ErrDiscChanged, change.Triple())
	}
	if !slices.ContainsFunc(j.rep.Notes, func(n burn.Note) bool { return n.Kind == notekind.Attention }) { // some drives report it again and again
		j.Note(burn.Note{Kind: notekind.Attention, Cause: burn.Cause{Err: wrongf(burn.ErrDiscChanged, "the drive reports another disc (%s)", change.Triple())}})
	}
	return nil
}

// stillThere is SameDisc before a WRITE is sent again. Many drives don't show a stream before
// its end, so the error is only for a disc that is certainly another one.
func (j *Job) stillThere() error {
	change, changed := j.seen.Changed(j.guard)
	if !j.guarded || !changed || j.method == nil || !j.method.Continuous() {
		return j.SameDisc()
	}
	now, err := inspect.Look(j.calm, j.Drive, &inspect.LookOptions{OnWait: j.m.tick})
	if err != nil {
		return Name(err, burn.ErrDriveLost)
	}
	j.guard = j.seen.Now()
	if j.otherDisc = j.discIdentity().certainlyOther(now); j.otherDisc {
		return wrongf(burn.ErrDiscChanged, "%w (%s)", burn.ErrDiscChanged, change.Triple())
	}
	return nil
}

// identity describes how the disc of a job is recognized.
type identity struct {
	before *disc.Disc
	asked  []*Task // of the whole recording, as far as it is known
	begun  []*Task
	stream bool // all tracks are one stream
	test   bool // a test write
	sent   bool // something was sent with the laser armed
}

// discIdentity returns the identity of the disc of this job as it should be now.
func (j *Job) discIdentity() identity {
	return identity{
		before: &j.Before, asked: j.List, begun: j.Tasks, stream: j.method != nil && j.method.Continuous(),
		test: j.Options.TestWrite, sent: j.laser != laserOff,
	}
}

// recognize reports whether a disc is the one of this job.
func (o identity) recognize(now disc.Disc) bool {
	if o.otherKind(now) {
		return false
	}
	for _, want := range o.before.Tracks {
		got, ok := now.Track(want.Number)
		if !ok || got.Start != want.Start {
			return false
		}
	}
	known := len(o.before.Tracks) > 0
	if o.test {
		return known || o.sent && o.rehearsal(now)
	}
	for _, t := range o.begun {
		if t.Sent == 0 {
			continue
		}
		got, ok := now.Track(t.Number)
		if !ok || got.Start != t.index1() && got.Shown.Start != t.index1() {
			return false
		}
		if off := got.Sectors - t.body(); got.State == disc.TrackComplete && got.Sectors > 0 && (off > placing.PauseSectors || off < -placing.PauseSectors) {
			return false // different length, even allowing for run-out and pregap
		}
		known = true
	}
	return known
}

// certainlyOther reports whether a disc is certainly not that of this job: it is of another
// type, lacks a track that was there, is blank although something was written to it, or
// has a track that this job didn't write. A disc that isn't recognized need not be
// another one: many drives don't show a track or session that was cut short.
func (o identity) certainlyOther(now disc.Disc) bool {
	if o.otherKind(now) {
		return true
	}
	for _, want := range o.before.Tracks {
		if got, ok := now.Track(want.Number); !ok || got.Start != want.Start {
			return now.Status.Known()
		}
	}
	if o.test {
		return !o.rehearsal(now)
	}
	written := slices.ContainsFunc(o.begun, func(t *Task) bool { return t.Sent+t.before > 0 }) ||
		slices.ContainsFunc(o.asked, func(t *Task) bool { return t.Reserved })
	if written && now.Status.Known() && now.Status.Value == mmc.DiscEmpty {
		return true
	}
	return slices.ContainsFunc(now.Tracks, func(shown disc.Track) bool { return !o.owns(shown) })
}

// owns reports whether a track was there before or may have been written by this job.
func (o identity) owns(shown disc.Track) bool {
	if _, there := o.before.Track(shown.Number); there {
		return true
	}
	if o.stream && len(o.begun) > 0 && shown.State != disc.TrackComplete {
		return true // an incomplete stream may be shown as one track
	}
	most := o.most()
	return slices.ContainsFunc(o.begun, func(t *Task) bool {
		if shown.State == disc.TrackComplete && shown.Shown.Known && shown.Sectors > max(most, t.most())+placing.PauseSectors {
			return false // longer than anything that was written, with run-out and pregap
		}
		return t.Number == shown.Number && (shown.Start == t.index1() || shown.Start == t.Start || shown.Shown.Start == t.index1() ||
			shown.Origin == disc.Unknown)
	}) || shown.Origin == disc.Unknown
}

// most returns the maximum length of a track if a drive shows all of a stream as one.
func (o identity) most() (all toc.Sectors) {
	if o.stream {
		for _, t := range o.asked {
			all += t.Ahead + t.before + t.Sectors()
		}
	}
	return all
}

// rehearsal reports whether a disc looks as it should during a test write on a blank disc:
// blank, or with only the tracks of the job, because some drives show a test write like a
// real one until it has ended.
func (o identity) rehearsal(now disc.Disc) bool {
	for _, shown := range now.Tracks {
		if !slices.ContainsFunc(o.begun, func(t *Task) bool { return t.Number == shown.Number && t.Start == shown.Start }) {
			return false
		}
	}
	return len(now.Tracks) > 0 || now.Status.Value == o.before.Status.Value
}

// otherKind reports whether a disc is of another kind than that of this job.
func (o identity) otherKind(now disc.Disc) bool {
	a, b := now.ATIP, o.before.ATIP
	return now.Media.Known() && o.before.Media.Known() && now.Media.Value != o.before.Media.Value ||
		a.Known() && b.Known() && !sameGroove(a.Value, b.Value)
}

// sameGroove reports whether two ATIPs are of the same kind of disc.
func sameGroove(a, b mmc.ATIP) bool { return a.LeadIn == b.LeadIn && a.LastLeadOut == b.LastLeadOut }

// sessionClosed reports whether a disc shows its last session as closed.
func sessionClosed(d disc.Disc) bool {
	closed, known := d.Closed()
	return known && closed
}
