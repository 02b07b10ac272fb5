package tao

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// inspect asks what drive and disc are, and where recording would go on. It sends
// page 05h first: what READ TRACK INFORMATION says depends on it (an LG GSA-4082B
// wants it sent before), and some drives show the state of a test write until it
// is sent again.
func (s *session) inspect(ctx context.Context) error {
	can, err := s.d.CanTAO(ctx)
	if err != nil {
		return err
	}
	if s.can = can; !can.Supported {
		return ErrNoTAO
	}
	media, err := s.d.MediaType(ctx)
	if err != nil {
		return err
	}
	s.disc = Disc{Media: media.String()}
	if !media.Recordable() {
		return nil // checkDisc says what is wrong with it
	}
	modeErr := s.setParameters(ctx, toc.TrackInfo{})
	if s.found, err = (mmc.ReadDiscInformation{}).Do(ctx, s.t); err != nil {
		return err
	}
	s.disc.Finalized = s.found.Status == mmc.DiscFinalized
	s.atip(ctx)
	if s.disc.Finalized {
		s.disc.Sessions, s.disc.Tracks = s.found.Sessions, s.found.LastTrackLastSession
		return nil
	}
	if modeErr != nil {
		return modeErr
	}
	return s.room(ctx)
}

// atip adds what the groove says; drives that can't tell are not an error.
func (s *session) atip(ctx context.Context) {
	a, err := (mmc.ReadATIP{}).Do(ctx, s.t)
	if err != nil || !a.Plausible() {
		return
	}
	s.disc.Made = a.Manufacturer()
	s.disc.Capacity = toc.UsableSectors(0, a.LastLeadOut.LBA())
}

// room finds the place for the next track, and what is on the disc before it.
func (s *session) room(ctx context.Context) error {
	open, err := s.invisible(ctx)
	if err != nil {
		return err
	}
	d, found := &s.disc, s.found
	d.Blank = found.Status == mmc.DiscEmpty
	d.NextTrack = open.Track
	if d.NextTrack < 1 {
		d.NextTrack = max(found.LastTrackLastSession, 1)
	}
	d.NWA, d.Free = s.writable(open)
	d.Capacity = max(toc.Sectors(d.NWA)+d.Free, 0)
	if d.Blank {
		return nil
	}
	d.Tracks = max(d.NextTrack-max(found.FirstTrack, 1), 0)
	d.Open = d.NextTrack > found.FirstTrackLastSession
	d.Sessions = max(found.Sessions-1, 0)
	s.floor = d.NWA
	if !open.Invisible() && !d.Blank {
		return wrongf(ErrTrackOpen, "track %d on the disc is unfinished: `redbook close` may finish it", open.Track)
	}
	return s.finished(ctx)
}

// invisible asks for the track where recording goes on. Drives that don't know the
// number FFh are asked by the number that it should have.
func (s *session) invisible(ctx context.Context) (mmc.TrackInformation, error) {
	ti, err := s.trackInfo(ctx, mmc.InvisibleTrack)
	next := max(s.found.LastTrackLastSession, s.disc.NextTrack)
	if err != nil && refused(err) && next > 0 {
		if ti, again := s.trackInfo(ctx, next); again == nil {
			return ti, nil
		}
	}
	return ti, err
}

// writable gives the next writable address and the room from there on. A blank
// disc begins at 0 whatever the drive says (Pioneer BDR-205 and LITE-ON
// LTR-48125S: -150); the room is then what the last possible lead-out leaves,
// since nobody knows from where such a drive counts.
func (s *session) writable(ti mmc.TrackInformation) (toc.LBA, toc.Sectors) {
	nwa, ok := ti.NextWritable()
	if !ok {
		nwa = max(ti.Start, 0)
	}
	free := ti.Free
	if ti.NWAValid && ti.NWA < 0 {
		free += toc.Sectors(ti.NWA)
	}
	if s.found.LastLeadOutValid && (free <= 0 || ti.NWAValid && ti.NWA < 0) {
		free = max(free, toc.UsableSectors(nwa, s.found.LastLeadOut.LBA()))
	}
	return nwa, max(free, 0)
}

// finished makes sure that the tracks of the open session are all complete: beside
// an unfilled reservation or a torn track the session can't be closed, and music
// added to it would be lost.
func (s *session) finished(ctx context.Context) error {
	for n := max(s.found.FirstTrackLastSession, 1); n < s.disc.NextTrack; n++ {
		ti, err := s.trackInfo(ctx, n)
		if err != nil {
			return err
		}
		if ti.Blank || ti.Damage || ti.NWAValid {
			return wrongf(ErrTrackOpen, "track %d on the disc is unfinished: `redbook close` may finish it", n)
		}
	}
	return nil
}

// trackInfo is READ TRACK INFORMATION of track n.
func (s *session) trackInfo(ctx context.Context, n int) (ti mmc.TrackInformation, err error) {
	err = s.patiently(ctx, func() error {
		ti, err = mmc.ReadTrackInformation{Type: mmc.AddressTrack, Number: uint32(n)}.Do(ctx, s.t)
		return err
	})
	return ti, err
}

// patience is how long questions are repeated that the drive has no time for.
const patience = 60 * time.Second

