package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// Method is a recording mode: track-at-once or session-at-once. It supplies the
// commands that begin and end a track and a session; everything else is shared.
//
// Begin and End may return an *Error; any other error gets its phase from the Job.
type Method interface {
	// Abilities returns what the drive can do in this mode, with any disc. The error
	// matches burn.ErrRecorderNotSupported if the drive doesn't support it at all.
	Abilities(ctx context.Context, d *mmc.Drive) (Abilities, error)
	// Parameters returns mode page 05h for a track, or, for the zero toc.TrackInfo, for the
	// time between tracks and for closing.
	Parameters(j *Job, t toc.TrackInfo) command.WriteParameters
	// Continuous reports whether all tracks are one stream: nothing else may be sent
	// between them, and the session ends with the last track.
	Continuous() bool
	// Place sets the addresses of the tracks of a plan and checks that they fit.
	// burn.Plan.Tracks already has the lengths. The error matches burn.ErrDoesNotFit or reports what
	// can't be recorded in this mode.
	Place(p *burn.Plan, tracks []burn.Track, o *burn.Options) error
	// Begin does everything between the previous track and the first WRITE of t, and sets
	// t.Number and t.Start. After an error nothing of t was written, although t may be
	// reserved.
	Begin(ctx context.Context, j *Job, t *Task) error
	// End ends t in any case, inspects it and sets t.Shown. cause is the error that ended
	// writing early, or nil. An error means that t isn't recorded as it should be.
	End(j *Job, t *Task, cause error) error
	// Close writes lead-in and lead-out. Its error is what the drive reported; the state of
	// the disc afterwards decides. An error that matches burn.ErrNotClosed means that no command
	// that could have closed the session was sent.
	Close(j *Job) error
}

// Abilities describe what a drive can do in one recording mode.
type Abilities struct {
	BUF       bool // buffer underrun free recording
	TestWrite bool
	CDRW      bool

	// For session-at-once.
	Text       bool // the drive records CD-TEXT
	SheetLimit int  // maximum size of a cue sheet in bytes; 0: the drive reports no limit
}

// Job is one use of a drive, from taking it to releasing it, in every recording mode. Only
// the goroutine that sends commands uses it.
type Job struct {
	recording
	List []*Task // all tracks of this recording, in order

	hold  *hold
	seen  *witness
	rep   *burn.Report
	began time.Time

	guard          mark              // state of the witness at the last look at the disc
	guarded        bool              // the disc must stay the same
	changeReported bool              // the drive has reported another disc, which isn't disproved
	otherDisc      bool              // another disc is certainly in the drive
	others         []inspect.Written // tracks of the album that an earlier burn wrote, and that were compared
	armed          mark              // when the first WRITE was sent
	laser          laserState        // what may be on the disc
	set            settings          // what the WRITEs of the current track need
	writing        writeLoop         // the WRITE loop
	fifo           *fifo
	parameters     unit.ParametersPage
}

// laserState records what the burn may have changed on the disc.
type laserState uint8

const (
	laserOff    laserState = iota // nothing that changes the disc was sent
	laserOn                       // something may be on the disc
	laserClosed                   // CLOSE SESSION or an equivalent was sent
)

// newJob makes a Job and sends no command. method may be nil for a job that writes no tracks.
func newJob(ctx context.Context, d *mmc.Drive, o *burn.Options, method Method) *Job {
	seen, m := newWitness(d.Transport()), newMeter(o.OnEvent, d.Clock())
	d = d.Over(&pulse{seen, d.Clock(), m})
	line := newLine(ctx, d, m, o.Hurry)
	j := &Job{
		recording: recording{line: line, Drive: d, Options: o, method: method}, seen: seen, began: line.Now(),
		rep: &burn.Report{
			Version: burn.ReportVersion, Drive: d.Inquiry().String(), MCN: o.MCN, TestWrite: o.TestWrite,
			SpeedAsked: o.Speed, DriveMin: -1,
			Verified: disc.Verification{Asked: o.Verify, Result: disc.VerifyNotDone},
		},
	}
	j.hold = &hold{drive: d, seen: seen, line: line, o: o, note: j.Note, pick: atMost}
	m.releaseDrive = func() { _ = j.hold.release(j.calm) }
	j.writing.j, j.writing.chunk = j, chunkSectors(d.Transport().Limits())
	return j
}

// chunkSectors returns the length of one WRITE: the limit of the transport, at most 64 KiB.
func chunkSectors(l scsi.Limits) int {
	if l.MaxTransfer <= 0 {
		return safeSectors
	}
	return max(1, min(l.MaxTransfer/toc.SectorSize, safeSectors))
}

// Note adds a note to the row of its track, or to the report if it has none, and sends it
// as an event.
func (j *Job) Note(n burn.Note) {
	j.rep.Notes = append(j.rep.Notes, n)
	j.m.send(burn.Noted{Note: n})
}

// TrackNote adds a note to the row of a track.
func (j *Job) TrackNote(t *Task, n burn.Note) {
	r := &j.rep.Tracks[t.row]
	n.Track, n.Name = t.Number, t.Source.Name()
	r.Notes = append(r.Notes, n)
}

// Row returns the row of a track in the report.
func (j *Job) Row(t *Task) *burn.TrackReport { return &j.rep.Tracks[t.row] }

// Phase enters a phase and reports it.
func (j *Job) Phase(p burn.Phase) { j.m.phase(p, actionOf(p), 0) }

// Touch records that something may be on the disc from now on.
func (j *Job) Touch() {
	if j.laser == laserOff {
		j.laser, j.armed = laserOn, j.seen.Now()
	}
}

