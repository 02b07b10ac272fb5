package burn

import (
	"slices"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// watch starts guarding the disc: from now on a report of another disc is checked.
func (j *Job) watch() { j.guard, j.guarded = j.seen.Now(), true }

// SameDisc returns an error that matches ErrDiscChanged if the drive has reported another
// disc (6/28) and the disc in it is not that of this job. It is called before a command
// that changes the disc is sent again.
func (j *Job) SameDisc() error { return j.sameDisc() }

// sameDisc checks what the drive has reported since the last look. "The medium may have
// changed" (6/28) alone proves nothing: some drives report it for the disc that they have
// just written. The contents of the disc decide. If nothing on it distinguishes it from
// another blank one, the report counts.
func (j *Job) sameDisc() error {
	change, changed := j.seen.Changed(j.guard)
	if !j.guarded || !changed && !j.strayed {
		return nil
	}
	j.guard = j.seen.Now()
	now, err := disc.Look(j.calm, j.Drive, &disc.LookOptions{OnWait: j.m.tick})
	if err != nil {
		return join(err, ErrDriveLost)
	}
	j.guard = j.seen.Now()
	if j.strayed = !j.recognize(now); j.strayed {
		j.foreign = j.stranger(now)
		return wrongf(ErrDiscChanged, "%w (%s)", ErrDiscChanged, change.Triple())
	}
	j.Note(Note{Kind: NoteAttention, Cause: Cause{wrongf(ErrDiscChanged, "the drive reports another disc (%s)", change.Triple())}})
	return nil
}

// stillThere is sameDisc before a WRITE is sent again. Many drives show nothing of a
// stream that has begun, so only a disc that is certainly another one counts.
func (j *Job) stillThere() error {
	change, changed := j.seen.Changed(j.guard)
	if !j.guarded || !changed || j.method == nil || !j.method.Continuous() {
		return j.sameDisc()
	}
	j.guard = j.seen.Now()
	now, err := disc.Look(j.calm, j.Drive, &disc.LookOptions{OnWait: j.m.tick})
	if err != nil {
		return join(err, ErrDriveLost)
	}
	j.guard = j.seen.Now()
	if j.foreign = j.stranger(now); j.foreign {
		return wrongf(ErrDiscChanged, "%w (%s)", ErrDiscChanged, change.Triple())
	}
	return nil
}

// recognize reports whether a disc is the one of this job.
func (j *Job) recognize(now disc.Disc) bool {
	if j.otherKind(now) {
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
		if off := got.Sectors - t.body(); got.State == disc.TrackComplete && got.Sectors > 0 && (off > toc.PauseSectors || off < -toc.PauseSectors) {
			return false // different length, even allowing for run-out and pregap
		}
		known = true
	}
	return known
}

// stranger reports whether a disc is certainly not that of this job: it is of another
// type, lacks a track that was there, is blank although something was written to it, or
// has a track that this job didn't write. A disc that isn't recognized need not be a
// stranger: many drives show nothing of a track or session that was cut off.
func (j *Job) stranger(now disc.Disc) bool {
	if j.otherKind(now) {
		return true
	}
	for _, want := range j.Before.Tracks {
		if got, ok := now.Track(want.Number); !ok || got.Start != want.Start {
			return now.Status.Known()
		}
	}
	if j.Options.TestWrite {
		return !j.rehearsal(now)
	}
	sent := toc.Sectors(0)
	for _, t := range j.Tasks {
		sent += t.Sent
	}
	for _, t := range j.List {
		if t.Reserved {
			sent += reservedAtLeast
		}
	}
	if sent > 0 && now.Status.Known() && now.Status.Value == mmc.DiscEmpty {
		return true
	}
	return slices.ContainsFunc(now.Tracks, func(shown disc.Track) bool { return !j.owns(shown) })
}

// reservedAtLeast is the length of a reservation for stranger: it is on the disc, with
// nothing written to it.
const reservedAtLeast = 1

// owns reports whether a track was there before or may have been written by this job.
func (j *Job) owns(shown disc.Track) bool {
	if _, there := j.Before.Track(shown.Number); there {
		return true
	}
	if j.method != nil && j.method.Continuous() && len(j.Tasks) > 0 && shown.State != disc.TrackComplete {
		return true // an incomplete stream may be shown as one track
	}
	return slices.ContainsFunc(j.Tasks, func(t *Task) bool {
		return t.Number == shown.Number && (shown.Start == t.index1() || shown.Start == t.Start || shown.Shown.Start == t.index1() ||
			shown.Origin == disc.Unknown)
	}) || shown.Origin == disc.Unknown
}

// rehearsal reports whether a disc that was blank before a test write still looks the
// same: blank, or, on drives that show a test write like a real one until it is over,
// with only the tracks of the job.
func (j *Job) rehearsal(now disc.Disc) bool {
	for _, shown := range now.Tracks {
		if !slices.ContainsFunc(j.Tasks, func(t *Task) bool { return t.Number == shown.Number && t.Start == shown.Start }) {
			return false
		}
	}
	return len(now.Tracks) > 0 || now.Status.Value == j.Before.Status.Value
}

// otherKind reports whether a disc is of another kind than that of this job.
func (j *Job) otherKind(now disc.Disc) bool {
	a, b := now.ATIP, j.Before.ATIP
	return now.Media.Known() && j.Before.Media.Known() && now.Media.Value != j.Before.Media.Value ||
		a.Known() && b.Known() && !sameGroove(a.Value, b.Value)
}

// sameGroove reports whether two ATIPs are of the same kind of disc.
func sameGroove(a, b mmc.ATIP) bool { return a.LeadIn == b.LeadIn && a.LastLeadOut == b.LastLeadOut }
