package mmc

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/scsi"
)

// ErrNotReady matches the error of WaitReady and WaitIdle when the time is up. The
// last sense data can be matched too.
var ErrNotReady = errors.New("the drive did not become ready in time")

// The poll rules, which are libburn's in the main.
const (
	DefaultReadyTimeout = 300 * time.Second  // loading and spin-up
	DefaultIdleTimeout  = 3600 * time.Second // writing, closing, blanking at 1x
	pollInterval        = 500 * time.Millisecond

	// noReasonGrace is how long 2/04/00 is believed: some USB bridges never say
	// anything better of a drive that is ready.
	noReasonGrace = 5500 * time.Millisecond
	// maxAttentions bounds the unit attentions that are absorbed: a drive that
	// keeps raising them has a fault.
	maxAttentions = 16
)

// WaitOptions are the options of WaitReady and WaitIdle. The zero value works.
type WaitOptions struct {
	// Timeout by the drive's clock; 0: DefaultReadyTimeout, DefaultIdleTimeout.
	Timeout time.Duration
	// MediumGrace is how long "medium not present" is not yet an answer. A drive
	// that has just pulled a disc in may say so for a moment.
	MediumGrace time.Duration
	// Interval is the time between two polls; 0: half a second.
	Interval time.Duration
	// OnProgress is called at every poll that finds the drive busy, with how far it
	// has come (0 to 1); ok is false where the drive doesn't say.
	OnProgress func(fraction float64, ok bool)
	// OnAttention is called for every unit attention that was absorbed. During a
	// burn they are no trifle: 6/28 is another disc, and after 6/29 (reset) mode
	// page 05h is back to its default.
	OnAttention func(scsi.Sense)
}

// WaitReady polls TEST UNIT READY until the drive is ready.
//
// Absorbed: unit attentions (at most 16). Polled on: 2/04/01, 04, 07, 08 and the
// other 2/04/xx (becoming ready, busy with something long) and the status BUSY;
// 2/04/00 for 5.5 s, after which the drive counts as ready; 2/04/02 after one START
// UNIT, for 5.5 s. Everything else is an error at once: 2/3A (no disc, after
// MediumGrace), 2/04/03, other sense keys, a deferred error, a transport failure,
// and ErrNotReady when the time is up.
//
// libburn takes 2/04/02 for an error, because it has always sent START UNIT before;
// here it is sent only to the drive that asks for it.
func (d *Drive) WaitReady(ctx context.Context, o WaitOptions) error {
	w := d.waiter(o, DefaultReadyTimeout)
	return w.poll(ctx, func() error { return TestUnitReady{}.Do(ctx, d.t) })
}

// WaitIdle polls until a write, flush, close or blank is over: TEST UNIT READY says
// GOOD and READ DISC INFORMATION no longer says 2/04/xx. Some drives answer the
// first with GOOD all the while (Pioneer DVR-108 command manual). A drive that
// refuses READ DISC INFORMATION for another reason isn't busy.
//
// The rules are those of WaitReady. An error of the operation that has ended, such
// as 3/0C/00 or 3/72/01, current or deferred, is returned.
func (d *Drive) WaitIdle(ctx context.Context, o WaitOptions) error {
	w := d.waiter(o, DefaultIdleTimeout)
	return w.poll(ctx, func() error {
		if err := (TestUnitReady{}).Do(ctx, d.t); err != nil {
			return err
		}
		_, err := ReadDiscInformation{}.Do(ctx, d.t)
		var sense *scsi.SenseError
		if errors.As(err, &sense) && !sense.Deferred && sense.Key == scsi.KeyIllegalRequest {
			return nil
		}
		return err
	})
}

// waiter is one wait: its options and what has been seen so far.
type waiter struct {
	d          *Drive
	o          WaitOptions
	begin      time.Time
	attentions int
	noReason   time.Time // when 2/04/00 or 2/04/02 was first seen in a row
	started    bool      // START UNIT was sent
}

func (d *Drive) waiter(o WaitOptions, timeout time.Duration) *waiter {
	if o.Timeout == 0 {
		o.Timeout = timeout
	}
	if o.Interval <= 0 {
		o.Interval = pollInterval
	}
	return &waiter{d: d, o: o, begin: d.clock.Now()}
}

