package sweep

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// Only this file uses the engine's API: it starts jobs and translates their reports into an
// outcome.

// job is a request to the engine.
type job struct {
	what    string // burn, writer, close, blank, verify
	sources []pcm.Source
	append  bool
	noClose bool
	multi   bool   // close the session so that another may follow
	test    bool   // laser off
	reserve bool   // RESERVE TRACK for each track
	atOnce  bool   // session-at-once
	text    []byte // packs of CD-TEXT
	full    bool   // read back every sample; otherwise three seconds of each track
	hurry   chan struct{}
}

// openDrive is a program's first step. It is not a point of the sweep.
func openDrive(t scsi.Transport) (*mmc.Drive, error) { return mmc.Open(context.Background(), t) }

// fifoSize keeps a run cheap: the default of 16 MiB takes longer than the burn.
const fifoSize = 256 << 10

// listener counts events by the rules for Finished.
type listener struct {
	finished int
	last     bool
}

func (l *listener) on(ev burn.Event) {
	_, l.last = ev.(burn.Finished)
	if l.last {
		l.finished++
	}
}

// start runs a job and returns the engine's report of it.
func (j job) start(ctx context.Context, d *mmc.Drive) outcome {
	var l listener
	o := &burn.Options{
		TestWrite: j.test, Append: j.append, NoClose: j.noClose, MultiSession: j.multi,
		Verify: disc.VerifyQuick, FIFO: fifoSize, ClientName: "sweep", OnEvent: l.on, Hurry: j.hurry,
	}
	if j.full {
		o.Verify = disc.VerifyFull
	}
	if j.reserve {
		o.Reserve = burn.ReserveAlways
	}
	var r burn.Report
	var err error
	switch j.what {
	case "burn":
		if j.atOnce {
			r, err = sao.Burn(ctx, d, j.tracks(), o, sao.Text{Packs: j.text})
			break
		}
		r, err = tao.Burn(ctx, d, j.tracks(), o)
	case "writer":
		r, err = j.writer(ctx, d, o)
		if errors.Is(err, errNeverPrepared) {
			l.finished, l.last = 1, true // without Release there is no Finished
		}
	case "close":
		r, err = tao.CloseDisc(ctx, d, &burn.CloseOptions{MultiSession: j.multi, ClientName: "sweep", OnEvent: l.on, Hurry: j.hurry})
	case "blank":
		r, err = tao.Blank(ctx, d, &burn.BlankOptions{Type: mmc.BlankMinimal, ClientName: "sweep", OnEvent: l.on, Hurry: j.hurry})
	case "verify":
		r, err = tao.Verify(ctx, d, j.tracks(), &burn.VerifyOptions{Level: o.Verify, ClientName: "sweep", OnEvent: l.on, Hurry: j.hurry})
	}
	out := translate(r, err)
	out.finishedOnce = l.finished == 1 && l.last
	return out
}

func (j job) tracks() []burn.Track {
	var list []burn.Track
	for _, src := range j.sources {
		list = append(list, burn.Track{Source: src})
	}
	return list
}

// errNeverPrepared marks a Writer that never returned a report.
var errNeverPrepared = errors.New("the Writer was never prepared")

// writer runs the job like a program written for IMAPI.
func (j job) writer(ctx context.Context, d *mmc.Drive, o *burn.Options) (burn.Report, error) {
	w := tao.NewWriter(o)
	if err := w.SetRecorder(ctx, d); err != nil {
		return burn.Report{Verdict: burn.VerdictFailed}, fmt.Errorf("%w: %w", errNeverPrepared, err)
	}
	if err := w.Prepare(ctx); err != nil {
		return burn.Report{Verdict: verdictFor(err)}, fmt.Errorf("%w: %w", errNeverPrepared, err)
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

func verdictFor(err error) burn.Verdict {
	if errors.Is(err, burn.ErrCanceled) {
		return burn.VerdictCanceled
	}
	return burn.VerdictFailed
}

// releaseOnly reports an error that came after everything was done: the verdict on the disc
// doesn't depend on it.
func releaseOnly(err error) bool {
	var e *burn.Error
	return errors.As(err, &e) && e.Phase == burn.PhaseRelease
}

var verdicts = map[burn.Verdict]verdict{
	burn.VerdictSuccess: success, burn.VerdictFailed: failed, burn.VerdictUnconfirmed: unconfirmed,
	burn.VerdictVerifyFailed: verifyFailed, burn.VerdictCanceled: canceled, burn.VerdictTestWrite: tested,
}

var states = map[burn.TrackStatus]rowState{
	burn.TrackOK: rowOK, burn.TrackTested: rowTested, burn.TrackNotBegun: rowNotBegun,
}

var stages = map[burn.Phase]stage{
	burn.PhaseCheck: stageBefore, burn.PhasePlan: stageBefore, burn.PhasePrepare: stageBefore,
	burn.PhaseReserve: stageStart, burn.PhaseStart: stageStart, burn.PhaseWrite: stageWrite, burn.PhaseFlush: stageFlush,
	burn.PhaseClose: stageClose, burn.PhaseConfirm: stageConfirm, burn.PhaseVerify: stageVerify, burn.PhaseRead: stageVerify,
	burn.PhaseRelease: stageRelease, burn.PhaseBlank: stageClose,
}

// translate makes an outcome of a report and an error.
func translate(r burn.Report, err error) outcome {
	o := outcome{err: err, verdict: verdicts[r.Verdict], text: telling(r, err)}
	for _, t := range r.Tracks {
		o.rows = append(o.rows, row{number: t.Number, state: states[t.Status], sectors: t.Sectors, atMost: t.AtMost})
	}
	for _, t := range r.OnDisc {
		o.onDisc = append(o.onDisc, shown{number: t.Number, start: t.Start, sectors: t.Sectors, state: unknownOr(t.Complete), audio: t.Audio})
	}
	// Facts that a look could not find out are unknown, and the report says so.
	after := r.After
	o.claimsNothing = after.Status.Known() && after.Status.Value == mmc.DiscEmpty
	o.listed = after.Status.Known() || len(r.OnDisc) > 0
	o.busy = errors.Is(after.NotReady, mmc.ErrNotReady)
	o.closed, o.appendable = unknownOr(r.Closed), unknownOr(r.Appendable)
	var e *burn.Error
	if errors.As(err, &e) {
		o.stage, o.track, o.lba = stages[e.Phase], e.Track, e.LBA
		o.onWrite = e.Phase == burn.PhaseWrite
	}
	for _, n := range r.Notes {
		switch n.Kind {
		case notekind.TextDropped, notekind.TextUnseen, notekind.TextDiffers:
			o.toldText = true
		}
	}
	o.releaseOnly = releaseOnly(err)
	o.toldDeferred = strings.Contains(o.text, "deferred")
	o.toldLocked = strings.Contains(o.text, "tray")
	o.hasCategory = err == nil || o.releaseOnly || burn.Category(err) != nil
	return o
}

// unknownOr is a statement that the engine may omit.
func unknownOr(b *bool) tri {
	if b == nil {
		return unknown
	}
	return known(*b)
}

// telling is every text that reaches a user.
func telling(r burn.Report, err error) string {
	var b strings.Builder
	for _, n := range r.Notes {
		b.WriteString(n.String() + "\n")
	}
	for _, t := range r.Tracks {
		for _, n := range t.Notes {
			b.WriteString(n.String() + "\n")
		}
	}
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
