package redbook

import (
	"context"

	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/toc"
)

// join switches ModeAuto to session-at-once if the waveform of the decoded album
// continues from one track to the next, which track-at-once would interrupt. Only those
// places lose their pause: everywhere else it stays two seconds, so nothing depends on a
// guess. Places with sound at both edges but no proof are shown to the user (Plan.Seams).
func (j *job) join(ctx context.Context) error {
	if j.atOnce {
		return nil
	}
	j.seams = j.a.Seams()
	if j.plan.Fallback != nil || !j.opts.choosesAtOnce() || !j.joinProven() {
		return nil
	}
	j.atOnce, j.chosen = true, true
	j.plan.Needs = []Need{needRunsOn}
	return j.survey(ctx)
}

// joinProven marks the tracks that continue the previous one, and reports whether any
// does.
func (j *job) joinProven() (any bool) {
	j.joined = make([]bool, len(j.a.Tracks))
	for _, s := range j.seams {
		j.joined[s.Track-1] = s.Continues
		any = any || s.Continues
	}
	return any
}

// pause returns the silence before track i of a session-at-once burn.
func (j *job) pause(i int) toc.Sectors {
	t := &j.a.Tracks[i]
	switch {
	case i == 0:
		return 0
	case j.opts.Gapless || j.opts.Pause > 0:
		return j.opts.Pause
	case j.joined == nil || j.joined[i] || t.Pregap > 0 || t.Pause > placing.RunOutSectors:
		return t.Pause
	}
	return toc.PregapSectors // as with track-at-once
}

// showSeams completes the plan: where the music continues without a pause, and where it may.
func (j *job) showSeams() {
	p := &j.plan
	p.Joins, p.Seams, p.CanJoin = nil, nil, false
	for _, s := range j.seams {
		if j.atOnce && s.Continues {
			p.Joins = append(p.Joins, s.Track)
		} else {
			p.Seams = append(p.Seams, s.Track)
		}
	}
	p.CanJoin = j.auto && p.Fallback == nil && !j.opts.NoClose
}

// rejoin repeats the join of the interrupted burn for Resume: otherwise the tracks would
// not be those on the disc.
func (j *job) rejoin(opts *Options) {
	if opts == nil || !opts.choosesAtOnce() || len(opts.sessionNeeds()) > 0 || len(needs(j.a)) > 0 {
		return
	}
	if j.seams = j.a.Seams(); !j.joinProven() {
		j.joined = nil
	}
}
