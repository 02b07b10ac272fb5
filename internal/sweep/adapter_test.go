package sweep

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// This file is all that the sweep knows of the engine's API: it starts jobs and
// translates what they report into an outcome.

// job is what to ask of the engine.
type job struct {
	what    string // burn, writer, close, blank, verify
	sources []pcm.Source
	append  bool
	noClose bool
	multi   bool // close the session so that another may follow
	test    bool // laser off
	reserve bool // RESERVE TRACK for each track
	full    bool // read back every sample; otherwise three seconds of each track
	hurry   chan struct{}
}

// openDrive is what a program does first. It is no point of the sweep.
func openDrive(t scsi.Transport) (*mmc.Drive, error) { return mmc.Open(context.Background(), t) }

// fifoSize keeps a run cheap: the default of 16 MiB costs more than the burn.
const fifoSize = 256 << 10

// listener counts events by the rules for Finished.
type listener struct {
	finished int
	last     bool
}

func (l *listener) on(ev tao.Event) {
	_, l.last = ev.(tao.Finished)
	if l.last {
		l.finished++
	}
}

// start runs a job and returns what the engine says about it.
func (j job) start(ctx context.Context, d *mmc.Drive) outcome {
	var l listener
	o := &tao.Options{
		TestWrite: j.test, Append: j.append, NoClose: j.noClose, MultiSession: j.multi,
		Verify: tao.VerifyQuick, FIFO: fifoSize, ClientName: "sweep", OnEvent: l.on, Hurry: j.hurry,
	}
	if j.full {
		o.Verify = tao.VerifyFull
	}
	if j.reserve {
		o.Reserve = tao.ReserveAlways
	}
	var r tao.Report
	var err error
	switch j.what {
	case "burn":
		r, err = tao.Burn(ctx, d, j.tracks(), o)
	case "writer":
		r, err = j.writer(ctx, d, o)
		if errors.Is(err, errNeverPrepared) {
			l.finished, l.last = 1, true // without Release there is no Finished
		}
	case "close":
		r, err = tao.CloseDisc(ctx, d, o)
	case "blank":
		err = tao.Blank(ctx, d, mmc.BlankMinimal, o)
	case "verify":
		_, err = tao.Verify(ctx, d, j.tracks(), o)
	}
	out := translate(r, err)
	out.finishedOnce = l.finished == 1 && l.last
	if j.what == "blank" || j.what == "verify" {
		out.verdict = verdictOfError(err)
		out.silent = true // these have no report
	}
	return out
}

func (j job) tracks() []tao.Track {
	var list []tao.Track
	for _, src := range j.sources {
		list = append(list, tao.Track{Source: src})
	}
	return list
}

// errNeverPrepared marks a Writer that never got as far as a report.
var errNeverPrepared = errors.New("the Writer was never prepared")

// writer does the job as a program written for IMAPI would.
func (j job) writer(ctx context.Context, d *mmc.Drive, o *tao.Options) (tao.Report, error) {
	w := tao.NewWriter(o)
	if err := w.SetRecorder(d); err != nil {
		return tao.Report{Verdict: tao.VerdictFailed}, fmt.Errorf("%w: %w", errNeverPrepared, err)
	}
	if err := w.Prepare(ctx); err != nil {
		return tao.Report{Verdict: verdictFor(err)}, fmt.Errorf("%w: %w", errNeverPrepared, err)
	}
	var first error
	for _, src := range j.sources {
		if _, err := w.AddAudioTrack(ctx, src); err != nil {
			first = err
			break
		}
	}
	r, err := w.Release(context.WithoutCancel(ctx))
	return r, errors.Join(first, err)
}

func verdictFor(err error) tao.Verdict {
	if errors.Is(err, tao.ErrCancelled) {
		return tao.VerdictCancelled
	}
	return tao.VerdictFailed
}

// verdictOfError is the verdict of the functions that return only an error.
func verdictOfError(err error) verdict {
	switch {
	case err == nil, releaseOnly(err):
		return success
	case errors.Is(err, tao.ErrCancelled):
		return cancelled
	case errors.Is(err, tao.ErrVerify):
		return verifyFailed
	case errors.Is(err, tao.ErrUnconfirmed):
		return unconfirmed
	}
	return failed
}

// releaseOnly reports an error that came after everything was done: the verdict on
// the disc doesn't depend on it.
func releaseOnly(err error) bool {
	var e *tao.Error
	return errors.As(err, &e) && e.Phase == tao.PhaseRelease
}

var verdicts = map[tao.Verdict]verdict{
	tao.VerdictSuccess: success, tao.VerdictFailed: failed, tao.VerdictUnconfirmed: unconfirmed,
	tao.VerdictVerifyFailed: verifyFailed, tao.VerdictCancelled: cancelled, tao.VerdictTestWrite: tested,
}

var states = map[tao.TrackStatus]rowState{
	tao.TrackOK: rowOK, tao.TrackTested: rowTested, tao.TrackNotBegun: rowNotBegun,
}

var stages = map[tao.Phase]stage{
	tao.PhaseCheck: stageBefore, tao.PhasePlan: stageBefore, tao.PhasePrepare: stageBefore,
	tao.PhaseReserve: stageStart, tao.PhaseStart: stageStart, tao.PhaseWrite: stageWrite, tao.PhaseFlush: stageFlush,
	tao.PhaseClose: stageClose, tao.PhaseConfirm: stageConfirm, tao.PhaseVerify: stageVerify, tao.PhaseRead: stageVerify,
	tao.PhaseRelease: stageRelease, tao.PhaseBlank: stageClose,
}

// translate makes an outcome of a report and an error.
func translate(r tao.Report, err error) outcome {
	o := outcome{err: err, verdict: verdicts[r.Verdict], text: telling(r, err)}
	for _, t := range r.Tracks {
		o.rows = append(o.rows, row{number: t.Number, state: states[t.Status], sectors: t.Sectors})
	}
	for _, t := range r.OnDisc {
		o.onDisc = append(o.onDisc, shown{number: t.Number, start: t.Start, sectors: t.Sectors, complete: t.Complete, audio: t.Audio})
	}
	// A report without tracks that is not closed says nothing about the disc; one
	// that claims that nothing was written says a lot.
	o.claimsNothing = slices.Contains(r.NextSteps, "nothing was written to the disc") ||
		slices.Contains(r.NextSteps, "nothing was written: this was a test write")
	o.listed = len(r.OnDisc) > 0
	if o.listed || r.Closed {
		o.closed, o.appendable = known(r.Closed), known(r.Appendable)
	}
	var e *tao.Error
	if errors.As(err, &e) {
		o.stage, o.track, o.lba = stages[e.Phase], e.Track, e.LBA
		o.onWrite = e.Phase == tao.PhaseWrite
	}
	o.releaseOnly = releaseOnly(err)
	o.toldDeferred = strings.Contains(o.text, "deferred")
	o.toldLocked = strings.Contains(o.text, "tray")
	o.hasCategory = err == nil || o.releaseOnly || tao.Category(err) != nil
	return o
}

// telling is every word that reaches a user.
func telling(r tao.Report, err error) string {
	var b strings.Builder
	for _, w := range r.Warnings {
		b.WriteString(w + "\n")
	}
	for _, t := range r.Tracks {
		b.WriteString(strings.Join(t.Notes, "\n") + "\n")
	}
	b.WriteString(strings.Join(r.Verified.Notes, "\n"))
	if err != nil {
		b.WriteString(err.Error())
	}
	return b.String()
}

// Values that the sweep shares with the engine.
type (
	lba     = toc.LBA
	sectors = toc.Sectors
)
