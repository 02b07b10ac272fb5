package tao

import (
	"context"
	"errors"
	"slices"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// Burn writes tracks onto the disc in the drive and closes it. opts may be nil.
//
// Nothing is sent to the drive before every source has been read once to its end,
// and the laser doesn't start before drive and disc have been found able. The
// Report tells what is on the disc afterwards, whatever the error. The error is nil
// only when everything was written, closed as asked for and found so; its Category
// says what else. Ending ctx cancels the burn: the track is ended properly, the
// session stays open (Options.CloseOnCancel closes it), and the error matches both
// ErrCancelled and context.Canceled.
//
// One Burn at a time may use a drive; several drives may burn at once.
func Burn(ctx context.Context, d *mmc.Drive, tracks []Track, opts *Options) (Report, error) {
	o := resolve(opts)
	if o.ClientName == "" {
		o.ClientName = DefaultClientName
	}
	if d == nil {
		return finishWith(o, Report{Version: ReportVersion}, fail(PhasePrepare, 0, 0, ErrNoRecorder))
	}
	s := newSession(ctx, d, o)
	err := s.burn(ctx, tracks)
	return s.conclude(err)
}

// finishWith is the end of something that never got as far as a session.
func finishWith(o *Options, r Report, err error) (Report, error) {
	r.judge(err)
	if o.OnEvent != nil {
		o.OnEvent(Finished{Report: r, Err: err})
	}
	return r, err
}

// burn is Burn without the report.
func (s *session) burn(ctx context.Context, tracks []Track) error {
	if err := checkTracks(tracks, s.o); err != nil {
		return fail(PhaseCheck, 0, 0, err)
	}
	if err := checkClientName(s.o.ClientName); err != nil {
		return fail(PhasePrepare, 0, 0, err)
	}
	for i, t := range tracks {
		s.addRow(t, i+1)
	}
	digests, err := checkSources(ctx, tracks, s.o.OnEvent)
	if err != nil {
		return err
	}
	if err := s.seize(ctx); err != nil {
		return err
	}
	plan, err := s.plan(ctx, tracks)
	if err != nil {
		return err
	}
	for i, t := range plan.Tracks {
		s.rep.Tracks[i].Number = t.Number
	}
	s.m.send(Planned{Plan: plan})
	s.expect(plan)
	if err := s.setUp(ctx); err != nil {
		return fail(PhasePrepare, 0, 0, err)
	}
	err = s.tracks(ctx, tracks, digests)
	return s.wrapUp(ctx, err)
}

// expect tells the meter what is to come.
func (s *session) expect(p Plan) {
	work := p.Music + p.Padding
	if p.Close != CloseNone {
		work += closeWork
	}
	if s.o.Verify != VerifyNone && !s.o.TestWrite {
		for _, t := range p.Tracks {
			work += verifyWork(s.o.Verify, []laid{{sectors: t.Sectors()}})
		}
	}
	s.m.expect(work)
	s.m.cur.Tracks = p.TracksOnDisc()
}

// setUp is what the drive is told once before the first track: speed, write
// parameters, calibration.
func (s *session) setUp(ctx context.Context) error {
	if err := s.chooseSpeed(ctx); err != nil {
		return err
	}
	if !s.can.BUF {
		s.warn("the drive has no buffer underrun protection: leave the computer alone meanwhile")
	}
	if err := s.setParameters(ctx, toc.TrackInfo{}); err != nil {
		return err
	}
	if s.o.OPC && !s.o.TestWrite {
		return s.calibrate(ctx)
	}
	return nil
}

// calibrate is SEND OPC INFORMATION. An almost full calibration area (73/01) is
// only a warning, and a drive without the command calibrates by itself.
func (s *session) calibrate(ctx context.Context) error {
	err := mmc.SendOPCInformation{}.Do(ctx, s.t)
	switch {
	case err == nil:
		return nil
	case scsi.Recovered(err), errors.Is(err, scsi.CodePowerCalibrationAreaAlmostFull), refused(err),
		errors.Is(err, scsi.CodeOperatorSelectedWritePermit):
		s.warn("laser power calibration: %v", err)
		return nil
	}
	return err
}

// tracks writes all tracks, one reader for all of them.
func (s *session) tracks(ctx context.Context, tracks []Track, digests []pcm.Digest) (err error) {
	tasks := make([]*task, len(tracks))
	jobs := make([]job, len(tracks))
	for i, t := range tracks {
		tasks[i] = newTask(t, i, digests[i])
		jobs[i] = tasks[i].job()
	}
	s.buffers()
	feed := s.fifo.start(jobs)
	defer func() {
		s.rep.FIFO = feed.stats
		if !feed.close() {
			s.fifo = nil
			s.warn("a source hangs in reading; it was left behind")
		}
	}()
	for _, k := range tasks {
		if ctx.Err() != nil {
			return fail(PhaseStart, k.number, 0, cancelled(ctx))
		}
		if err := s.track(ctx, feed, k); err != nil {
			return err
		}
	}
	return nil
}

// buffers makes the FIFO and the chunk of silence, once.
func (s *session) buffers() {
	if s.fifo == nil {
		s.fifo = newFIFO(s.o.FIFO, s.chunk)
		s.quiet = make([]byte, s.chunk*toc.SectorSize)
	}
}

// wrapUp is everything behind the last track: closing, looking, reading back. err
// is how the tracks ended. Writing errors stay the first cause.
func (s *session) wrapUp(ctx context.Context, err error) error {
	switch {
	case s.o.TestWrite:
		return errors.Join(err, s.endTest())
	case len(s.laid) == 0:
		return err
	case err != nil && !s.o.CloseOnCancel:
		return err
	case s.lost && err == nil:
		return fail(PhaseClose, 0, 0, ErrDriveLost)
	case s.lost:
		return err
	}
	if s.o.closeKind() != CloseNone {
		if closeErr := s.closeSession(); closeErr != nil {
			return errors.Join(err, closeErr)
		}
		if confirmErr := s.confirm(); confirmErr != nil {
			return errors.Join(err, confirmErr)
		}
	}
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return fail(PhaseVerify, 0, 0, cancelled(ctx))
	}
	return s.readBack(ctx)
}

