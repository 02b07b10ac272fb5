package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// line sends questions, waits for the drive, and records whether it still answers. A single
// reply that is lost or implausible is never fatal.
type line struct {
	drive *mmc.Drive
	clock scsi.Clock
	m     *meter

	// calm is the caller's context without its cancellation, for completing what has begun.
	// hurry is calm for waiting; burn.Options.Hurry ends it.
	calm, hurry context.Context

	silent bool // the drive did not answer the last question
	stuck  bool // the drive stayed busy longer than any operation takes: later waits are short
}

// newLine makes a line; stop is burn.Options.Hurry.
func newLine(ctx context.Context, d *mmc.Drive, m *meter, stop <-chan struct{}) *line {
	l := &line{drive: d, clock: d.Clock(), m: m, calm: context.WithoutCancel(ctx)}
	if l.hurry = l.calm; stop != nil {
		l.hurry = hurryContext{l.calm, stop}
	}
	return l
}

// hurryContext ends only when the channel is closed.
type hurryContext struct {
	context.Context
	stop <-chan struct{}
}

func (h hurryContext) Done() <-chan struct{} { return h.stop }

func (h hurryContext) Err() error {
	select {
	case <-h.stop:
		return context.Canceled
	default:
		return nil
	}
}

// Calm returns a context that is never canceled, for completing what has begun.
func (l *line) Calm() context.Context { return l.calm }

// Tick sends Progress if it is due.
func (l *line) Tick() { l.m.tick() }

// Ask sends a question, which changes nothing, and repeats it by the rules of inspect.Asker.
// Once burn.Options.Hurry has ended the waiting, it doesn't wait for a busy drive.
func (l *line) Ask(ctx context.Context, question func(context.Context) error) error {
	if l.silent {
		// One try shows that the drive still doesn't answer.
		err := question(ctx)
		if l.heard(err); err == nil || l.silent {
			return err
		}
	}
	asker := inspect.Asker{Drive: l.drive, OnWait: l.m.tick}
	waiting := ctx
	if ctx == l.calm {
		waiting = l.hurry
	}
	var err error
	if waiting.Err() == nil || waiting == ctx {
		err = asker.Ask(waiting, question)
	}
	if waiting != ctx && waiting.Err() != nil {
		asker.Patience = noPatience
		err = asker.Ask(ctx, question)
	}
	l.heard(err)
	return err
}

// noAnswer reports whether err means that no status came.
func noAnswer(err error) bool {
	class := ClassOf(err)
	return class == ClassUnanswered || class == ClassUnsent
}

// heard records whether the drive answered.
func (l *line) heard(err error) {
	switch ClassOf(err) {
	case ClassUnanswered, ClassUnsent:
		l.silent = true
	case ClassStopped:
	default:
		l.silent = false
	}
}

// Silent reports whether the drive did not answer the last question. A command that changes
// something is then not worth sending.
func (l *line) Silent() bool { return l.silent }

// ReadyTimeout is how long a drive may take to recognize its disc: old drives with a bad
// disc need minutes.
const ReadyTimeout = 300 * time.Second

// FlushTimeout is how long the drive may take to empty its buffer or to close a session. It
// is the longest limit of comparable programs.
const FlushTimeout = 3600 * time.Second

// stuckTimeout replaces the limit of a wait for a drive that has exceeded one before.
const stuckTimeout = 60 * time.Second

// Ready waits until the drive has recognized its disc. TEST UNIT READY is only a hint: a
// drive that fails it but reports its disc is ready.
func (l *line) Ready(ctx context.Context) error {
	err := l.wait(func() error {
		return unit.WaitReady(ctx, l.drive, l.waiting(ReadyTimeout))
	})
	if err == nil || l.silent || ctx.Err() != nil || errors.Is(err, mmc.ErrNotReady) {
		return err
	}
	infoErr := l.Ask(ctx, func(ctx context.Context) error {
		_, err := command.ReadDiscInformation{}.Do(ctx, l.drive.Transport())
		return err
	})
	if infoErr == nil {
		return nil
	}
	return err
}

