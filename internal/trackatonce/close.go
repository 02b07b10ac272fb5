package trackatonce

import (
	"context"
	"errors"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/toc"
)

// againSettle is how long disc information may show the session as open, after the drive
// reported that it did not carry out CLOSE SESSION, before the command is sent again.
const againSettle = 20 * time.Second

// closeTries is how often CLOSE SESSION is sent.
const closeTries = 3

// Close writes lead-in and lead-out. It first sends page 05h again, whose multi-session
// bits determine whether another session may follow. Disc information decides whether the
// session is closed; the error is what the drive reported.
func (m method) Close(j *engine.Job) error {
	if err := j.Set(j.Calm(), toc.TrackInfo{}); err != nil {
		return engine.Name(err, burn.ErrNotClosed)
	}
	for try := 1; ; try++ {
		if err := j.SameDisc(); err != nil {
			return engine.Name(err, burn.ErrNotClosed)
		}
		sent := j.Send(engine.StepCloseSession, func(ctx context.Context, immed bool) error {
			return command.CloseTrackSession{Function: command.CloseSession, Immed: immed}.Do(ctx, j.Drive.Transport())
		})
		driveErr := errors.Join(sent, j.Idle(engine.FlushTimeout))
		if engine.Hurried(driveErr) {
			return driveErr
		}
		limit := engine.CloseSettle
		again := notCarriedOut(sent) && try < closeTries
		if again {
			limit = againSettle
		}
		closed, err := j.Settled(limit)
		if closed || err != nil || !again {
			return errors.Join(driveErr, err)
		}
	}
}

// notCarriedOut reports whether an error means, or may mean, that the drive did not start
// to close. The command is then sent again if the disc still shows the session as open.
func notCarriedOut(err error) bool {
	switch engine.ClassOf(err) {
	case engine.ClassBufferFull, engine.ClassWorking, engine.ClassBusy, engine.ClassAttention, engine.ClassChanged, engine.ClassMadeGood,
		engine.ClassDeferred, engine.ClassAborted, engine.ClassUnanswered, engine.ClassUnsent:
		return true
	}
	return false
}
