package tao

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// How long a reservation may take to show.
const (
	reservePoll  = 500 * time.Millisecond
	reserveLimit = 10 * time.Second
)

// reservedSize is what RESERVE TRACK was asked for: no track is shorter than four
// seconds.
func (s *session) reservedSize(k *task) toc.Sectors { return toc.Raise(k.sectors()) }

// reserve sends RESERVE TRACK and looks at what came of it. Anything that isn't
// exactly right is undone, and if that can't be done the burn stops before the
// first WRITE: on a CD-R an unfilled reservation can keep the disc from ever being
// closed. before is what the drive showed of the track until now.
func (s *session) reserve(ctx context.Context, k *task, before mmc.TrackInformation) error {
	s.m.phase(PhaseReserve, ActionPreparing, 0)
	row := &s.rep.Tracks[k.row]
	s.touched = true
	err := mmc.ReserveTrack{Size: uint32(s.reservedSize(k))}.Do(s.calm, s.t)
	if err != nil && !refused(err) {
		return fail(PhaseReserve, k.number, 0, err)
	}
	info, behind, seen, pollErr := s.pollReservation(ctx, k, before)
	switch {
	case pollErr != nil:
		return fail(PhaseReserve, k.number, 0, errors.Join(pollErr, err))
	case !seen && err != nil:
		row.Reserve = ReserveRefused
		s.note(k, "written without a reservation: %v", err)
		return nil
	case !seen:
		row.Reserve = ReserveIgnored
		s.note(k, "written without a reservation: the drive accepted it and doesn't show one")
		return nil
	}
	k.reserved = true
	wrong := s.misreserved(k, info, behind)
	if wrong == "" && err == nil {
		row.Reserve = ReserveDone
		return s.accept(k, info)
	}
	if err != nil {
		wrong = fmt.Sprintf("the drive refused it (%v) and shows one all the same", err)
	}
	return s.takeBack(k, wrong)
}

// pollReservation asks for track n and for track FFh until the reservation shows,
// or for as long as it may take. seen is false if the disc is as before.
func (s *session) pollReservation(ctx context.Context, k *task, before mmc.TrackInformation) (info, behind mmc.TrackInformation, seen bool, err error) {
	deadline := s.clock.Now().Add(reserveLimit)
	for {
		info, err = s.trackInfo(s.calm, k.number)
		if err == nil {
			if behind, err = s.invisible(s.calm); err != nil && refused(err) {
				behind, err = info, nil // no room for another track behind it
			}
		} else if refused(err) {
			info, err = before, nil
			behind, err = s.invisible(s.calm)
		}
		if err != nil && !notReady(err) {
			return info, behind, false, err
		}
		if err == nil && (info.RT || behind.Track > k.number || info.Size != before.Size) {
			return info, behind, true, nil
		}
		if ctx.Err() != nil || !s.clock.Now().Before(deadline) {
			return info, behind, false, err
		}
		if err := s.clock.Sleep(s.hurry, reservePoll); err != nil {
			return info, behind, false, err
		}
		s.m.tick()
	}
}

// misreserved says what is wrong with a reservation; "" if nothing is. After one,
// FFh may be the track itself or the one behind it.
func (s *session) misreserved(k *task, info, behind mmc.TrackInformation) string {
	nwa, free := s.writable(info)
	size := info.Size
	if before := toc.Sectors(nwa - info.Start); before > 0 && before <= toc.PregapSectors {
		size -= before // a drive that counts the pregap
	}
	switch {
	case info.Track != k.number:
		return fmt.Sprintf("the drive shows track %d", info.Track)
	case !info.Reserved():
		return "the track isn't shown as reserved and blank"
	case info.SizeValid && size != s.reservedSize(k):
		return fmt.Sprintf("%d sectors were reserved instead of %d", size, s.reservedSize(k))
	case !info.NWAValid || nwa != k.start:
		return fmt.Sprintf("it begins at LBA %d instead of %d", nwa, k.start)
	case free < k.sectors():
		return fmt.Sprintf("it has room for %d sectors instead of %d", free, k.sectors())
	case behind.Track < k.number:
		return fmt.Sprintf("recording would go on in track %d", behind.Track)
	}
	return ""
}

// takeBack undoes a wrong reservation and goes on without one, or gives up.
func (s *session) takeBack(k *task, wrong string) error {
	row := &s.rep.Tracks[k.row]
	row.Reserve = ReserveWrong
	if err := s.unreserve(k); err != nil {
		return fail(PhaseReserve, k.number, 0, wrongf(ErrReservation, "%s, and it can't be undone: %w", wrong, err))
	}
	row.Reserve = ReserveUndone
	s.note(k, "written without a reservation: %s; it was undone", wrong)
	ti, err := s.invisible(s.calm)
	if err != nil {
		return fail(PhaseReserve, k.number, 0, err)
	}
	return s.accept(k, ti)
}

// unreserve takes the reservation of a track back that nothing was written to:
// BLANK type 3, which only CD-RW has, and not every drive knows.
func (s *session) unreserve(k *task) error {
	if s.disc.Media != mmc.MediaCDRW.String() {
		return wrongf(ErrReservation, "a CD-R can't be unwritten")
	}
	err := mmc.Blank{Type: mmc.BlankUnreserve, Immed: true}.Do(s.calm, s.t)
	if err = errors.Join(err, s.idle(flushTimeout)); err != nil {
		return err
	}
	ti, err := s.invisible(s.calm)
	if err != nil {
		return err
	}
	if ti.Track != k.number || ti.RT {
		return wrongf(ErrReservation, "the drive still shows it")
	}
	k.reserved = false
	s.rep.Tracks[k.row].Reserve = ReserveUndone
	return nil
}

// abandon gets rid of a reservation that isn't going to be used. Where it can't be
// undone it becomes a track of silence, for a session with an empty reservation
// can't be closed. The report counts it as a cancelled track. Without fill nothing
// more may be written: the drive has just failed at it.
func (s *session) abandon(k *task, fill bool) error {
	row := &s.rep.Tracks[k.row]
	if row.Reserve == ReserveWrong || s.lost {
		return nil // told already; the disc is left as it is
	}
	undoErr := s.unreserve(k)
	if undoErr == nil || s.lost {
		return undoErr
	}
	info, err := s.endReserved(k, fill)
	if err != nil {
		return fail(PhaseReserve, k.number, 0, errors.Join(err, undoErr))
	}
	k.written = max(k.written, s.reservedSize(k))
	row.Status, row.Start, row.Sectors, row.Padding = TrackCancelled, k.start, k.written, k.written
	row.ShownAt, row.ShownSize = info.Start, info.Size
	s.note(k, "the reservation could not be undone (%v): the track holds silence", undoErr)
	s.lay(k, info, 0)
	return nil
}

// endReserved ends a reserved track that wasn't filled. CLOSE TRACK makes most
// drives pad it to its end; where it doesn't, it is filled with silence if that is
// still possible.
func (s *session) endReserved(k *task, fill bool) (mmc.TrackInformation, error) {
	closeErr := s.sendCloseTrack(k.number)
	info, err := s.shown(k)
	if err == nil && !s.goesOn(k.number, info) {
		s.forgive(k, closeErr)
		return info, nil
	}
	if err == nil && !fill {
		err = wrongf(ErrTrackOpen, "track %d stays unfinished", k.number)
	}
	if s.lost || !fill || err != nil && !errors.Is(err, ErrTrackMissing) {
		return info, errors.Join(closeErr, err)
	}
	if err := s.pad(k, s.reservedSize(k)); err != nil {
		return info, errors.Join(err, closeErr)
	}
	return s.endPlain(k, true)
}
