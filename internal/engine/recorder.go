package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/internal/reading"
)

// recorder writes tracks with one reader for all of them.
type recorder struct {
	*Job
	feed *feeder
}

// record writes tracks one after the other with the method. digests are the results of
// checkSources.
func (j *Job) record(ctx context.Context, tracks []burn.Track, first int, digests []reading.Digest) error {
	tasks := make([]*Task, len(tracks))
	for i, t := range tracks {
		tasks[i] = newTask(t, first+i, digests[i])
	}
	return j.recordTasks(ctx, tasks)
}

// recordTasks is record for tasks.
func (j *Job) recordTasks(ctx context.Context, tasks []*Task) error {
	jobs := make([]job, len(tasks))
	for i, t := range tasks {
		jobs[i] = t.job()
	}
	j.List = tasks
	if j.fifo == nil {
		j.fifo = newFIFO(j.Options.FIFO, j.writing.chunk)
	}
	r := &recorder{Job: j, feed: j.fifo.start(jobs)}
	j.m.feed = r.feed
	defer func() {
		j.m.feed = nil
		merge(&j.rep.FIFO, r.feed.stats)
		if !r.feed.close() {
			j.fifo = nil
			j.Note(burn.Note{Kind: notekind.SourceHangs})
		}
		r.unclosed(tasks)
	}()
	for i, t := range tasks {
		if ctx.Err() != nil && !j.midStream() {
			j.Row(t).Number = j.NextNumber()
			return Wrap(burn.PhaseStart, j.NextNumber(), 0, Canceled(ctx))
		}
		r.feed.current.Store(int32(i))
		if err := r.track(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// unclosed notes the sources that could not be closed. Their audio was read completely, so no
// track has failed.
func (r *recorder) unclosed(tasks []*Task) {
	for {
		select {
		case c := <-r.feed.closed:
			r.TrackNote(tasks[c.job], burn.Note{Kind: notekind.SourceUnclosed, Cause: burn.Cause{Err: c.err}})
		default:
			return
		}
	}
}

// track writes one track. ctx cancels it; a track that has begun is still ended properly.
func (r *recorder) track(ctx context.Context, t *Task) error {
	began := r.Now()
	t.mark = r.seen.Now()
	r.m.track(r.NextNumber(), r.Floor(), t.Sectors())
	r.Phase(burn.PhaseStart)
	first, err := r.begin(ctx, t)
	if err != nil {
		return r.notBegun(t, err)
	}
	r.m.track(t.Number, t.Start, t.Sectors())
	r.m.send(burn.TrackStarted{
		Track: t.Number, Row: t.row, Name: t.Source.Name(), Start: t.Start, Sectors: t.Sectors(), Length: t.player(t.Sectors()), Reserved: t.Reserved,
	})
	r.m.phase(burn.PhaseWrite, burn.ActionWriting, t.Sectors())
	r.Touch()
	r.Tasks = append(r.Tasks, t)
	laser := r.Now()
	cause := r.writing.ahead(ctx, t)
	if cause == nil {
		cause = r.writing.stream(ctx, r.feed, t, first)
	} else {
		r.feed.put(first)
	}
	endErr := r.end(t, cause)
	if cause == nil && endErr == nil {
		evidence{r.Job}.doubtLength(t)
	}
	burnt := r.Now().Sub(laser)
	r.rep.Writing += burnt
	r.account(t, cause, endErr)
	if cause != nil || endErr != nil {
		r.suspectEarlier(t)
	}
	row := r.Row(t)
	row.Elapsed = r.Now().Sub(began)
	r.m.send(burn.TrackFinished{Track: t.Number, Row: t.row, Report: cloneRow(*row)})
	if cause != nil {
		return errors.Join(cause, endErr)
	}
	return endErr
}

// midStream reports whether a session that is one stream is being written: between its tracks no
// questions are sent and the burn can't stop.
func (j *Job) midStream() bool { return j.method.Continuous() && len(j.Tasks) > 0 }

// begin does everything before the first WRITE and returns the first chunk.
func (r *recorder) begin(ctx context.Context, t *Task) (*chunk, error) {
	var err error
	if !r.midStream() {
		err = r.feed.primed(ctx, r.m.tick)
	}
	var first *chunk
	if err == nil {
		first, err = r.feed.next(ctx, r.m.tick)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, Canceled(ctx)
	case err != nil:
		return nil, err
	}
	if first.err != nil && len(first.data) == 0 {
		err := first.err
		r.feed.put(first)
		return nil, err
	}
	if r.midStream() {
		err = r.method.Begin(ctx, r.Job, t)
	} else {
		err = r.ready(ctx, t)
	}
	if err == nil && ctx.Err() != nil {
		err = Canceled(ctx)
	}
	if err != nil {
		r.feed.put(first)
		return nil, err
	}
	return first, nil
}

// ready prepares drive and disc for the first WRITE of t and checks that neither has changed
// in the meantime. After a reset it prepares them again.
func (r *recorder) ready(ctx context.Context, t *Task) error {
	for try := 1; ; try++ {
		err := r.settled(ctx)
		if err == nil {
			err = r.method.Begin(ctx, r.Job, t)
		}
		if changed := r.SameDisc(); changed != nil {
			t.Number, err = r.NextNumber(), changed // any other error is about the other disc
		}
		switch {
		case !r.seen.Reset(r.hold.since), r.otherDisc, ctx.Err() != nil, err != nil && (t.Reserved || try == readyTries):
			return err
		case t.Reserved, try == readyTries:
			return wrongf(burn.ErrDriveLost, "the drive is reset again and again")
		}
	}
}

// readyTries limits how often the first WRITE is prepared.
const readyTries = 3

// settled checks that the drive is ready, that its disc is the one seen before, and that
// lock and speed are as set.
func (r *recorder) settled(ctx context.Context) error {
	if err := r.Ready(ctx); err != nil {
		return err
	}
	if err := r.SameDisc(); err != nil {
		return err
	}
	if err := r.hold.settings(ctx); err != nil {
		return err
	}
	if err := r.SameDisc(); err != nil {
		return err
	}
	failed := r.seen.Failed(burnStart(r.Job))
	if n := len(r.Tasks); failed != nil && n > 0 && (evidence{r.Job}).disproves((evidence{r.Job}).sent(r.Tasks[n-1]), failed) {
		return nil
	}
	return failed
}

// burnStart is the start of the burn: earlier deferred errors are about other programs' commands.
func burnStart(j *Job) mark {
	if j.laser == laserOff {
		return j.seen.Now()
	}
	return j.armed
}

// end ends a track. If its source or a cancel cut it short, it is padded to the minimum of
// four seconds; after a failed WRITE nothing more is written.
func (r *recorder) end(t *Task, cause error) error {
	switch {
	case r.method.Continuous() && r.Last(t):
		r.m.phase(burn.PhaseFlush, burn.ActionFinishing, closeWork)
	case cause != nil || !r.method.Continuous():
		r.Phase(burn.PhaseFlush)
	}
	if !r.method.Continuous() {
		if err := r.SameDisc(); err != nil {
			return Wrap(burn.PhaseFlush, t.Number, 0, err) // nothing is sent to another disc
		}
	}
	var padErr error
	if cause != nil && !DriveError(cause) && t.tried && !r.Silent() && !r.method.Continuous() {
		padErr = r.Pad(t, placing.MinTrack)
	}
	why := cause
	if why == nil && r.method.Continuous() && !r.Last(t) {
		why = r.seen.Failed(t.mark) // an earlier WRITE has failed: the session ends here
	}
	err := r.method.End(r.Job, t, why)
	t.ended = !r.method.Continuous() || r.Last(t)
	if err != nil {
		err = errors.Join(err, t.doubt)
	}
	if changed := r.changed(err); changed != nil {
		err = changed
	}
	if failed := r.seen.Failed(t.mark); failed != nil && !DriveError(cause) && (err != nil || !r.outlives(t, failed)) {
		err = errors.Join(err, failed)
	}
	if DriveError(cause) {
		// The cause is known; its effect on the track is only noted.
		if err != nil {
			r.TrackNote(t, burn.Note{Kind: notekind.TrackError, Cause: burn.Cause{Err: err}})
		}
		return nil // and nothing was padded
	}
	return errors.Join(padErr, Wrap(burn.PhaseFlush, t.Number, 0, err))
}

// changed checks after the end of a track whether another disc is in the drive. err is the
// error of the track. Another disc may show a track of the same number; nothing is then known
// about the track that was written.
func (r *recorder) changed(err error) error {
	if err == nil && r.method.Continuous() {
		return nil // the session hasn't ended; closing it inspects the disc
	}
	changed := r.SameDisc()
	switch {
	case changed == nil:
		return nil
	case err == nil:
		return Name(changed, burn.ErrUnconfirmed)
	case errors.Is(changed, burn.ErrDiscChanged): // err is about the other disc
		return Name(fmt.Errorf("%w: %v", changed, err), burn.ErrUnconfirmed)
	}
	return fmt.Errorf("%w: %w", changed, err)
}

// DriveError reports whether writing a track ended because of the drive, not because of a
// cancel or the source. Nothing more is then written to the track.
func DriveError(err error) bool {
	return err != nil && !errors.Is(err, burn.ErrCanceled) && !errors.Is(err, burn.ErrBadInput)
}

// notBegun records a track for which no WRITE was sent. The method ends its reservation.
func (r *recorder) notBegun(t *Task, err error) error {
	if t.Number == 0 {
		t.Number = r.NextNumber()
	}
	row := r.Row(t)
	row.Number = t.Number
	row.Status = statusOf(err, burn.TrackNotBegun)
	at := t.Number
	if errors.Is(err, burn.ErrNoSAO) {
		at = 0 // the whole session was refused
	}
	err = Wrap(burn.PhaseStart, at, 0, err)
	if r.laser != laserOff && !errors.Is(err, burn.ErrCanceled) {
		err = Name(err, burn.ErrWriteFailed) // the disc isn't as it was
	}
	r.TrackNote(t, burn.Note{Kind: notekind.TrackError, Cause: burn.Cause{Err: err}})
	if (t.Reserved || r.midStream()) && !r.changeReported {
		if endErr := r.method.End(r.Job, t, err); endErr != nil {
			phase := burn.PhaseReserve
			if !t.Reserved {
				phase = burn.PhaseFlush
			}
			err = errors.Join(err, Wrap(phase, t.Number, 0, endErr))
		}
	}
	if t.Reserved {
		r.Tasks = append(r.Tasks, t) // it is on the disc
	}
	return err
}

// statusOf returns the state of a track that ended with err; otherwise applies to errors
// of the drive.
func statusOf(err error, otherwise burn.TrackStatus) burn.TrackStatus {
	switch {
	case errors.Is(err, burn.ErrSourceChanged):
		return burn.TrackChanged
	case errors.Is(err, burn.ErrSourceShort):
		return burn.TrackShort
	}
	return otherwise
}

// account fills in a track's row.
func (r *recorder) account(t *Task, cause, endErr error) {
	row := r.Row(t)
	row.Number, row.Start, row.Sent, row.Audio = t.Number, t.index1(), t.Sent, t.music
	row.Padding, row.Length = t.Sent-t.music, t.body()
	row.ShownAt, row.ShownSize = t.Shown.Start, t.Shown.Size
	if !r.Options.TestWrite && t.Shown.Track == t.Number {
		row.Sectors = min(t.Sent, t.Shown.Size+placing.RunOutSectors)
	}
	switch err := errors.Join(cause, endErr); {
	case err == nil && r.Options.TestWrite:
		row.Status = burn.TrackTested
	case err == nil:
		row.Status = burn.TrackOK
	case endErr == nil && errors.Is(cause, burn.ErrCanceled) && t.music == t.audio:
		row.Status = burn.TrackOK // the cancel came after the last WRITE
		if r.Options.TestWrite {
			row.Status = burn.TrackTested
		}
	case errors.Is(cause, burn.ErrCanceled) && t.Sent+t.before > 0:
		row.Status = burn.TrackCanceled
	case cause == nil && errors.Is(endErr, burn.ErrUnconfirmed):
		row.Status = burn.TrackUnshown
	default:
		row.Status = statusOf(cause, burn.TrackFailed)
	}
	for _, err := range []error{cause, endErr} {
		if err != nil {
			r.TrackNote(t, burn.Note{Kind: notekind.TrackError, Cause: burn.Cause{Err: err}})
		}
	}
}
