package engine

import (
	"context"
	"errors"
	"slices"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// Burn writes tracks to the disc in the drive with a method, and closes it. opts may be nil.
//
// Burn reads every source once to its end before it sends anything to the drive, and checks
// that drive and disc are suitable before the laser starts. The Report describes what is on
// the disc afterwards, even with an error. The error is nil only if everything was written,
// closed as requested and confirmed; otherwise see burn.Category. Ending ctx cancels the
// burn: the track is ended properly, the session stays open (burn.Options.CloseOnCancel
// closes it), and the error matches both burn.ErrCanceled and context.Canceled.
//
// A drive has one job at a time: while another job of this program uses it, the error
// matches burn.ErrLocked. Several drives may burn at the same time.
func Burn(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.Options, method Method) (burn.Report, error) {
	o := resolve(opts)
	if absent(d) {
		return finishWith(o, burn.Report{Version: burn.ReportVersion}, Wrap(burn.PhasePrepare, 0, 0, burn.ErrNoRecorder))
	}
	j := newJob(ctx, d, o, method)
	ctx, end := j.m.guardEvents(ctx)
	defer end()
	c := &conclusion{Job: j}
	err := j.burn(ctx, guardTracks(tracks))
	return c.conclude(c.wrapUp(ctx, err))
}

// absent reports whether a drive is missing: a Drive that mmc.Open didn't make has no transport.
func absent(d *mmc.Drive) bool { return d == nil || d.Transport() == nil }

// finishWith sends the last event of a call that failed before it made a job.
func finishWith(o *burn.Options, r burn.Report, err error) (burn.Report, error) {
	judge(&r, err)
	return newMeter(o.OnEvent, scsi.ClockOf(nil)).finished(r, err), err
}

// burn is Burn up to the end of the last track.
func (j *Job) burn(ctx context.Context, tracks []burn.Track) error {
	if err := checkTracks(tracks, j.Options); err != nil {
		return Wrap(burn.PhaseCheck, 0, 0, err)
	}
	if err := CheckClientName(j.Options.ClientName); err != nil {
		return Wrap(burn.PhasePrepare, 0, 0, err)
	}
	for i, t := range tracks {
		addRow(j.rep, t, i+1)
	}
	digests, err := checkSources(ctx, tracks, j.m.send)
	if err != nil {
		return err
	}
	if err := j.take(ctx, "burning an audio CD"); err != nil {
		return err
	}
	plan, err := preflight{j}.plan(ctx, tracks)
	if err != nil {
		return err
	}
	for i, t := range plan.Tracks {
		j.rep.Tracks[i].Number = t.Number
		plan.Tracks[i].Hash = hashText(digests[i].Hash)
	}
	j.m.send(burn.Planned{Plan: plan})
	preflight{j}.expect(plan)
	if err := (preflight{j}).setUp(ctx); err != nil {
		return Wrap(burn.PhasePrepare, 0, 0, err)
	}
	return j.record(ctx, tracks, 0, digests)
}

// take takes exclusive access to the drive, keeps the computer awake and locks the tray.
// conclude releases all of them, even after an error.
func (j *Job) take(ctx context.Context, purpose string) error {
	j.Phase(burn.PhasePrepare)
	err := j.hold.seize(ctx, purpose)
	if err == nil {
		err = j.Ready(ctx)
	}
	if err == nil {
		err = j.hold.lock(ctx)
	}
	return Wrap(burn.PhasePrepare, 0, 0, err)
}

// MakePlan inspects the drive and the disc and plans a burn. It writes nothing and doesn't read
// the sources. Besides the errors of newPlan it returns those of the drive and of the method,
// such as burn.ErrRecorderNotSupported and burn.ErrNoMedia.
func MakePlan(ctx context.Context, d *mmc.Drive, tracks []burn.Track, opts *burn.Options, method Method) (burn.Plan, error) {
	if absent(d) {
		return burn.Plan{}, Wrap(burn.PhasePlan, 0, 0, burn.ErrNoRecorder)
	}
	o, tracks := resolve(opts), guardTracks(tracks)
	err := checkTracks(tracks, o)
	if err == nil {
		err = CheckClientName(o.ClientName)
	}
	if err != nil {
		return burn.Plan{}, Wrap(burn.PhasePlan, 0, 0, err)
	}
	j := newJob(ctx, d, o, method)
	ctx, end := j.m.guardEvents(ctx)
	defer end()
	if err := j.Ready(ctx); err != nil {
		return burn.Plan{}, j.m.addPanic(Wrap(burn.PhasePlan, 0, 0, err))
	}
	p, err := preflight{j}.plan(ctx, tracks)
	return p, j.m.addPanic(err)
}

// Stay is a Job for tracks that are added one by one: package tao's Writer.
type Stay struct {
	c *conclusion
}

// Prepare takes a drive and sets it up for tracks that are added one by one. After an error
// the drive is free again.
func Prepare(ctx context.Context, d *mmc.Drive, o *burn.Options, method Method) (*Stay, error) {
	j := newJob(ctx, d, resolve(o), method)
	ctx, end := j.m.guardEvents(ctx)
	defer end()
	err := j.take(ctx, "burning an audio CD")
	if err == nil {
		err = preflight{j}.survey(ctx)
	}
	if err == nil {
		err = checkDisc(j.Before, j.Options)
	}
	if err == nil {
		err = preflight{j}.setUp(ctx)
	}
	if err == nil && ctx.Err() != nil {
		err = Canceled(ctx)
	}
	if err != nil {
		return nil, errors.Join(j.m.addPanic(Wrap(burn.PhasePrepare, 0, 0, err)), Wrap(burn.PhaseRelease, 0, 0, j.hold.release(j.calm)))
	}
	return &Stay{&conclusion{Job: j}}, nil
}

// Job returns the stay's job, for questions and settings between tracks.
func (s *Stay) Job() *Job { return s.c.Job }

// Add checks a track, reads its source to the end, and writes it. The report describes
// how much of it is on the disc, even with an error; it is empty for a track that was not
// tried.
func (s *Stay) Add(ctx context.Context, t burn.Track) (burn.TrackReport, error) {
	j := s.c.Job
	ctx, end := j.m.guardEvents(ctx)
	defer end()
	t = guardTrack(t, j.NextNumber())
	if err := checkTrack(t); err != nil {
		return burn.TrackReport{}, Wrap(burn.PhaseCheck, j.NextNumber(), 0, err)
	}
	j.m.expect(sizeOf(t))
	if err := s.acceptable(t); err != nil && burn.Category(err) == burn.ErrDoesNotFit {
		return burn.TrackReport{}, err // another one may fit
	} else if err != nil {
		row := addRow(j.rep, t, j.NextNumber())
		return cloneRow(j.rep.Tracks[row]), err
	}
	row := addRow(j.rep, t, j.NextNumber())
	digests, err := checkSources(ctx, []burn.Track{t}, j.m.send)
	if err == nil {
		err = j.record(ctx, []burn.Track{t}, row, digests)
	}
	r := &j.rep.Tracks[row]
	if err != nil && r.Status == burn.TrackNotBegun {
		r.Status = statusOf(err, burn.TrackNotBegun)
		if !slices.ContainsFunc(r.Notes, endedTrack) { // Release returns no error of a track: the row has it
			r.Notes = append(r.Notes, burn.Note{Kind: notekind.TrackError, Track: r.Number, Name: r.Name, Cause: burn.Cause{Err: err}})
		}
	}
	if err = j.m.addPanic(err); burn.Category(err) == burn.ErrCanceled && r.Status == burn.TrackOK && j.m.broken == nil {
		err = nil // the cancel came after the last WRITE
	}
	return cloneRow(*r), err
}

// acceptable rejects a track that can't be written to this disc.
func (s *Stay) acceptable(t burn.Track) error {
	j := s.c.Job
	need := sizeOf(t)
	free, err := j.Free()
	switch {
	case j.NextNumber() > toc.MaxTracks:
		return Wrap(burn.PhaseCheck, 0, 0, burn.ErrTrackLimit)
	case err != nil:
		return Wrap(burn.PhaseStart, j.NextNumber(), 0, err)
	case need > free:
		return Wrap(burn.PhaseCheck, j.NextNumber(), 0, j.tooLong(need, free, j.NextNumber()))
	}
	return nil
}

// Release closes the session, verifies as requested, and releases the drive. A disc that
// nothing was written to stays as it is. Ending ctx ends a verification, but not closing.
func (s *Stay) Release(ctx context.Context) (burn.Report, error) {
	ctx, end := s.c.m.guardEvents(ctx)
	defer end()
	s.c.m.expect(closeWork + s.c.toVerify())
	return s.c.conclude(s.c.wrapUp(ctx, nil))
}
