package tao

import (
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// flushTimeout is how long the drive may take to empty its buffer, and to close a
// session: the most generous of the peers.
const flushTimeout = 3600 * time.Second

// endTrack brings a track to its end, whatever came before: streamErr says how the
// writing ended. Cut short by its source or on request, it is padded to the four
// seconds that every track must have. What the drive shows of it afterwards is
// the result; an error means that it isn't a track.
func (s *session) endTrack(k *task, streamErr error) (mmc.TrackInformation, error) {
	s.m.phase(PhaseFlush, ActionFinishing, 0)
	if k.written == 0 && streamErr != nil {
		if k.reserved {
			return mmc.TrackInformation{}, s.abandon(k, !driveError(streamErr))
		}
		return mmc.TrackInformation{}, nil
	}
	if streamErr != nil && s.lost {
		return mmc.TrackInformation{}, nil
	}
	var errs []error
	if streamErr != nil && !driveError(streamErr) {
		errs = append(errs, s.pad(k, toc.MinTrack))
	}
	var info mmc.TrackInformation
	var err error
	switch {
	case s.o.TestWrite:
		err = s.flush(k)
	case k.reserved && k.written < s.reservedSize(k):
		info, err = s.endReserved(k, streamErr == nil || !driveError(streamErr))
	default:
		info, err = s.endPlain(k, streamErr != nil)
	}
	if streamErr != nil && driveError(streamErr) {
		// The cause is known; what it did to the track is only a remark.
		if err != nil {
			s.note(k, "%v", err)
		}
		return info, errors.Join(errs...)
	}
	return info, errors.Join(append(errs, fail(PhaseFlush, k.number, 0, err))...)
}

// driveError reports whether the writing ended because of the drive: then nothing
// more is written to the track.
func driveError(err error) bool {
	return !errors.Is(err, ErrCancelled) && !errors.Is(err, ErrBadInput)
}

// flush is SYNCHRONIZE CACHE: it ends a track-at-once track. Drives that don't know
// Immed get it without.
func (s *session) flush(k *task) error {
	err := mmc.SynchronizeCache{Immed: true}.Do(s.calm, s.t)
	if errors.Is(err, scsi.CodeInvalidFieldInCDB) {
		err = mmc.SynchronizeCache{}.Do(s.calm, s.t)
	}
	return errors.Join(err, s.idle(flushTimeout))
}

// endPlain flushes and then asks whether the track is really there. CLOSE TRACK is
// sent only if it is still incomplete: an LG GH22LS30 fails it, and no audio burner
// sends it any more. Some drives report an error of SYNCHRONIZE CACHE although all
// is well (cdrdao ignores it); it counts only if it tells of a failed write or the
// track isn't whole, but then samples are read back in any case.
func (s *session) endPlain(k *task, short bool) (mmc.TrackInformation, error) {
	flushErr := s.flush(k)
	if s.lost || failedWrite(flushErr) {
		info, _ := s.trackInfo(s.calm, k.number)
		return info, flushErr
	}
	info, err := s.shown(k)
	if err == nil && s.goesOn(k.number, info) {
		var closeErr error
		info, closeErr, err = s.closeTrack(k)
		flushErr = errors.Join(flushErr, closeErr)
	}
	if err == nil {
		err = s.whole(k, info)
	}
	if err != nil {
		return info, errors.Join(err, flushErr)
	}
	s.forgive(k, flushErr)
	return info, nil
}

// errHurried is a wait that Options.Hurry ended: what the drive does goes on.
var errHurried = errors.New("the drive was not waited for, as asked")

// forgive notes an error while a track was ended that shows complete afterwards.
func (s *session) forgive(k *task, err error) {
	switch {
	case err == nil:
	case errors.Is(err, errHurried):
		s.note(k, "the drive was not waited for, as asked; it shows the track complete")
	default:
		s.suspect = true
		s.note(k, "the drive reported an error, but the track is complete: %v", err)
	}
}

// failedWrite reports an error that tells of audio that didn't get to the disc: a
// write error, or one of an earlier command.
func failedWrite(err error) bool {
	var se *scsi.SenseError
	if !errors.As(err, &se) {
		return false
	}
	return se.Deferred && se.Key != scsi.KeyRecoveredError || se.Code.Family() == scsi.FamilyWriteError
}

// closeTrack sends CLOSE TRACK and looks again. Its own failure is told apart: it
// is forgiven if the track shows complete.
func (s *session) closeTrack(k *task) (info mmc.TrackInformation, closeErr, err error) {
	closeErr = s.sendCloseTrack(k.number)
	if info, err = s.shown(k); err == nil && s.goesOn(k.number, info) {
		err = wrongf(ErrTrackOpen, "track %d stays unfinished", k.number)
	}
	return info, closeErr, err
}

// sendCloseTrack is CLOSE TRACK and the wait for its end.
func (s *session) sendCloseTrack(number int) error {
	err := mmc.CloseTrackSession{Function: mmc.CloseTrack, Track: uint16(number), Immed: true}.Do(s.calm, s.t)
	if errors.Is(err, scsi.CodeInvalidFieldInCDB) {
		err = mmc.CloseTrackSession{Function: mmc.CloseTrack, Track: uint16(number)}.Do(s.calm, s.t)
	}
	return errors.Join(err, s.idle(flushTimeout))
}

// shownTries is how often a drive is asked for a track that it has just written:
// some need a moment.
const shownTries = 12

// shown asks for the track. One that isn't there matches ErrTrackMissing.
func (s *session) shown(k *task) (mmc.TrackInformation, error) {
	var info mmc.TrackInformation
	var err error
	for try := range shownTries {
		if try > 0 {
			if sleepErr := s.clock.Sleep(s.hurry, eventEvery); sleepErr != nil {
				break
			}
		}
		if info, err = s.trackInfo(s.calm, k.number); err != nil && refused(err) {
			info, err = s.trackAt(k, err)
		}
		if err == nil && !info.Blank {
			return info, nil
		}
		if err != nil && !refused(err) {
			s.lost = s.lost || gone(err)
			return info, err
		}
		s.m.tick()
	}
	if err != nil {
		return info, join(fmt.Errorf("track %d isn't on the disc: %w", k.number, err), ErrTrackMissing)
	}
	return info, wrongf(ErrTrackMissing, "track %d is still blank although the drive took it", k.number)
}

// trackAt asks for the track by its first address, where its number is refused.
func (s *session) trackAt(k *task, refusal error) (mmc.TrackInformation, error) {
	info, err := mmc.ReadTrackInformation{Type: mmc.AddressLBA, Number: uint32(k.start)}.Do(s.calm, s.t)
	if err != nil || info.Track != k.number {
		return info, refusal
	}
	return info, nil
}

// incomplete reports whether recording could go on in a track, by what the drive
// says of it alone.
func incomplete(info mmc.TrackInformation) bool { return info.NWAValid }

// goesOn reports the same of a track that has just been flushed. A drive that names
// a next writable address for it may mean that of the disc: recording doesn't go on
// in the track if it would go on behind it.
func (s *session) goesOn(n int, info mmc.TrackInformation) bool {
	if !incomplete(info) {
		return false
	}
	next, err := s.trackInfo(s.calm, mmc.InvisibleTrack)
	return err != nil || next.Track <= n || !next.Invisible()
}

// whole compares what the drive shows of a track with what it took. Drives count
// with or without run-out and pregap; a track can't be shorter than the audio,
// though, than by the two blocks that Pioneer drives don't count.
func (s *session) whole(k *task, info mmc.TrackInformation) error {
	if info.Start != k.start {
		s.note(k, "the drive shows the start at LBA %d instead of %d", info.Start, k.start)
	}
	if !info.SizeValid {
		return nil
	}
	size := info.Size
	if info.Start < k.start && info.Start >= k.start-toc.PregapSectors {
		size -= toc.Sectors(k.start - info.Start)
	}
	switch {
	case info.Size == 0:
		s.suspect = true
		s.note(k, "the drive shows no size")
	case size < k.written-toc.RunOutSectors:
		return wrongf(ErrTrackMissing, "the drive took %d sectors and shows %d", k.written, info.Size)
	case size != k.written:
		s.note(k, "the drive shows %d sectors instead of %d", info.Size, k.written)
	}
	return nil
}