// patiently repeats a question or a setting for as long as the drive says that it is
// busy: 2/04/07 from READ TRACK INFORMATION is normal while it writes. Nothing that
// writes is repeated by this.
func (s *session) patiently(ctx context.Context, do func() error) error {
	err := do()
	for deadline := s.clock.Now().Add(patience); notReady(err) && s.clock.Now().Before(deadline); err = do() {
		if sleepErr := s.clock.Sleep(ctx, eventEvery); sleepErr != nil {
			return err
		}
		s.m.tick()
	}
	return err
}

// setParameters sends page 05h.
func (s *session) setParameters(ctx context.Context, t toc.TrackInfo) error {
	return s.patiently(ctx, func() error { return s.d.SetWriteParameters(ctx, s.parameters(t)) })
}

// parameters is page 05h for the next track. The multi-session bits are the same
// throughout, for CLOSE SESSION looks at whatever was sent last.
func (s *session) parameters(t toc.TrackInfo) mmc.WriteParameters {
	multi := mmc.SessionFinal
	if s.o.closeKind() == CloseMulti {
		multi = mmc.SessionOpen
	}
	return mmc.WriteParameters{
		BUFE: s.bufe, TestWrite: s.o.TestWrite, WriteType: mmc.WriteTAO, MultiSession: multi,
		Control: t.Control, DataBlockType: mmc.BlockRaw, MCN: s.o.MCN, ISRC: t.ISRC,
	}
}

// MakePlan asks drive and disc what NewPlan needs, and makes the plan. Nothing is
// written, and the sources are not read. Besides NewPlan's errors there are those
// of the drive: ErrNoTAO, ErrNoMedia, ErrTrackOpen and so on.
func MakePlan(ctx context.Context, d *mmc.Drive, tracks []Track, opts *Options) (Plan, error) {
	if d == nil {
		return Plan{}, fail(PhasePlan, 0, 0, ErrNoRecorder)
	}
	o := resolve(opts)
	if err := checkTracks(tracks, o); err != nil {
		return Plan{}, fail(PhasePlan, 0, 0, err)
	}
	s := newSession(ctx, d, o)
	if err := s.ready(ctx, readyTimeout); err != nil {
		return Plan{}, fail(PhasePlan, 0, 0, err)
	}
	return s.plan(ctx, tracks)
}

// plan inspects drive and disc and holds the tracks against them.
func (s *session) plan(ctx context.Context, tracks []Track) (Plan, error) {
	if err := s.survey(ctx); err != nil {
		return Plan{}, fail(PhasePlan, 0, 0, err)
	}
	p, err := NewPlan(s.rep.Drive, s.disc, tracks, s.o)
	s.rep.Warnings = append(s.rep.Warnings, p.Warnings...)
	return p, err
}

// survey is inspect and what follows from it for these options.
func (s *session) survey(ctx context.Context) error {
	// A test write is not to be asked for before the drive is known to do it.
	plain := *s.o
	plain.TestWrite = false
	asked := s.o
	s.o = &plain
	err := s.inspect(ctx)
	s.o, s.rep.Disc = asked, s.disc
	if err != nil {
		return err
	}
	if s.o.TestWrite && !s.can.TestWrite {
		return wrongf(ErrNoFeature, "this drive can't do a test write")
	}
	if s.disc.Media == mmc.MediaCDRW.String() && !s.can.CDRW {
		return wrongf(ErrMediaIncompatible, "this drive can't write CD-RW")
	}
	s.bufe = s.can.BUF && !s.o.NoBurnFree
	return nil
}

// ready waits until the drive has found out about its disc.
func (s *session) ready(ctx context.Context, limit time.Duration) error {
	err := s.d.WaitReady(ctx, s.waiting(limit))
	if gone(err) && !errors.Is(err, scsi.FamilyMediumNotPresent) {
		s.lost = true
	}
	return errors.Join(err, s.swapped)
}

// idle waits until the drive has done what it was told: TEST UNIT READY says GOOD
// and READ DISC INFORMATION answers. Each alone is no proof (Pioneer drives say
// GOOD while they close).
func (s *session) idle(limit time.Duration) error {
	err := s.d.WaitIdle(s.hurry, s.waiting(limit))
	if err != nil && s.hurry.Err() != nil {
		return fmt.Errorf("%w: %w", errHurried, err)
	}
	s.lost = s.lost || gone(err)
	s.m.tick()
	return errors.Join(err, s.swapped)
}

func (s *session) waiting(limit time.Duration) mmc.WaitOptions {
	return mmc.WaitOptions{Timeout: limit, Interval: eventEvery, OnProgress: s.poll, OnAttention: s.attention}
}

// attention looks at the unit attentions that the waiting absorbs. In the middle of
// a burn 6/28 means that there is another disc, and 6/29 that the drive was reset:
// lock and speed are gone.
func (s *session) attention(sense scsi.Sense) {
	if !s.guard {
		return
	}
	switch sense.Code.Family() {
	case scsi.FamilyMediumChanged:
		s.lost = true
		s.swapped = wrongf(ErrDriveLost, "the disc was changed during the burn (%s)", sense.Triple())
	case scsi.FamilyReset:
		s.wasReset = true
		s.warn("the drive was reset during the burn (%s)", sense.Triple())
	}
}

// poll is called between two questions to a busy drive.
func (s *session) poll(fraction float64, known bool) {
	if known {
		s.m.frac = fraction
	}
	s.m.tick()
}