// Send sends a command of a step and applies the policy. nil means that it was carried out;
// an error is the drive's last reply, and the state of the disc may have to decide.
func (j *Job) Send(step Step, do func(ctx context.Context, immed bool) error) error {
	idle := func() error {
		if err := j.Idle(patience); err != nil || step == StepFlush || step == StepCueSheet {
			return err
		}
		return j.SameDisc() // the wait has consumed the drive's unit attentions
	}
	if step == StepSet {
		idle = nil
	}
	tries := sendTries
	if j.silent {
		tries = 1
	}
	err := j.send(j.calm, step, tries, do, idle)
	if ClassOf(err) == ClassUnanswered || err == nil {
		j.heard(err)
	}
	return err
}

// Set sends mode page 05h for a track.
func (j *Job) Set(ctx context.Context, t toc.TrackInfo) error {
	return j.SetPage(ctx, j.method.Parameters(j, t))
}

// refreshByStop returns what makes the drive read the disc again without moving the tray.
func refreshByStop(j *Job) func(context.Context) error {
	return func(ctx context.Context) error { return unit.RefreshByStop(ctx, j.Drive) }
}

// SetPage sends mode page 05h.
func (j *Job) SetPage(ctx context.Context, page command.WriteParameters) error {
	return j.hold.set(ctx, func(ctx context.Context) error { return j.parameters.Set(ctx, j.Drive, page) })
}

// Arm sends mode page 05h before a WRITE and reads it back. A drive that accepts the page
// but keeps another write type, block type or test-write bit would not write what was
// requested. Arm then sends the page again, up to armTries times in all; if that doesn't
// help the error matches burn.ErrModeParams. A drive that doesn't return the page is trusted.
func (j *Job) Arm(ctx context.Context, page command.WriteParameters) error {
	j.set = settings{sent: page}
	for try := 1; ; try++ {
		if err := j.SetPage(ctx, page); err != nil {
			return err
		}
		var kept command.WriteParameters
		err := j.Ask(ctx, func(ctx context.Context) (err error) {
			kept, err = unit.WriteParameters(ctx, j.Drive)
			return err
		})
		switch {
		case ctx.Err() != nil, err != nil && j.Silent():
			return err
		case err != nil:
			return nil
		case kept.WriteType == page.WriteType && kept.TestWrite == page.TestWrite && kept.DataBlockType == page.DataBlockType:
			j.set.kept, j.set.known = kept, true
			if j.method.Continuous() {
				return nil // the codes are in its cue sheet
			}
			for _, kind := range j.set.codesLost() {
				if !slices.ContainsFunc(j.rep.Notes, func(n burn.Note) bool { return n.Kind == kind }) {
					j.Note(burn.Note{Kind: kind})
				}
			}
			return nil
		case try == armTries:
			return wrongf(errPageNotKept, "the drive accepted the write parameters and kept others (write type %d/%d instead of %d/%d, test write %v instead of %v)",
				kept.WriteType, kept.DataBlockType, page.WriteType, page.DataBlockType, kept.TestWrite, page.TestWrite)
		}
	}
}

// errPageNotKept is burn.ErrModeParams for a drive that accepted the page.
var errPageNotKept = Name(errors.New("the drive doesn't keep these settings"), burn.ErrModeParams, burn.ErrNoDrive)

// armTries is how often page 05h is sent to a drive that doesn't keep it.
const armTries = 3

// Last reports whether t is the last track of this recording.
func (j *Job) Last(t *Task) bool { return len(j.List) > 0 && j.List[len(j.List)-1] == t }

// Flush sends SYNCHRONIZE CACHE and waits until it has ended. The error is what the drive
// reported; the state of the disc decides what it means. If the command may not have been
// carried out, Flush sends it once more: flushing twice is harmless, and audio that stays in
// the buffer is lost.
func (j *Job) Flush() error {
	flush := func() error {
		err := j.Send(StepFlush, func(ctx context.Context, immed bool) error {
			return command.SynchronizeCache{Immed: immed}.Do(ctx, j.Drive.Transport())
		})
		return errors.Join(err, j.Idle(FlushTimeout))
	}
	err := flush()
	if err == nil || Hurried(err) || j.Silent() || errors.Is(err, mmc.ErrNotReady) || decide(StepFlush, err) != actOnceMore {
		return err
	}
	return errors.Join(err, flush())
}

// EndRemark notes an error of ending a track that turned out to be complete.
func (j *Job) EndRemark(t *Task, driveErr error) {
	switch {
	case driveErr == nil:
	case Hurried(driveErr):
		j.TrackNote(t, burn.Note{Kind: notekind.NotWaited})
	default:
		j.TrackNote(t, burn.Note{Kind: notekind.EndError, Cause: burn.Cause{Err: driveErr}})
	}
}

// SetSpeed selects the speed nearest to want for the following tracks of this job. now is
// the resulting speed of the drive.
func (j *Job) SetSpeed(ctx context.Context, want mmc.Speed, pureCAV bool) (adjusted burn.Adjustment, now mmc.WriteSpeed, err error) {
	j.Options.Speed, j.Options.PureCAV, j.rep.SpeedAsked = want, pureCAV, want
	var took mmc.Speed
	err = j.hold.set(ctx, func(ctx context.Context) (err error) {
		took, adjusted, err = setSpeed(ctx, j.Drive, want, pureCAV, nearest)
		return err
	})
	if err != nil {
		return 0, now, err
	}
	j.hold.pick = nearest
	j.hold.speed, j.rep.SpeedSet, j.m.nominal = took, took, float64(took.SectorsPerSecond())
	if now, err = unit.CurrentWriteSpeed(ctx, j.Drive); notReported(err) {
		err = nil
	}
	return adjusted, now, err
}
