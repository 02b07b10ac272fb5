package unit

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// The poll parameters, mostly those of libburn.
const (
	defaultReadyTimeout = 300 * time.Second  // loading and spin-up
	defaultIdleTimeout  = 3600 * time.Second // writing, closing, blanking at 1x
	pollInterval        = 500 * time.Millisecond

	// noReasonGrace is how long 2/04/00 counts as not ready: some USB bridges never report
	// anything else, even when the drive is ready.
	noReasonGrace = 5500 * time.Millisecond
	// startGrace is how long a drive may repeat 2/04/02 while it spins up.
	startGrace = 30 * time.Second
	// maxAttentions bounds the unit attentions that are absorbed: a drive that
	// keeps raising them is defective.
	maxAttentions = 16
	// maxFailures is how many polls in a row may fail in transport: a hiccup of a USB hub
	// must not end the wait for a disc that is being closed.
	maxFailures     = 3
	failureInterval = 2 * time.Second
	// unsentGrace is how long to keep trying when no poll can be sent: a computer that is
	// short of memory recovers, a lost connection does not.
	unsentGrace = 30 * time.Second
)

// WaitOptions are the options of WaitReady and WaitIdle. The zero value works.
type WaitOptions struct {
	// Timeout by the drive's clock; 0: five minutes for WaitReady, an hour for WaitIdle.
	Timeout time.Duration
	// MediumGrace is how long "medium not present" is not accepted as an answer. A drive
	// that has just loaded a disc may report it for a moment.
	MediumGrace time.Duration
	// Interval is the time between two polls; 0: half a second.
	Interval time.Duration
	// OnProgress is called at every poll that finds the drive busy, with how far it
	// has come (0 to 1); ok is false if the drive does not report it.
	OnProgress func(fraction float64, ok bool)
	// OnAttention is called for every unit attention that was absorbed. During a
	// burn they matter: 6/28 is another disc, and after 6/29 (reset) mode
	// page 05h is back to its default.
	OnAttention func(scsi.Sense)
}

// WaitReady polls until the drive is ready: TEST UNIT READY is GOOD and READ DISC
// INFORMATION is not NOT READY (a Pioneer DVR-216D answers GOOD too early). Other answers of
// READ DISC INFORMATION do not matter.
//
// Absorbed: unit attentions (at most 16). Polled on: 2/04/01, 04, 07, 08 and the
// other 2/04/xx (becoming ready, busy with something long), 0/04/xx, the status BUSY
// and TASK SET FULL; 2/04/00 for 5.5 s, after which the drive counts as ready;
// 2/04/02 after START UNIT, for 30 s; up to two transport failures in a row, unless
// the device is gone. Sense key 0 is GOOD. Everything else is an error immediately: 2/3A
// (no disc, after MediumGrace), 2/04/03, other sense keys, a deferred error, also one
// in the data of REQUEST SENSE. When the time is up the error is mmc.ErrNotReady.
//
// libburn treats 2/04/02 as an error, because it always sends START UNIT before; here
// only a drive that asks for START UNIT gets it.
func WaitReady(ctx context.Context, d *mmc.Drive, o WaitOptions) error {
	w := newWaiter(d, o, defaultReadyTimeout)
	return w.poll(ctx, w.ready)
}

// WaitIdle polls until a write, flush, close or blank is over: TEST UNIT READY is
// GOOD and READ DISC INFORMATION no longer answers 2/04/xx. Some drives answer the
// first with GOOD throughout (Pioneer DVR-108 command manual). A drive that refuses
// READ DISC INFORMATION for another reason isn't busy.
//
// The rules are those of WaitReady, with two exceptions. 2/04/00 from TEST UNIT READY counts
// as idle only if READ DISC INFORMATION answers throughout; 2/04/00 from that command never
// does. An error of the operation that has ended, such as 3/0C/00 or 3/72/01, current or
// deferred, is returned.
func WaitIdle(ctx context.Context, d *mmc.Drive, o WaitOptions) error {
	w := newWaiter(d, o, defaultIdleTimeout)
	return w.poll(ctx, w.idle)
}

