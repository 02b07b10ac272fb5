package inspect

import (
	"context"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// Asker sends a drive questions that change nothing, and repeats each by one table of
// rules until there is an answer or none can be expected.
//
// It must not be used for anything that writes, erases or moves the tray: a question may
// be sent many times.
type Asker struct {
	Drive *mmc.Drive
	// Patience is how long a question to a busy drive is repeated, by the drive's clock;
	// 0 means 60 seconds.
	Patience time.Duration
	// OnWait, if not nil, is called before each pause.
	OnWait func()
	// OnAttention, if not nil, is called for every unit attention that was absorbed. In a
	// burn, 6/28 may mean another disc, and after 6/29 (reset) lock, speed and mode pages
	// have their defaults.
	OnAttention func(scsi.Sense)
}

// Ask repeats a question until there is a final answer, by these rules:
//
//   - unit attention: reported, asked again immediately, at most 16 times;
//   - a deferred error: it belongs to an earlier command, and the question was not
//     carried out: asked again immediately, counted together with unit attentions;
//   - busy (current 2/04/xx except 02 and 03, 0/04/xx, status BUSY or TASK SET FULL):
//     asked again every 400 ms until the patience ends;
//   - no status: up to three times in a row, 2 s apart;
//   - refused (key 5): once more;
//   - no disc (2/3A), medium and hardware errors, aborted commands, replies that are
//     too short or can't be true: three times in all;
//   - the context has ended, the drive is gone, the system refuses: final immediately.
//
// The error is the last answer. If the patience has ended it also matches
// mmc.ErrNotReady; if a pause is interrupted it matches the context's error.
func (a *Asker) Ask(ctx context.Context, question func(context.Context) error) error {
	return a.ask(ctx, question, nil)
}

// round counts the answers to one question.
type round struct {
	attentions, tries, lost, refusals int

	began time.Time // when the drive was first found busy
}

// ask is Ask, but does not repeat a question whose answer satisfies final.
func (a *Asker) ask(ctx context.Context, question func(context.Context) error, final func(*answer) bool) error {
	var n round
	for {
		err := question(ctx)
		if err == nil {
			return nil
		}
		got := takeApart(ctx, err)
		if final != nil && final(&got) {
			return err
		}
		r := judge(&got)
		if r.does == done {
			return nil
		}
		if r.does == atOnce && got.sense.Key == scsi.KeyUnitAttention && !got.sense.Deferred && a.OnAttention != nil {
			a.OnAttention(got.sense.Sense)
		}
		if stop := a.count(&n, r, err); stop != nil {
			return stop
		}
		if err := a.wait(ctx, r.pause); err != nil {
			return fmt.Errorf("%w, after: %w", err, got.err)
		}
	}
}

// count counts an answer and returns the error if it is final.
func (a *Asker) count(n *round, r *rule, err error) error {
	if r.does != untilBack {
		n.lost = 0
	}
	over := false
	switch r.does {
	case atOnce:
		n.attentions++
		over = n.attentions > maxAttentions
	case fewTimes:
		n.tries++
		over = n.tries >= maxTries
	case untilBack:
		n.lost++
		over = n.lost >= maxLost
	case onceMore:
		n.refusals++
		over = n.refusals >= maxRefusals
	case whileBusy:
		return a.busy(n, err)
	default:
		over = true
	}
	if over {
		return err
	}
	return nil
}

// busy returns an error once the patience has ended.
func (a *Asker) busy(n *round, err error) error {
	now := a.Drive.Clock().Now()
	if n.began.IsZero() {
		n.began = now
	}
	patience := a.Patience
	if patience <= 0 {
		patience = defaultPatience
	}
	if now.Sub(n.began) >= patience {
		return &mmc.NotReadyError{After: patience, Err: err}
	}
	return nil
}

// wait pauses by the drive's clock.
func (a *Asker) wait(ctx context.Context, pause time.Duration) error {
	if pause <= 0 {
		return nil
	}
	if a.OnWait != nil {
		a.OnWait()
	}
	return a.Drive.Clock().Sleep(ctx, pause)
}
