package burn

import (
	"slices"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
)

// watch begins to guard the disc: from now on a report of another one is looked into.
func (j *Job) watch() { j.guard, j.guarded = j.seen.Now(), true }

// SameDisc is an error that matches ErrDiscChanged if the drive has reported another disc
// (6/28) and the one in it now is not that of this job. It is asked for before a command
// that changes the disc is sent again.
func (j *Job) SameDisc() error { return j.sameDisc() }

// sameDisc looks into what the drive has reported since the disc was looked at last.
// "The medium may have changed" (6/28) is not taken at its word: some drives say so
// of the disc that they have just written. What is on the disc decides; where nothing
// is on it that tells it from another blank one, the report counts.
func (j *Job) sameDisc() error {
	change, changed := j.seen.Changed(j.guard)
	if !j.guarded || !changed {
		return nil
	}
	j.guard = j.seen.Now()
	now, err := disc.Look(j.calm, j.Drive, &disc.LookOptions{OnWait: j.m.tick})
	if err != nil {
		return join(err, ErrDriveLost)
	}
	j.guard = j.seen.Now()
	if !j.recognize(now) {
		j.foreign = true
		return wrongf(ErrDiscChanged, "%w (%s)", ErrDiscChanged, change.Triple())
	}
	j.Note(Note{Kind: NoteAttention, Cause: Cause{wrongf(ErrDiscChanged, "the drive reports another disc (%s)", change.Triple())}})
	return nil
}

// recognize reports whether a disc is the one of this job.
func (j *Job) recognize(now disc.Disc) bool {
	if now.Media.Known() && j.Before.Media.Known() && now.Media.Value != j.Before.Media.Value {
		return false
	}
	if a, b := now.ATIP, j.Before.ATIP; a.Known() && b.Known() && !sameGroove(a.Value, b.Value) {
		return false
	}
	for _, want := range j.Before.Tracks {
		got, ok := now.Track(want.Number)
		if !ok || got.Start != want.Start {
			return false
		}
	}
	known := len(j.Before.Tracks) > 0
	if j.Options.TestWrite {
		return known || j.laser != laserOff && j.rehearsal(now)
	}
	for _, t := range j.Tasks {
		if t.Sent == 0 {
			continue
		}
		got, ok := now.Track(t.Number)
		if !ok || got.Start != t.index1() && got.Shown.Start != t.index1() {
			return false
		}
		known = true
	}
	return known
}

// rehearsal reports whether a disc that was blank before a test write looks like the
// same one now: still blank, or, on drives that show a test write like a real one until
// it is over, with no other tracks than those of the job.
func (j *Job) rehearsal(now disc.Disc) bool {
	for _, shown := range now.Tracks {
		if !slices.ContainsFunc(j.Tasks, func(t *Task) bool { return t.Number == shown.Number && t.Start == shown.Start }) {
			return false
		}
	}
	return len(now.Tracks) > 0 || now.Status.Value == j.Before.Status.Value
}

// sameGroove reports whether two ATIPs are of the same kind of disc.
func sameGroove(a, b mmc.ATIP) bool { return a.LeadIn == b.LeadIn && a.LastLeadOut == b.LastLeadOut }