// waiter is one wait: its options and the answers so far.
type waiter struct {
	d          *mmc.Drive
	o          WaitOptions
	begin      time.Time
	attentions int
	failures   int       // transport failures in a row
	unsent     time.Time // when the first of the polls in a row could not be sent
	noReason   time.Time // when 2/04/00 was first answered in a row
	started    time.Time // when START UNIT was sent
}

func newWaiter(d *mmc.Drive, o WaitOptions, timeout time.Duration) *waiter {
	if o.Timeout == 0 {
		o.Timeout = timeout
	}
	if o.Interval <= 0 {
		o.Interval = pollInterval
	}
	return &waiter{d: d, o: o, begin: d.Clock().Now()}
}

// ready is the poll of WaitReady.
func (w *waiter) ready(ctx context.Context) error {
	if err := (command.TestUnitReady{}).Do(ctx, w.d.Transport()); err != nil {
		return err
	}
	_, err := command.ReadDiscInformation{}.Do(ctx, w.d.Transport())
	var sense *scsi.SenseError
	switch {
	case exchange.Unusable(err):
		return nil
	case !errors.As(err, &sense), sense.Deferred, sense.Is(scsi.KeyUnitAttention),
		sense.Is(asc.FamilyNotReady), sense.Is(asc.FamilyMediumNotPresent):
		return err
	}
	return nil
}

// idle is the poll of WaitIdle.
func (w *waiter) idle(ctx context.Context) error {
	err := command.TestUnitReady{}.Do(ctx, w.d.Transport())
	if err != nil && !exchange.IsCurrent(err, asc.NotReadyNoReasonGiven) {
		return err
	}
	_, info := exchange.Ask(ctx, w.d.Transport(), command.ReadDiscInformation{})
	if info == nil || refused(info) || exchange.Unusable(info) {
		return err
	}
	w.noReason = time.Time{} // both commands report it, so it is not just a bridge's only answer
	return info
}

// poll asks until the answer is final.
func (w *waiter) poll(ctx context.Context, ask func(context.Context) error) error {
	for {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		if done, verdict := w.judge(ctx, err); done {
			return verdict
		}
		if w.d.Clock().Now().Sub(w.begin) >= w.o.Timeout {
			return &mmc.NotReadyError{After: w.o.Timeout, Err: err}
		}
		if errors.Is(err, scsi.KeyUnitAttention) {
			continue // reported once: ask again at once
		}
		if err := w.progress(ctx, err); err != nil {
			return err
		}
		interval := w.o.Interval
		if w.failures > 0 {
			interval = max(interval, failureInterval)
		}
		if err := w.d.Clock().Sleep(ctx, interval); err != nil {
			return fmt.Errorf("wait for the drive: %w", err)
		}
	}
}

// judge evaluates an answer other than GOOD: end with a verdict, or continue.
func (w *waiter) judge(ctx context.Context, err error) (done bool, verdict error) {
	var sense *scsi.SenseError
	if !errors.As(err, &sense) {
		return !w.passing(err), err
	}
	w.failures, w.unsent = 0, time.Time{}
	switch {
	case sense.Is(scsi.KeyUnitAttention):
		return w.attention(sense.Sense), err
	case sense.Deferred:
		// It concerns an earlier command, which has failed unless the error was
		// recovered. Either way the poll itself wasn't answered.
		return failed(sense.Sense), err
	case sense.Is(scsi.KeyNoSense): // only 0/04/xx gets here
		w.noReason = time.Time{}
		return false, nil
	case !sense.Is(scsi.KeyNotReady):
		return true, err
	case sense.Is(asc.FamilyMediumNotPresent):
		return w.d.Clock().Now().Sub(w.begin) >= w.o.MediumGrace, err
	}
	return w.notReady(ctx, sense, err)
}

// failed reports whether deferred sense data report a failure.
func failed(s scsi.Sense) bool {
	return s.Key != scsi.KeyNoSense && s.Key != scsi.KeyRecoveredError
}

