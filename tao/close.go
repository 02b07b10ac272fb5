package tao

import (
	"context"
	"errors"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// againSettle is how long disc information may go on showing the session as open where
// the drive said that it did not carry CLOSE SESSION out: then it is sent again.
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
		if err := j.SameDisc(); err != nil {
			return burn.Name(err, burn.ErrNotClosed)
		}
		sent := j.Send(burn.StepCloseSession, func(ctx context.Context, immed bool) error {
			return mmc.CloseTrackSession{Function: mmc.CloseSession, Immed: immed}.Do(ctx, j.Drive.Transport())
		})
		told := errors.Join(sent, j.Idle(burn.FlushTimeout))
		if burn.Hurried(told) {
			return told
		}
		limit := burn.CloseSettle
		again := notCarriedOut(sent) && try < closeTries
		if again {
			limit = againSettle
		}
		closed, err := j.Settled(limit)
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
