package trackatonce

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// How long a reservation may take to appear.
const (
	reservePoll  = 500 * time.Millisecond
	reserveLimit = 10 * time.Second
)

// The results of RESERVE TRACK.
const (
	reserveDone    burn.ReserveResult = "reserved"
	reserveRefused burn.ReserveResult = "refused"
	reserveIgnored burn.ReserveResult = "ignored"
	reserveUndone  burn.ReserveResult = "undone"
	reserveWrong   burn.ReserveResult = "wrong"
)

// reservedSize is the length sent with RESERVE TRACK: no track is shorter than four
// seconds.
func reservedSize(t *engine.Task) toc.Sectors { return placing.Raise(t.Sectors()) }

// reservation is the RESERVE TRACK of one track.
type reservation struct {
	*engine.Job
	t *engine.Task
}

// make sends RESERVE TRACK and checks its effect. A reservation that isn't exactly right is
// undone. If that is impossible, the burn stops before the first WRITE: on a CD-R an
// unfilled reservation can keep the disc from ever being closed. before is what the drive
// reported about the track before the command.
func (r reservation) make(ctx context.Context, before command.TrackInformation) error {
	r.Phase(burn.PhaseReserve)
	if err := r.SameDisc(); err != nil {
		return err
	}
	r.Touch()
	err := r.Send(engine.StepReserve, func(ctx context.Context, _ bool) error {
		return command.ReserveTrack{Size: uint32(reservedSize(r.t))}.Do(ctx, r.Drive.Transport())
	})
	if errors.Is(err, burn.ErrDiscChanged) {
		r.t.Reserved = true // it may be, on the previous disc
		return r.fail(err)
	}
	info, following, seen, pollErr := r.poll(ctx, before)
	row := r.Row(r.t)
	switch {
	case pollErr != nil:
		r.t.Reserved = true // it may be
		return r.fail(errors.Join(err, pollErr))
	case !seen && err != nil && engine.ClassOf(err) != engine.ClassRefused:
		return r.fail(err)
	case !seen && err != nil:
		row.Reserve = reserveRefused
		r.TrackNote(r.t, burn.Note{Kind: notekind.ReserveRefused, Cause: burn.Cause{Err: err}})
		return nil
	case !seen:
		row.Reserve = reserveIgnored
		r.TrackNote(r.t, burn.Note{Kind: notekind.ReserveIgnored})
		return nil
	}
	r.t.Reserved = true
	wrong := r.wrong(info, following)
	if wrong == nil && (err == nil || engine.ClassOf(err) != engine.ClassRefused) {
		row.Reserve = reserveDone
		return nil
	}
	if wrong == nil {
		wrong = fmt.Errorf("the drive refused the reservation and shows one: %w", err)
	}
	return r.undoWrong(wrong)
}

func (r reservation) fail(err error) error {
	return engine.Wrap(burn.PhaseReserve, r.t.Number, 0, err)
}

// poll asks for the track and for track FFh until the reservation appears or reserveLimit
// has passed. seen is false if the disc is unchanged.
func (r reservation) poll(ctx context.Context, before command.TrackInformation) (info, following command.TrackInformation, seen bool, err error) {
	for deadline := r.Now().Add(reserveLimit); ; {
		info, err = r.TrackInformation(r.Calm(), r.t.Number)
		if err == nil {
			if following, err = r.NextTrack(r.Calm()); engine.ClassOf(err) == engine.ClassRefused {
				following, err = info, nil // no room for another track
			}
		} else if engine.ClassOf(err) == engine.ClassRefused {
			info, err = before, nil
			following, err = r.NextTrack(r.Calm())
		}
		if err != nil {
			return info, following, false, err
		}
		if info.RT || following.Track > r.t.Number || info.Size != before.Size {
			return info, following, true, nil
		}
		if ctx.Err() != nil || !r.Now().Before(deadline) {
			return info, following, false, nil
		}
		if err := r.Sleep(reservePoll); err != nil {
			return info, following, false, err
		}
	}
}

// wrong returns an error if a reservation isn't as requested. After a reservation, FFh may be
// the reserved track itself or the one after it.
func (r reservation) wrong(info, following command.TrackInformation) error {
	nwa, free := r.Writable(info)
	size := info.Size
	if before := toc.Sectors(nwa - info.Start); before > 0 && before <= toc.PregapSectors {
		size -= before // some drives include the pregap
	}
	switch {
	case info.Track != r.t.Number:
		return fmt.Errorf("the drive shows track %d", info.Track)
	case !info.Reserved():
		return errors.New("the track isn't shown as reserved and blank")
	case info.SizeValid && size != reservedSize(r.t):
		return fmt.Errorf("%d sectors were reserved instead of %d", size, reservedSize(r.t))
	case !info.NWAValid || nwa != r.t.Start:
		return fmt.Errorf("it starts at LBA %d instead of %d", nwa, r.t.Start)
	case free < r.t.Sectors():
		return fmt.Errorf("it has room for %d sectors instead of %d", free, r.t.Sectors())
	case following.Track < r.t.Number:
		return fmt.Errorf("recording would continue in track %d", following.Track)
	}
	return nil
}