// passing reports whether an error without sense data may pass: a busy drive, or a
// transport failure.
func (w *waiter) passing(err error) bool {
	var status *scsi.StatusError
	if errors.As(err, &status) {
		w.failures, w.unsent = 0, time.Time{}
		return status.Status == scsi.Busy || status.Status == scsi.TaskSetFull
	}
	var transport *scsi.TransportError
	if !errors.As(err, &transport) {
		return false
	}
	for _, final := range []error{context.Canceled, context.DeadlineExceeded, fs.ErrNotExist, fs.ErrPermission,
		fs.ErrClosed, scsi.ErrLocked, errors.ErrUnsupported} {
		if errors.Is(err, final) {
			return false
		}
	}
	w.failures++
	now := w.d.Clock().Now()
	switch {
	case transport.Sent != scsi.SentNo:
		w.unsent = time.Time{}
		return w.failures < maxFailures
	case w.unsent.IsZero():
		w.unsent = now
	}
	return now.Sub(w.unsent) < unsentGrace // a single one proves nothing about the device
}

// notReady evaluates a current 2/xx other than "medium not present".
func (w *waiter) notReady(ctx context.Context, sense *scsi.SenseError, err error) (done bool, verdict error) {
	switch {
	case sense.Code == asc.NotReadyNoReasonGiven:
		return w.graceIsOver(), nil
	case sense.Code == asc.InitializingCommandRequired:
		return w.start(ctx, err)
	case sense.Code == asc.ManualInterventionNeeded, sense.Code.ASC() != asc.FamilyNotReady:
		return true, err
	}
	w.noReason = time.Time{}
	return false, nil
}

// attention counts and reports a unit attention; true means too many.
func (w *waiter) attention(sense scsi.Sense) bool {
	w.attentions++
	if w.o.OnAttention != nil {
		w.o.OnAttention(sense)
	}
	return w.attentions > maxAttentions
}

// start handles 2/04/02: it sends START UNIT and then waits.
func (w *waiter) start(ctx context.Context, err error) (done bool, verdict error) {
	now := w.d.Clock().Now()
	if !w.started.IsZero() {
		return now.Sub(w.started) >= startGrace, err
	}
	_, startErr := immedFirst(func(immed bool) error {
		return command.StartStopUnit{Immed: immed, Start: true}.Do(ctx, w.d.Transport())
	})
	var sense *scsi.SenseError
	switch {
	case errors.As(startErr, &sense) && sense.Is(scsi.KeyUnitAttention):
		return w.attention(sense.Sense), startErr // not carried out: sent again at the next poll
	case startErr != nil && !exchange.IsCurrent(startErr, scsi.KeyNotReady):
		return true, startErr
	}
	w.started = now
	return false, nil
}

// graceIsOver reports whether the drive has given no better reason for too long.
func (w *waiter) graceIsOver() bool {
	now := w.d.Clock().Now()
	if w.noReason.IsZero() {
		w.noReason = now
	}
	return now.Sub(w.noReason) >= noReasonGrace
}

// progressOf returns the progress of a long operation, 0 to 1, if the sense data contain it
// (sense keys 0 and 2 with SKSV; SPC-4 4.5.2.4.4).
func progressOf(s scsi.Sense) (fraction float64, ok bool) {
	if !s.SKSV || (s.Key != scsi.KeyNoSense && s.Key != scsi.KeyNotReady) {
		return 0, false
	}
	return float64(binary.BigEndian.Uint16(s.SKS[1:3])) / 65536, true
}

// progress reports the progress of the drive. If the answer itself does not contain it,
// REQUEST SENSE may. That clears pending sense data, so they must not be lost here: a
// failure ends the wait, and a unit attention is reported.
func (w *waiter) progress(ctx context.Context, err error) error {
	if w.o.OnProgress == nil {
		return nil
	}
	var sense *scsi.SenseError
	if errors.As(err, &sense) {
		if fraction, ok := progressOf(sense.Sense); ok {
			w.o.OnProgress(fraction, true)
			return nil
		}
	}
	asked, err := command.RequestSense{}.Do(ctx, w.d.Transport())
	if err != nil {
		w.o.OnProgress(0, false)
		if errors.As(err, &sense) && sense.Deferred && failed(sense.Sense) {
			return err
		}
		return nil
	}
	w.o.OnProgress(progressOf(asked))
	told := &scsi.SenseError{Op: "REQUEST SENSE", Sense: asked}
	switch {
	case asked.Key == scsi.KeyUnitAttention:
		if w.attention(asked) {
			return told
		}
	case asked.Deferred && failed(asked), asked.Key == scsi.KeyMediumError, asked.Key == scsi.KeyHardwareError:
		return told
	}
	return nil
}