// poll asks until the answer is final.
func (w *waiter) poll(ctx context.Context, ask func() error) error {
	for {
		err := ask()
		if err == nil {
			return nil
		}
		done, verdict := w.judge(ctx, err)
		if done {
			return verdict
		}
		if w.d.clock.Now().Sub(w.begin) >= w.o.Timeout {
			return fmt.Errorf("mmc: %w after %v: %w", ErrNotReady, w.o.Timeout, err)
		}
		if errors.Is(err, scsi.KeyUnitAttention) {
			continue // reported once: ask again at once
		}
		w.progress(ctx, err)
		if err := w.d.clock.Sleep(ctx, w.o.Interval); err != nil {
			return fmt.Errorf("mmc: wait for the drive: %w", err)
		}
	}
}

// judge decides about one answer that isn't GOOD: done with a verdict, or go on.
func (w *waiter) judge(ctx context.Context, err error) (done bool, verdict error) {
	var sense *scsi.SenseError
	if !errors.As(err, &sense) {
		var status *scsi.StatusError
		busy := errors.As(err, &status) && (status.Status == scsi.Busy || status.Status == scsi.TaskSetFull)
		return !busy, err
	}
	// A deferred error speaks of an earlier command; that one has failed. Unless
	// it was merely hard, which is no failure, but TEST UNIT READY wasn't run.
	if sense.Deferred && sense.Key != scsi.KeyUnitAttention {
		return sense.Key != scsi.KeyRecoveredError, err
	}
	switch {
	case sense.Key == scsi.KeyUnitAttention:
		return w.attention(sense), err
	case sense.Key != scsi.KeyNotReady:
		return true, err
	case sense.Code.Family() == scsi.FamilyMediumNotPresent:
		return w.d.clock.Now().Sub(w.begin) >= w.o.MediumGrace, err
	}
	return w.notReady(ctx, sense, err)
}

// notReady judges a current 2/xx other than "medium not present".
func (w *waiter) notReady(ctx context.Context, sense *scsi.SenseError, err error) (done bool, verdict error) {
	switch {
	case sense.Code == scsi.CodeNotReadyNoReasonGiven:
		return w.graceIsOver(), nil
	case sense.Code == scsi.CodeInitializingCommandRequired:
		return w.start(ctx, err)
	case sense.Code == scsi.CodeManualInterventionNeeded, sense.Code.Family() != scsi.FamilyNotReady:
		return true, err
	}
	w.noReason = time.Time{}
	return false, nil
}

// attention counts and reports a unit attention; true means too many.
func (w *waiter) attention(sense *scsi.SenseError) bool {
	w.attentions++
	if w.o.OnAttention != nil {
		w.o.OnAttention(sense.Sense)
	}
	return w.attentions > maxAttentions
}

// start answers 2/04/02: START UNIT once, then patience for as long as 2/04/00 gets.
func (w *waiter) start(ctx context.Context, err error) (done bool, verdict error) {
	if !w.started {
		w.started = true
		w.noReason = w.d.clock.Now()
		startErr := StartStopUnit{Immed: true, Start: true}.Do(ctx, w.d.t)
		if startErr != nil && !errors.Is(startErr, scsi.KeyUnitAttention) && !errors.Is(startErr, scsi.KeyNotReady) {
			return true, startErr
		}
		return false, nil
	}
	return w.graceIsOver(), err
}

// graceIsOver measures how long the drive has given no better reason.
func (w *waiter) graceIsOver() bool {
	now := w.d.clock.Now()
	if w.noReason.IsZero() {
		w.noReason = now
	}
	return now.Sub(w.noReason) >= noReasonGrace
}

// progress reports how far the drive has come. Where the answer itself doesn't say,
// REQUEST SENSE may: it never fails and takes nothing away.
func (w *waiter) progress(ctx context.Context, err error) {
	if w.o.OnProgress == nil {
		return
	}
	var sense *scsi.SenseError
	if errors.As(err, &sense) {
		if fraction, ok := sense.Progress(); ok {
			w.o.OnProgress(fraction, true)
			return
		}
	}
	asked, err := RequestSense{}.Do(ctx, w.d.t)
	if err != nil {
		w.o.OnProgress(0, false)
		return
	}
	w.o.OnProgress(asked.Progress())
}
