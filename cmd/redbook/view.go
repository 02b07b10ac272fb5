package main

import (
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/toc"
)

// view shows the events of the engine: as JSON lines, as a line that is rewritten
// on a terminal, or as plain lines, one per phase and one per 10 %.
type view struct {
	a      *app
	d      *device
	m      *material // nil if nothing is burned
	phase  burn.Phase
	track  int
	tenths int // of the work, already said
}

// newView is the view of one command.
func newView(a *app, d *device, m *material) *view {
	return &view{a: a, d: d, m: m}
}

// event is Options.OnEvent.
func (v *view) event(e burn.Event) {
	if v.a.hooks.event != nil {
		v.a.hooks.event(v.a.stop, e)
	}
	if p, ok := phaseOf(e); ok && (p.phase != v.phase || p.track != v.track) {
		v.phase, v.track = p.phase, p.track
		v.newPhase(p)
	}
	if v.a.events != nil {
		v.send(e)
		return
	}
	switch e := e.(type) {
	case burn.Checking:
		v.live(fmt.Sprintf("Checking file %d of %d  %s", e.Track, e.Tracks, bar(share(e.Done, e.Total))))
	case burn.Progress:
		v.progress(e)
	case burn.TrackStarted:
		v.line("Writing track %d: %s, %v", e.Track, baseName(e.Name), e.Sectors)
	case burn.Noted:
		v.a.warn("%s", noteText(e.Note))
	case burn.Finished:
		if e.Err == nil {
			v.percent(1)
		}
	}
}

// phaseStep is a phase as it is announced.
type phaseStep struct {
	phase burn.Phase
	track int
}

// phaseOf is the phase that an event belongs to.
func phaseOf(e burn.Event) (phaseStep, bool) {
	switch e := e.(type) {
	case burn.Checking:
		return phaseStep{phase: burn.PhaseCheck}, true
	case burn.Progress:
		if e.Phase == burn.PhaseVerify {
			return phaseStep{phase: e.Phase}, true // a few seconds of each track: no phase of its own
		}
		return phaseStep{e.Phase, e.Track}, true
	}
	return phaseStep{}, false
}

// newPhase announces a phase.
func (v *view) newPhase(p phaseStep) {
	if v.a.events != nil {
		return
	}
	switch p.phase {
	case burn.PhaseStart, burn.PhaseWrite: // TrackStarted says it, with a name
	default:
		v.line("%s", phaseText(p))
	}
}

// phaseText says what is being done.
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

// progress shows how far it has come.
func (v *view) progress(e burn.Progress) {
	if v.a.screen.live {
		v.live(progressText(e))
		return
	}
	v.percent(e.Done)
}

// percent prints a plain line for every 10 % that are done: of all the work, since
// that is what somebody waits for who reads a log.
func (v *view) percent(done float64) {
	if tenths := int(done*10 + 1e-9); tenths > v.tenths {
		v.tenths = tenths
		v.line("%s: %d %% done", shortPhase(phaseStep{v.phase, v.track}), tenths*10)
	}
}

// shortPhase is phaseText without what is said already when the phase begins.
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

// progressText is the line on a terminal.
func progressText(e burn.Progress) string {
	text := phaseText(phaseStep{e.Phase, e.Track})
	if e.Phase == burn.PhaseWrite && e.Tracks > 0 {
		text += fmt.Sprintf(" of %d", e.Tracks)
	}
	text += "  " + bar(e.Done)
	if e.Phase == burn.PhaseWrite && e.SectorCount > 0 {
		at := toc.Sectors(e.LastWritten + 1 - e.StartLBA)
		text += fmt.Sprintf("  %v of %v", max(at, 0), e.SectorCount)
		if e.Speed.Known() {
			text += fmt.Sprintf(", %v", e.Speed)
		}
		if e.BufferTotal > 0 {
			text += fmt.Sprintf(", buffer %d %%", e.BufferUsed*100/e.BufferTotal)
		}
	}
	if e.Remaining > 0 {
		text += ", " + clock(e.Remaining) + " left"
	}
	return text
}

// line prints a plain line that stays; on a terminal the live line shows it all.
func (v *view) line(format string, args ...any) {
	if !v.a.screen.live {
		v.a.note(format, args...)
	}
}

// live shows text in the line that is rewritten on a terminal.
func (v *view) live(text string) {
	if !v.a.flags.quiet {
		v.a.console.live(text)
	}
}

// bar draws a share between 0 and 1, in ASCII.
func bar(done float64) string {
	const width = 20
	full := int(min(max(done, 0), 1)*width + 1e-9)
	cells := make([]byte, width)
	for i := range cells {
		cells[i] = '.'
		if i < full {
			cells[i] = '#'
		}
	}
	return fmt.Sprintf("[%s] %3.0f %%", cells, min(max(done, 0), 1)*100)
}

// share is a part of a whole that may be nothing.
func share(part, whole int64) float64 {
	if whole <= 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// clock shows a duration as minutes and seconds.
func clock(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
