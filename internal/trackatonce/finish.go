package trackatonce

import (
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/toc"
)

// End flushes and then checks that the track exists: SYNCHRONIZE CACHE ends a
// track-at-once track. CLOSE TRACK is sent only if the track is still incomplete: an LG
// GH22LS30 fails it, and audio burning programs no longer send it. Some drives report an
// error of SYNCHRONIZE CACHE although the track is complete (cdrdao ignores it), so the
// state of the track decides.
func (m method) End(j *engine.Job, t *engine.Task, cause error) error {
	fill := cause == nil || !engine.DriveError(cause)
	switch {
	case !t.Written() && !t.Reserved:
		return nil
	case !t.Written():
		return reservation{j, t}.abandon(fill)
	case j.Options.TestWrite:
		err := j.Flush()
		if engine.Hurried(err) || j.Silent() {
			return err
		}
		j.EndRemark(t, err)
		return rehearsed(j, t)
	case t.Reserved && t.Sent < reservedSize(t):
		return reservation{j, t}.end(fill)
	}
	return endPlain(j, t)
}

// endPlain ends a completely written track.
func endPlain(j *engine.Job, t *engine.Task) error {
	driveErr := j.Flush()
	err := shown(j, t)
	if err == nil && stillWritable(j, t) {
		driveErr = errors.Join(driveErr, j.CloseTrack(t.Number))
		if err = shown(j, t); err == nil && stillWritable(j, t) {
			err = engine.Name(errors.New("the track stays unfinished"), burn.ErrTrackOpen)
		}
	}
	if err == nil {
		err = whole(j, t)
	}
	if err != nil {
		return errors.Join(err, driveErr)
	}
	j.EndRemark(t, driveErr)
	return nil
}

// Polling of a track that has just been written. Some drives need a moment. On others
// (HL-DT-ST GE20LU10) only the size shows the end of a track: it is 0 or grows until the
// track has ended, and a WRITE before that ruins the disc.
const (
	shownEvery = 400 * time.Millisecond
	shownLimit = 60 * time.Second
	// missingLimit is the limit for a track that isn't shown at all.
	missingLimit = 6 * time.Second
)

// shown polls the track until it is as long as what was sent, and stable. The error matches
// burn.ErrTrackMissing if the track doesn't exist.
func shown(j *engine.Job, t *engine.Task) error {
	began := j.Now()
	var before command.TrackInformation
	for {
		info, err := trackOf(j, t)
		gone := j.Now().Sub(began)
		switch {
		case err != nil && engine.ClassOf(err) != engine.ClassRefused:
			return engine.Name(err, burn.ErrUnconfirmed)
		case err == nil && !info.Blank:
			t.Shown = info
			stable := before.SizeValid && before.Size == info.Size
			if !info.SizeValid || stable && longEnough(t, info) || gone >= shownLimit {
				return nil // whole decides
			}
			before = info
		case gone >= missingLimit && err != nil:
			return missing(j, t, err)
		case gone >= missingLimit:
			text := "track %d is still blank although the drive accepted it"
			if t.Sent == 0 {
				text = "track %d is still blank"
			}
			return engine.Name(fmt.Errorf(text, t.Number), burn.ErrTrackMissing)
		}
		if err := j.Sleep(shownEvery); err != nil {
			if t.Shown.Track == t.Number && longEnough(t, t.Shown) {
				return nil
			}
			return engine.Name(err, burn.ErrUnconfirmed)
		}
	}
}

// missing returns the error for a track that the drive doesn't report. Only a smaller number
// of tracks in disc information proves that the track doesn't exist.
func missing(j *engine.Job, t *engine.Task, refusal error) error {
	info, err := j.DiscInformation(j.Calm())
	if err != nil || info.LastTrackLastSession >= t.Number {
		return engine.Name(fmt.Errorf("the drive doesn't show the track: %w", refusal), burn.ErrUnconfirmed)
	}
	return engine.Name(fmt.Errorf("the track isn't on the disc: %w", refusal), burn.ErrTrackMissing)
}

