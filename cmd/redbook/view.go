package main

import (
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cmd/redbook/internal/line"
	"github.com/redbook-audio/redbook/internal/notekind"
)

// view shows the events of the engine: as JSON lines, as a rewritten line on a terminal,
// or as plain lines, one per phase and one per 10 %.
type view struct {
	w      *work
	d      *device
	m      *material // nil if nothing is burned
	phase  burn.Phase
	track  int
	tenths int // percent of the whole job, already printed
}

// newView is the view of one command.
func newView(w *work, d *device, m *material) *view {
	return &view{w: w, d: d, m: m}
}

// event is Options.OnEvent.
func (v *view) event(e burn.Event) {
	if v.w.hooks.event != nil {
		v.w.hooks.event(v.w.stop, e)
	}
	if p, ok := phaseOf(e); ok && (p.phase != v.phase || p.track != v.track) {
		v.phase, v.track = p.phase, p.track
		v.newPhase(p)
	}
	if v.w.data.events != nil {
		v.send(e)
		return
	}
	switch e := e.(type) {
	case burn.Checking:
		v.fit(line.Text(3, fmt.Sprintf("Checking file %d of %d", e.Track, e.Tracks), "Checking files", "Checking"),
			barPart(share(e.Done, e.Total)), percentPart(share(e.Done, e.Total)))
	case burn.Progress:
		v.progress(e)
	case burn.TrackStarted:
		name := ": " + baseName(e.Name)
		if e.Name == fmt.Sprintf("track %d", e.Track) {
			name = "" // a copy
		}
		v.line("Writing track %d%s, %v", e.Track, name, e.Length)
	case burn.Noted:
		if !v.announced(e.Note) && !v.refusedForm(e.Note) {
			v.w.talk.warnNote(e.Note)
		}
	case burn.Finished:
		if e.Err == nil {
			v.percent(1)
		}
	}
}

// announced reports whether the plan already contains a note: that the disc is written at
// another speed than the requested one. With -q no plan is shown.
func (v *view) announced(n burn.Note) bool {
	return n.Kind == notekind.SpeedDiffers && !v.w.flags.quiet && v.m != nil && v.m.plan != nil &&
		int(n.Got) == int(v.m.plan.Speed.SectorsPerSecond())
}

// refusedForm reports whether a note is about one form of the cue sheet. Without -v only
// the consequence is printed, after all forms were tried.
func (v *view) refusedForm(n burn.Note) bool {
	return n.Kind == notekind.SheetRefused && v.w.flags.verbose == 0
}

// phaseStep is a phase as it is announced.
type phaseStep struct {
	phase burn.Phase
	track int
}

// phaseOf returns the phase of an event.
func phaseOf(e burn.Event) (phaseStep, bool) {
	switch e := e.(type) {
	case burn.Checking:
		return phaseStep{phase: burn.PhaseCheck}, true
	case burn.Progress:
		if e.Phase == burn.PhaseVerify {
			return phaseStep{phase: e.Phase}, true // a few seconds of each track, without a phase of its own
		}
		return phaseStep{e.Phase, e.Track}, true
	}
	return phaseStep{}, false
}

// newPhase announces a phase.
func (v *view) newPhase(p phaseStep) {
	if v.w.data.events != nil {
		return
	}
	switch p.phase {
	case burn.PhaseStart, burn.PhaseWrite: // TrackStarted prints it, with a name
	default:
		v.line("%s", phaseText(p))
	}
}

// phaseText describes a phase.
func phaseText(p phaseStep) string {
	switch p.phase {
	case burn.PhaseCheck:
		return "Checking every file"
	case burn.PhasePlan:
		return "Checking drive and disc"
	case burn.PhasePrepare:
		return "Preparing the drive"
	case burn.PhaseReserve:
		return fmt.Sprintf("Reserving track %d", p.track)
	case burn.PhaseStart:
		return fmt.Sprintf("Starting track %d", p.track)
	case burn.PhaseWrite:
		return fmt.Sprintf("Writing track %d", p.track)
	case burn.PhaseFlush:
		if p.track == 0 {
			return "Finishing the unfinished tracks"
		}
		return fmt.Sprintf("Finishing track %d", p.track)
	case burn.PhaseClose:
		return "Closing the session (lead-in, lead-out)"
	case burn.PhaseConfirm:
		return "Checking what is on the disc"
	case burn.PhaseVerify:
		if p.track > 0 {
			return fmt.Sprintf("Reading back track %d", p.track)
		}
		return "Reading back"
	case burn.PhaseRelease:
		return "Releasing the drive"
	case burn.PhaseBlank:
		return "Blanking the disc"
	case burn.PhaseRead:
		return fmt.Sprintf("Reading track %d", p.track)
	}
	return string(p.phase)
}

// progress shows the progress.
func (v *view) progress(e burn.Progress) {
	if v.w.talk.screen.live {
		v.fit(progressParts(e)...)
		if !v.w.flags.quiet && v.w.talk.row == 0 {
			v.w.talk.console.entitle(titleText(e))
		}
		return
	}
	v.percent(e.Done)
}

// percent prints a plain line for every 10 % of the whole job.
func (v *view) percent(done float64) {
	if tenths := int(done*10 + 1e-9); tenths > v.tenths {
		v.tenths = tenths
		v.line("%s: %d %% done", shortPhase(phaseStep{v.phase, v.track}), tenths*10)
	}
}

// shortPhase is phaseText without what was already printed when the phase began.
func shortPhase(p phaseStep) string {
	switch p.phase {
	case burn.PhaseClose:
		return "Closing"
	case burn.PhaseConfirm:
		return "Checking"
	case burn.PhaseBlank:
		return "Blanking"
	}
	return phaseText(p)
}

// line prints a plain line that stays; on a terminal the live line contains everything.
func (v *view) line(format string, args ...any) {
	if !v.w.talk.screen.live {
		v.w.talk.note(format, args...)
	}
}

// fit shows parts in the rewritten line of a terminal.
func (v *view) fit(parts ...line.Part) { v.w.talk.fit(parts...) }

// share is a fraction; 0 if the whole is 0.
func share(part, whole int64) float64 {
	if whole <= 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// clock formats a duration as minutes and seconds.
func clock(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