// readBack verifies as asked for. Where everything went faster than any drive can
// write, samples are read even if none were asked for.
func (s *session) readBack(ctx context.Context) error {
	level := s.o.Verify
	switch {
	case s.suspect:
		s.warn("the drive reported an error although the tracks are complete: samples are read back to make sure")
		level = max(level, VerifyQuick)
	case s.implausible():
		s.warn("the writing took less time than any drive needs: samples are read back to make sure")
		level = max(level, VerifyQuick)
	}
	if level == VerifyNone {
		return nil
	}
	return s.verify(ctx, level)
}

// endTest makes sure that a test write left the disc as it was: page 05h is sent
// without the test bit, and a drive that then still shows tracks gets the disc
// reloaded.
func (s *session) endTest() error {
	if s.lost {
		return nil
	}
	s.m.phase(PhaseConfirm, ActionFinishing, 0)
	s.guard = false
	s.o = plainCopy(s.o)
	same, err := s.asBefore()
	if err == nil && !same {
		if err = s.d.RefreshByStop(s.calm); err == nil {
			same, err = s.asBefore()
		}
	}
	if err == nil && !same {
		if err = s.reload(s.calm); err == nil {
			same, err = s.asBefore()
		}
	}
	if err != nil {
		return fail(PhaseConfirm, 0, 0, err)
	}
	if !same {
		return fail(PhaseConfirm, 0, 0, wrongf(ErrUnconfirmed, "after the test write the drive doesn't show the disc as it was before"))
	}
	return nil
}

// plainCopy is the options without test write.
func plainCopy(o *Options) *Options {
	c := *o
	c.TestWrite = false
	return &c
}

// asBefore compares disc information and next writable address with those from
// before the burn.
func (s *session) asBefore() (bool, error) {
	if err := s.setParameters(s.calm, toc.TrackInfo{}); err != nil {
		return false, err
	}
	info, err := mmc.ReadDiscInformation{}.Do(s.calm, s.t)
	if err != nil {
		return false, err
	}
	ti, err := s.invisible(s.calm)
	if err != nil {
		return false, err
	}
	nwa, _ := s.writable(ti)
	return info.Status == s.found.Status && info.Sessions == s.found.Sessions &&
		info.LastTrackLastSession == s.found.LastTrackLastSession && nwa == s.rep.Disc.NWA, nil
}

// conclude gives the drive back and makes the report. The verdict is about the
// disc: a tray that stays locked is an error, but doesn't spoil a good burn.
func (s *session) conclude(err error) (Report, error) {
	s.finalState()
	s.rep.Elapsed = s.clock.Now().Sub(s.began)
	releaseErr := s.release()
	if s.rep.Writing > 0 {
		var sectors toc.Sectors
		for _, t := range s.rep.Tracks {
			sectors += t.Sectors
		}
		s.rep.SpeedMean = float64(sectors) / s.rep.Writing.Seconds() / toc.SectorsPerSecond
	}
	s.rep.judge(err)
	if releaseErr != nil {
		s.rep.NextSteps = append(s.rep.NextSteps, Advice(releaseErr)...)
		err = errors.Join(err, releaseErr)
		s.rep.Failure = err.Error()
	}
	s.m.send(Finished{Report: s.rep.clone(), Err: err})
	return s.rep.clone(), err
}

// clone is a copy that shares nothing with the report of the session.
func (r *Report) clone() Report {
	c := *r
	c.Tracks = slices.Clone(r.Tracks)
	for i := range c.Tracks {
		c.Tracks[i].Notes = slices.Clone(c.Tracks[i].Notes)
	}
	c.OnDisc = slices.Clone(r.OnDisc)
	c.Warnings = slices.Clone(r.Warnings)
	c.NextSteps = slices.Clone(r.NextSteps)
	c.Verified.Tracks = slices.Clone(r.Verified.Tracks)
	c.Verified.Notes = slices.Clone(r.Verified.Notes)
	return c
}
