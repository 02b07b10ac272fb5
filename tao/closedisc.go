package tao

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// CloseDisc closes a session that was left open, so that players play the disc. A
// track that is unfinished, after a power cut for example, is finished first as
// well as the drive can. Options.MultiSession leaves room for another session. opts
// may be nil.
//
// The error matches ErrNothingToClose for a disc without an open session, and
// ErrTrackOpen when an unfinished track stands in the way and stays.
func CloseDisc(ctx context.Context, d *mmc.Drive, opts *Options) (Report, error) {
	o := resolve(opts)
	o.NoClose, o.TestWrite = false, false
	if o.ClientName == "" {
		o.ClientName = DefaultClientName
	}
	if d == nil {
		return finishWith(o, Report{Version: ReportVersion}, fail(PhaseClose, 0, 0, ErrNoRecorder))
	}
	s := newSession(ctx, d, o)
	err := s.seize(ctx)
	if err == nil {
		err = s.closeOpen(ctx)
	}
	return s.conclude(err)
}

// closeOpen finds the open session, finishes its tracks and closes it.
func (s *session) closeOpen(ctx context.Context) error {
	media, err := s.d.MediaType(ctx)
	if err == nil {
		s.disc.Media = media.String()
		s.found, err = mmc.ReadDiscInformation{}.Do(ctx, s.t)
	}
	if err != nil {
		return fail(PhasePlan, 0, 0, err)
	}
	if s.found.Status != mmc.DiscIncomplete {
		return fail(PhasePlan, 0, 0, wrongf(ErrNothingToClose, "the disc is %v: there is no open session to close", s.found.Status))
	}
	if err := s.setParameters(ctx, toc.TrackInfo{}); err != nil {
		return fail(PhasePlan, 0, 0, err)
	}
	recorded, err := s.finishTracks(ctx)
	if err != nil {
		return err
	}
	if len(recorded) == 0 {
		return fail(PhasePlan, 0, 0, wrongf(ErrNothingToClose, "the last session is empty: there is nothing to close"))
	}
	if ctx.Err() != nil {
		return fail(PhaseClose, 0, 0, cancelled(ctx))
	}
	for _, ti := range recorded {
		s.laid = append(s.laid, laid{number: ti.Track, start: ti.Start, sectors: ti.Size, control: ti.Control, row: -1, shown: ti})
	}
	s.touched = true
	s.m.expect(closeWork)
	if err := s.closeSession(); err != nil {
		return err
	}
	return s.confirm()
}

// finishTracks closes every track of the last session that isn't complete. It
// gives those that there are then.
func (s *session) finishTracks(ctx context.Context) ([]mmc.TrackInformation, error) {
	var list []mmc.TrackInformation
	for n := max(s.found.FirstTrackLastSession, 1); n <= min(s.found.LastTrackLastSession, toc.MaxTracks); n++ {
		ti, err := s.trackInfo(ctx, n)
		if err != nil && refused(err) && n == s.found.LastTrackLastSession {
			break // the invisible track, which some drives know only as FFh
		}
		if err != nil {
			return nil, fail(PhasePlan, n, 0, err)
		}
		if ti.Invisible() {
			continue
		}
		if s.unfinished(ctx, n, ti) {
			if ti, err = s.mend(n, ti); err != nil {
				return nil, fail(PhaseFlush, n, 0, err)
			}
		}
		list = append(list, ti)
	}
	return list, nil
}

// unfinished reports whether a track keeps its session from being closed. Pioneer
// drives never set the damage bit; but recording would go on in the torn track,
// and not behind it.
func (s *session) unfinished(ctx context.Context, n int, ti mmc.TrackInformation) bool {
	if ti.Blank || ti.Damage || incomplete(ti) {
		return true
	}
	next, err := s.trackInfo(ctx, mmc.InvisibleTrack)
	return err == nil && next.Track == n && !next.Invisible()
}

// mend finishes one track: CLOSE TRACK, and if that isn't enough REPAIR TRACK and
// CLOSE TRACK again.
func (s *session) mend(n int, before mmc.TrackInformation) (mmc.TrackInformation, error) {
	s.m.phase(PhaseFlush, ActionFinishing, 0)
	s.touched = true
	closeErr := s.sendCloseTrack(n)
	ti, err := s.trackInfo(s.calm, n)
	if err == nil && !s.unfinished(s.calm, n, ti) {
		s.warn("track %d was unfinished and has been finished", n)
		return ti, nil
	}
	if !before.Blank && !s.lost {
		repairErr := mmc.RepairTrack{Track: uint16(n), Immed: true}.Do(s.calm, s.t)
		if errors.Is(repairErr, scsi.CodeInvalidFieldInCDB) {
			repairErr = mmc.RepairTrack{Track: uint16(n)}.Do(s.calm, s.t)
		}
		closeErr = errors.Join(closeErr, repairErr, s.idle(flushTimeout), s.sendCloseTrack(n))
		ti, err = s.trackInfo(s.calm, n)
		if err == nil && !s.unfinished(s.calm, n, ti) {
			s.warn("track %d was damaged and has been repaired", n)
			return ti, nil
		}
	}
	if err == nil {
		err = wrongf(ErrTrackOpen, "track %d can't be finished", n)
	}
	return ti, errors.Join(err, closeErr)
}