// rehearsed waits for the end of a track that was written with the laser off. Many drives
// don't report such a track. A drive that does may still be busy, as after a real track
// (shown), and drops the next track if it comes too early. Nothing is on the disc, so no
// reply is an error.
func rehearsed(j *engine.Job, t *engine.Task) error {
	before := toc.Sectors(-1)
	for began := j.Now(); j.Now().Sub(began) < shownLimit; {
		info, err := trackOf(j, t)
		switch {
		case err != nil, info.Blank, info.Track != t.Number, !info.SizeValid, longEnough(t, info) && info.Size == before:
			return nil
		}
		before = info.Size
		if err := j.Sleep(shownEvery); err != nil {
			return err
		}
	}
	return nil
}

// longEnough reports whether the size of a track covers everything that was sent, except
// the two blocks that Pioneer drives don't count.
func longEnough(t *engine.Task, info command.TrackInformation) bool {
	return sizeFrom(t, info) >= t.Sent-placing.RunOutSectors
}

// sizeFrom returns the reported size, without a pregap that the drive includes.
func sizeFrom(t *engine.Task, info command.TrackInformation) toc.Sectors {
	size := info.Size
	if info.Start < t.Start && info.Start >= t.Start-toc.PregapSectors {
		size -= toc.Sectors(t.Start - info.Start)
	}
	return size
}

// trackOf asks for a track by its number, or by its first address if the drive refuses
// the number.
func trackOf(j *engine.Job, t *engine.Task) (command.TrackInformation, error) {
	info, err := j.TrackInformation(j.Calm(), t.Number)
	if engine.ClassOf(err) != engine.ClassRefused {
		return info, err
	}
	byAddress, addressErr := j.TrackAt(j.Calm(), t.Start)
	if addressErr != nil || byAddress.Track != t.Number {
		return info, err
	}
	return byAddress, nil
}

// stillWritable reports whether a track can still be written to after a flush. The next
// writable address that a drive reports for a track may be that of the disc: past the end
// of the track it means that the track has ended.
func stillWritable(j *engine.Job, t *engine.Task) bool {
	if !t.Shown.NWAValid {
		return false
	}
	next, err := j.TrackInformation(j.Calm(), command.InvisibleTrack)
	return err != nil || next.Track <= t.Number || !next.Invisible()
}

// whole compares what the drive shows of a track with what was sent.
func whole(j *engine.Job, t *engine.Task) error {
	notes, err := compare(t)
	for _, n := range notes {
		j.TrackNote(t, n)
	}
	return err
}

// compare is whole without the job. Drives include or omit run-out and pregap.
func compare(t *engine.Task) (notes []burn.Note, err error) {
	if t.Shown.Damage { // its size may include all of its free room
		return nil, engine.Name(errors.New("the drive shows the track as damaged: its recording was cut off"), burn.ErrTrackOpen)
	}
	if at := t.Shown.Start; at != t.Start && at != t.Start-toc.PregapSectors {
		notes = append(notes, burn.Note{Kind: notekind.StartDiffers, Want: int(t.Start), Got: int(t.Shown.Start)})
	}
	if !t.Shown.SizeValid {
		return notes, nil
	}
	switch size := sizeFrom(t, t.Shown); {
	case t.Shown.Size == 0:
		notes = append(notes, burn.Note{Kind: notekind.NoSize})
	case size < t.Sent-placing.RunOutSectors:
		return notes, engine.Name(fmt.Errorf("the drive accepted %d sectors and shows %d", t.Sent, t.Shown.Size), burn.ErrTrackMissing)
	case size != t.Sent && size != placing.Raise(t.Sent): // drives make no track shorter than four seconds
		notes = append(notes, burn.Note{Kind: notekind.SizeDiffers, Want: int(t.Sent), Got: int(t.Shown.Size)})
	}
	return notes, nil
}