// undoWrong undoes a wrong reservation, and the track is then written without one. If it
// can't be undone, the error matches burn.ErrReservation.
func (r reservation) undoWrong(wrong error) error {
	row := r.Row(r.t)
	row.Reserve = reserveWrong
	if err := r.undo(); err != nil {
		return r.fail(engine.Name(fmt.Errorf("%w, and it can't be undone: %w", wrong, err), burn.ErrReservation))
	}
	row.Reserve = reserveUndone
	r.TrackNote(r.t, burn.Note{Kind: notekind.ReserveUndone, Cause: burn.Cause{Err: wrong}})
	next, err := r.NextTrack(r.Calm())
	if err != nil {
		return r.fail(err)
	}
	return accept(r.Job, r.t, next)
}

// undo undoes the reservation of a track that nothing was written to: BLANK type 3, which
// works only on CD-RW and which not every drive supports.
func (r reservation) undo() error {
	if r.Before.Media.Value != mmc.MediaCDRW {
		return engine.Name(errors.New("a CD-R can't be erased"), burn.ErrReservation)
	}
	if err := r.SameDisc(); err != nil {
		return err
	}
	// What has an end and can't be written to is a recording, perhaps of another disc with the
	// same tracks before it.
	if info, err := r.TrackInformation(r.Calm(), r.t.Number); err == nil && !info.Blank && !info.RT && !info.NWAValid && info.Size > 0 {
		return engine.Name(errors.New("the drive shows a track that is recorded"), burn.ErrReservation)
	}
	err := r.Send(engine.StepBlank, func(ctx context.Context, immed bool) error {
		return command.Blank{Type: command.BlankUnreserve, Immed: immed}.Do(ctx, r.Drive.Transport())
	})
	err = errors.Join(err, r.Idle(engine.FlushTimeout))
	next, askErr := r.NextTrack(r.Calm())
	switch {
	case askErr != nil:
		return errors.Join(err, askErr)
	case next.Track != r.t.Number || next.RT:
		return errors.Join(engine.Name(errors.New("the drive still shows the reservation"), burn.ErrReservation), err)
	}
	r.t.Reserved = false
	r.Row(r.t).Reserve = reserveUndone
	return nil
}

// abandon removes a reservation that won't be used. If it can't be undone it becomes a
// track of silence, because a session with an empty reservation can't be closed. The
// report counts it as a canceled track. Without fill nothing more may be written, because
// the drive has just failed to.
func (r reservation) abandon(fill bool) error {
	row := r.Row(r.t)
	if row.Reserve == reserveWrong || r.Silent() {
		return nil // reported already; the disc is left as it is
	}
	undoErr := r.undo()
	if undoErr == nil || r.Silent() {
		return undoErr
	}
	if err := r.end(fill); err != nil {
		return r.fail(errors.Join(err, undoErr))
	}
	row.Status, row.Start, row.Sent, row.Padding = burn.TrackCanceled, r.t.Start, r.t.Sent, r.t.Sent
	row.ShownAt, row.ShownSize = r.t.Shown.Start, r.t.Shown.Size
	r.TrackNote(r.t, burn.Note{Kind: notekind.ReserveSilence, Cause: burn.Cause{Err: undoErr}})
	return nil
}

// end ends a reserved track that wasn't filled. On CLOSE TRACK most drives pad it to its
// end; otherwise it is filled with silence if that is still possible.
func (r reservation) end(fill bool) error {
	driveErr := r.CloseTrack(r.t.Number)
	err := r.shown()
	if err == nil && !stillWritable(r.Job, r.t) {
		r.EndRemark(r.t, driveErr)
		return nil
	}
	if err == nil && !fill {
		err = engine.Name(errors.New("the track stays unfinished"), burn.ErrTrackOpen)
	}
	if r.Silent() || !fill || err != nil && !errors.Is(err, burn.ErrTrackMissing) {
		return errors.Join(driveErr, err)
	}
	if err := r.Pad(r.t, reservedSize(r.t)); err != nil {
		return errors.Join(err, driveErr)
	}
	return endPlain(r.Job, r.t)
}

// shown asks for the track once: a reservation always has its full length.
func (r reservation) shown() error {
	info, err := trackOf(r.Job, r.t)
	if err != nil {
		return err
	}
	if info.Blank {
		return engine.Name(errors.New("the track is still blank"), burn.ErrTrackMissing)
	}
	r.t.Shown = info
	return nil
}