// Idle waits until the drive has carried out its commands. The error is what the drive
// reported about the operation; the state of the disc decides what it means.
func (l *line) Idle(limit time.Duration) error {
	if l.stuck {
		limit = min(limit, stuckTimeout)
	}
	err := l.wait(func() error {
		err := unit.WaitIdle(l.hurry, l.drive, l.waiting(limit))
		if ClassOf(err) == ClassStopped {
			return notWaited
		}
		return err
	})
	if err != nil && l.hurry.Err() != nil && !Hurried(err) {
		return fmt.Errorf("%w: %w", errHurried, err)
	}
	l.stuck = l.stuck || errors.Is(err, mmc.ErrNotReady)
	return err
}

// patience is how long a question or a setting is repeated while the drive is busy:
// 2/04/07 is normal while it writes.
const patience = 60 * time.Second

// noPatience replaces patience after burn.Options.Hurry.
const noPatience = time.Millisecond

// waitTries is how often a wait is resumed after an error.
const waitTries = 3

// wait repeats a wait after single errors, such as a lost status or the error of an operation
// that has ended. It returns the error reported during the wait, joined with the last one if
// the wait did not complete.
func (l *line) wait(wait func() error) error {
	var driveErr error
	for try := 1; ; try++ {
		err := wait()
		class := ClassOf(err)
		last := try == waitTries || noAnswer(err) && (l.silent || inspect.Gone(err))
		if err == nil || class == ClassStopped || errors.Is(err, mmc.ErrNotReady) || last {
			l.heard(err)
			if driveErr != nil && err != nil && driveErr.Error() == err.Error() {
				driveErr = nil
			}
			return errors.Join(driveErr, err)
		}
		switch class {
		case ClassDeferred: // the witness keeps it
		case ClassUnanswered, ClassUnsent, ClassNoMedium, ClassAborted, ClassRefused:
			if sleepErr := l.clock.Sleep(l.hurry, answerPause); sleepErr != nil {
				l.heard(err)
				return errors.Join(driveErr, err)
			}
		default:
			driveErr = err
		}
	}
}

func (l *line) waiting(limit time.Duration) unit.WaitOptions {
	return unit.WaitOptions{Timeout: limit, Interval: eventEvery, MediumGrace: mediumGrace, OnProgress: l.poll}
}

// mediumGrace is how long "medium not present" is ignored.
const mediumGrace = 3 * time.Second

// poll records the progress that a busy drive reports.
func (l *line) poll(fraction float64, known bool) {
	if known {
		l.m.frac = fraction
	}
}

// Sleep waits until the time is over or burn.Options.Hurry ends the wait.
func (l *line) Sleep(d time.Duration) error {
	if err := l.clock.Sleep(l.hurry, d); err != nil {
		return errHurried
	}
	return nil
}

// Now returns the drive's time.
func (l *line) Now() time.Time { return l.clock.Now() }

// send sends a command that changes something until the policy has settled it. nil means
// that it was carried out; an error is the last reply, which for some steps decides nothing
// (actEnd). idle waits for a busy drive; if it is nil, the command is sent again later. most
// limits how often a command without a reply is sent.
func (l *line) send(ctx context.Context, step Step, most int, do func(ctx context.Context, immed bool) error, idle func() error) error {
	immed := true
	deadline := l.clock.Now().Add(patience)
	for tries := 0; ; {
		err := do(ctx, immed)
		class := ClassOf(err)
		switch policy[step][class] {
		case actPlain:
			if !immed {
				return err
			}
			immed = false
			continue
		case actAgain:
		default:
			return err
		}
		var wait time.Duration
		switch class {
		case ClassBusy, ClassBufferFull, ClassWorking:
			if !l.clock.Now().Before(deadline) {
				return err
			}
			if wait = eventEvery; idle != nil {
				if idleErr := idle(); idleErr != nil {
					return errors.Join(err, idleErr)
				}
			}
		default:
			if tries++; tries >= most || inspect.Gone(err) {
				return err
			}
			if class == ClassUnanswered || class == ClassUnsent {
				wait = answerPause
			}
		}
		if sleepErr := l.clock.Sleep(ctx, wait); sleepErr != nil {
			return errors.Join(err, sleepErr)
		}
	}
}

// How often a command that was not carried out is sent again, and the pause after a command
// without a reply.
const (
	sendTries   = 4
	answerPause = 2 * time.Second
)
