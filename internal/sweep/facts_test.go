package sweep

import (
	"bytes"
	"fmt"
	"reflect"

	"github.com/redbook-audio/redbook/sim"
)

// facts follow from a run and its disc; the truths are based on them.
type facts struct {
	fresh    []sim.Track // tracks of this job with at least one sector recorded
	wrong    string      // where the audio differs from the sources, in complete tracks
	perfect  bool        // the disc is exactly as requested
	changed  bool        // the disc has changed
	answers  bool        // the drive still reports its disc
	lying    bool        // the drive reports something false about its disc, repeatedly
	violated []violation
}

type violation struct{ class, what string }

// violate determines the facts and checks the report against every truth.
func (r *result) violate(disc *sim.Disc) {
	n0 := len(r.before.tracks)
	for i := n0; i < len(r.later.tracks); i++ {
		if r.later.tracks[i].Recorded > 0 {
			r.fresh = append(r.fresh, r.later.tracks[i])
		}
	}
	r.wrong = r.compare(disc)
	r.changed = !sameState(r.before, r.now) || !sameState(r.before, r.later)
	r.perfect = r.asAsked()
	r.answers, r.lying = r.asking()
	for _, t := range truths {
		if what := t.broken(r); what != "" {
			r.violated = append(r.violated, violation{t.class, what})
		}
	}
}

// compare compares the audio of complete tracks with the sources.
func (r *result) compare(disc *sim.Disc) string {
	if !r.burns() {
		return ""
	}
	if r.p.sc.job.atOnce {
		if what := r.gap(disc); what != "" {
			return what
		}
	}
	for i, t := range r.fresh {
		if t.State != "complete" || i >= len(r.p.sc.job.sources) {
			continue
		}
		want := padded(r.p.sc.job.sources[i])
		if int(t.Recorded)*sectorSize != len(want) {
			return fmt.Sprintf("track %d has %d sectors, not %d", t.Number, t.Recorded, len(want)/sectorSize)
		}
		var got [16 * sectorSize]byte
		for at := 0; at < len(want); at += len(got) {
			part := got[:min(len(got), len(want)-at)]
			if err := disc.ReadSectors(t.Start+lba(at/sectorSize), part); err != nil {
				return fmt.Sprintf("track %d: %v", t.Number, err)
			}
			if !bytes.Equal(part, want[at:at+len(part)]) {
				return fmt.Sprintf("track %d has other audio from sector %d on", t.Number, at/sectorSize)
			}
		}
	}
	return ""
}

// asAsked reports whether the disc, once everything has settled, is exactly the requested
// result of the job.
func (r *result) asAsked() bool {
	j, s := r.p.sc.job, r.later
	switch j.what {
	case "blank":
		return s.Blank
	case "close":
		return s.Finalized && s.OpenTracks == 0 && len(s.tracks) == len(r.before.tracks)
	case "verify":
		return !r.p.sc.wrong
	}
	if j.test {
		return !r.changed
	}
	if len(r.fresh) != len(j.sources) || r.wrong != "" || s.OpenTracks > 0 || len(s.tracks) != len(r.before.tracks)+len(r.fresh) {
		return false
	}
	switch {
	case j.noClose:
		return len(s.sessions) == len(r.before.sessions)
	case j.multi:
		return len(s.sessions) == len(r.before.sessions)+1 && !s.Finalized
	}
	return s.Finalized
}

// sameState compares discs; calibrations are ignored, because they leave no track.
func sameState(a, b state) bool {
	if a.Lost != b.Lost || len(a.tracks) != len(b.tracks) || len(a.sessions) != len(b.sessions) {
		return false
	}
	for i := range a.tracks {
		if !reflect.DeepEqual(a.tracks[i], b.tracks[i]) {
			return false
		}
	}
	return true
}

// asking determines whether the drive still answers questions about its disc at the end of
// the job, and whether its answer is false every time.
func (r *result) asking() (answers, lying bool) {
	answers = true
	if r.hit(func(f *fault) bool { return f.kind.accident }) {
		answers = !r.strange() && !r.in.drive.TrayOpen() && r.in.drive.Disc() != nil
		lying = r.strange()
	}
	for i := range r.p.faults {
		f := &r.p.faults[i]
		if f.mode == once || f.kind.harmless || !r.in.hit[i] {
			continue
		}
		looks := f.mode == everything || f.op == opDiscInfo || f.op == opTrackInfo
		lies := f.kind.lie || f.kind.garbage
		if looks {
			answers = false
		}
		if lies && (looks || f.op == opReadTOC) {
			lying = true
		}
	}
	return answers, lying || forgetful[r.p.drive]
}

// forgetful are the drives that continue to report an old state of the disc, or a state
// that never existed.
var forgetful = map[string]bool{"stale-toc": true, "stale-info": true, "stale-toc-no-load": true, "liar": true}

// hit reports whether a fault that matches has happened.
func (r *result) hit(match func(f *fault) bool) bool {
	for i := range r.p.faults {
		if r.in.hit[i] && match(&r.p.faults[i]) {
			return true
		}
	}
	return false
}

// burns reports whether the job records tracks and reports on them.
func (r *result) burns() bool {
	return r.p.sc.burns()
}

// closed reports whether the last session has lead-in and lead-out.
func (s state) closed() bool {
	n := len(s.tracks)
	return n > 0 && !s.Lost && s.tracks[n-1].Session <= len(s.sessions)
}

// track returns a track by its number.
func (s state) track(n int) (sim.Track, bool) {
	if n < 1 || n > len(s.tracks) {
		return sim.Track{}, false
	}
	return s.tracks[n-1], true
}
