package tao

import (
	"context"
	"errors"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// closeSettle is how long disc information may go on showing the session as open
// when the drive doesn't report that it is busy: some return from CLOSE too early
// (old Mitsumi and Sony drives), some refuse every question with 5/72/03 meanwhile
// (HL-DT-ST GE20LU10), and at 1x lead-in and lead-out take 150 seconds.
const closeSettle = 240 * time.Second

// againSettle is the same where the drive said that it did not carry CLOSE SESSION
// out: then it is sent again.
const againSettle = 20 * time.Second

// closeTries is how often CLOSE SESSION is sent.
const closeTries = 3

// Close writes lead-in and lead-out. Page 05h is sent again before: its multi-session
// bits decide whether another session may follow. Whatever the drive answers, disc
// information tells whether the session is closed; the error is what the drive said.
func (m Method) Close(j *burn.Job) error {
	if err := j.Set(j.Calm(), toc.TrackInfo{}); err != nil {
		return burn.Name(err, burn.ErrNotClosed)
	}
	for try := 1; ; try++ {
		sent := j.Send(burn.StepCloseSession, func(ctx context.Context, immed bool) error {
			return mmc.CloseTrackSession{Function: mmc.CloseSession, Immed: immed}.Do(ctx, j.Drive.Transport())
		})
		told := errors.Join(sent, j.Idle(burn.FlushTimeout))
		if burn.Hurried(told) {
			return told
		}
		limit := closeSettle
		again := notCarriedOut(sent) && try < closeTries
		if again {
			limit = againSettle
		}
		closed, err := settled(j, limit)
		if closed || err != nil || !again {
			return errors.Join(told, err)
		}
	}
}

// notCarriedOut reports an answer that says, or may mean, that the drive did not
// start to close: it is asked again once the disc shows the session as open.
func notCarriedOut(err error) bool {
	switch burn.ClassOf(err) {
	case burn.ClassBufferFull, burn.ClassWorking, burn.ClassBusy, burn.ClassAttention, burn.ClassChanged, burn.ClassMadeGood,
		burn.ClassDeferred, burn.ClassAborted, burn.ClassUnanswered, burn.ClassUnsent:
		return true
	}
	return false
}

// settled waits until disc information shows the session closed. A drive that goes
// on showing it open isn't an error yet: a closer look follows.
func settled(j *burn.Job, limit time.Duration) (closed bool, err error) {
	for deadline := j.Now().Add(limit); ; {
		info, err := j.DiscInformation(j.Calm())
		if err != nil && j.Silent() {
			return false, err
		}
		if err == nil && showsClosed(j, info) {
			return true, nil
		}
		if !j.Now().Before(deadline) {
			return false, nil
		}
		if err := j.Sleep(shownEvery); err != nil {
			return false, burn.Name(err, burn.ErrUnconfirmed)
		}
	}
}

// showsClosed reports whether disc information shows the session as closed in the
// way that was asked for.
func showsClosed(j *burn.Job, info mmc.DiscInformation) bool {
	if j.Options.Sessions() == mmc.SessionOpen {
		return info.Status == mmc.DiscIncomplete &&
			(info.LastSession == mmc.SessionEmpty || info.LastSession == mmc.SessionComplete)
	}
	return info.Status == mmc.DiscFinalized
}
