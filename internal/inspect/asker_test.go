package inspect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// silent is a device that does nothing, with a clock that takes no time.
type silent struct {
	scsitest.Func
	scsi.Clock
}

// quietDrive is a drive that gets no commands: the questions of these tests answer
// themselves.
func quietDrive(t testing.TB) *mmc.Drive {
	t.Helper()
	inquiry := make([]byte, 36)
	inquiry[0], inquiry[1], inquiry[4] = 5, 0x80, 31
	d, err := mmc.Open(t.Context(), &silent{
		Func: func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
			return scsitest.Reply(req, inquiry), nil
		},
		Clock: scsitest.NewPlayback(),
	})
	require.NoError(t, err)
	return d
}

// sense is the error of a command that ended with these sense data.
func sense(key scsi.SenseKey, code scsi.Code) error {
	return scsi.NewSenseError(&scsi.Request{Name: "QUESTION"}, scsitest.FixedSense(scsi.Sense{Key: key, Code: code}))
}

func deferred(key scsi.SenseKey, code scsi.Code) error {
	return scsi.NewSenseError(&scsi.Request{Name: "QUESTION"}, scsitest.FixedSense(scsi.Sense{Key: key, Code: code, Deferred: true}))
}

func noStatus(sent scsi.Sent, err error) error {
	return &scsi.TransportError{Op: "QUESTION", Sent: sent, Err: err}
}

// cases has answers for each row of the table: how many times in all the question is sent
// to a drive that always gives this answer, and how long that takes.
var cases = map[string][]struct {
	err   error
	asked int
	took  time.Duration
}{
	"the caller's context has ended": {
		{noStatus(scsi.SentNo, context.Canceled), 1, 0},
		{context.DeadlineExceeded, 1, 0},
	},
	"the drive is gone": {
		{noStatus(scsi.SentUnknown, fmt.Errorf("the drive is gone: %w", fs.ErrNotExist)), 1, 0},
		{noStatus(scsi.SentNo, os.ErrClosed), 1, 0},
	},
	"the system refuses the command": {
		{noStatus(scsi.SentNo, fs.ErrPermission), 1, 0},
		{noStatus(scsi.SentNo, &scsi.LockedError{Owner: "player"}), 1, 0},
		{noStatus(scsi.SentNo, errors.ErrUnsupported), 1, 0},
	},
	"no status": {
		{noStatus(scsi.SentUnknown, os.ErrDeadlineExceeded), 3, 4 * time.Second},
		{noStatus(scsi.SentNo, errors.New("ENOMEM")), 3, 4 * time.Second},
		{noStatus(scsi.SentUnknown, io.ErrUnexpectedEOF), 3, 4 * time.Second},
	},
	"never ready": {
		{fmt.Errorf("%w after 5m0s: %w", mmc.ErrNotReady, sense(scsi.KeyNotReady, asc.BecomingReady)), 1, 0},
	},
	"status BUSY or TASK SET FULL": {
		{&scsi.StatusError{Status: scsi.Busy}, 151, time.Minute},
		{&scsi.StatusError{Status: scsi.TaskSetFull}, 151, time.Minute},
	},
	"another status": {
		{&scsi.StatusError{Status: scsi.ReservationConflict}, 3, 800 * time.Millisecond},
	},
	"CHECK CONDITION without usable sense data": {
		{scsi.NewSenseError(&scsi.Request{}, nil), 3, 0},
		{scsi.NewSenseError(&scsi.Request{}, []byte{0x12, 0x34}), 3, 0},
	},
	"deferred error": {
		{deferred(scsi.KeyMediumError, asc.WriteError), 17, 0},
		{deferred(scsi.KeyUnitAttention, asc.PowerOnOrReset), 17, 0},
		{deferred(scsi.KeyNotReady, asc.OperationInProgress), 17, 0},
	},
	"unit attention": {
		{sense(scsi.KeyUnitAttention, asc.PowerOnOrReset), 17, 0},
		{sense(scsi.KeyUnitAttention, asc.ModeParametersChanged), 17, 0},
	},
	"2/04/02 or 2/04/03": {
		{sense(scsi.KeyNotReady, asc.InitializingCommandRequired), 3, 800 * time.Millisecond},
		{sense(scsi.KeyNotReady, asc.ManualInterventionNeeded), 3, 800 * time.Millisecond},
	},
	"2/04/xx or 0/04/xx": {
		{sense(scsi.KeyNotReady, asc.OperationInProgress), 151, time.Minute},
		{sense(scsi.KeyNotReady, asc.NotReadyNoReasonGiven), 151, time.Minute},
		{sense(scsi.KeyNotReady, asc.LongWriteInProgress), 151, time.Minute},
		{sense(scsi.KeyNoSense, asc.BecomingReady), 151, time.Minute},
	},
	"no disc, 2/3A": {
		{sense(scsi.KeyNotReady, asc.MediumNotPresent), 3, 800 * time.Millisecond},
		{sense(scsi.KeyNotReady, asc.MediumNotPresentTrayOpen), 3, 800 * time.Millisecond},
	},
	"refused, key 5": {
		{sense(scsi.KeyIllegalRequest, asc.InvalidFieldInCDB), 2, 0},
		{sense(scsi.KeyIllegalRequest, asc.InvalidOpcode), 2, 0},
	},
	"the reply doesn't contain it": {
		{fmt.Errorf("mode page 2Ah isn't in the reply: %w", errors.ErrUnsupported), 1, 0},
	},
	"any other error": {
		{sense(scsi.KeyNoSense, asc.NoAdditionalSense), 3, 0},
		{sense(scsi.KeyMediumError, asc.UnrecoveredReadError), 3, 0},
		{sense(scsi.KeyHardwareError, asc.LogicalUnitCommunicationFailure), 3, 0},
		{sense(scsi.KeyAbortedCommand, asc.NoAdditionalSense), 3, 0},
		{sense(scsi.KeyBlankCheck, asc.NoAdditionalSense), 3, 0},
		{sense(scsi.KeyNotReady, asc.IncompatibleMedium), 3, 0},
		{fmt.Errorf("disc information: 2 bytes instead of 24: %w", io.ErrUnexpectedEOF), 3, 0},
		{errImplausible, 3, 0},
	},
	"recovered error": {
		{sense(scsi.KeyRecoveredError, asc.RecoveredWithRetries), 1, 0},
	},
}

// Each row of the table works as documented, and each has a case.
func TestRules(t *testing.T) {
	for i := range rules {
		r := &rules[i]
		t.Run(r.name, func(t *testing.T) {
			require.NotEmpty(t, cases[r.name])
			require.NotEmpty(t, r.why)
			for _, c := range cases[r.name] {
				got := takeApart(t.Context(), c.err)
				require.Equal(t, r.name, judge(&got).name, "%v", c.err)
				d := quietDrive(t)
				asked, waits, attentions := 0, 0, 0
				a := Asker{Drive: d, OnWait: func() { waits++ }, OnAttention: func(scsi.Sense) { attentions++ }}
				began := d.Clock().Now()
				err := a.Ask(t.Context(), func(context.Context) error { asked++; return c.err })
				assert.Equal(t, c.asked, asked, "%v", c.err)
				assert.Equal(t, c.took, d.Clock().Now().Sub(began), "%v", c.err)
				if r.does == done {
					assert.NoError(t, err)
					continue
				}
				assert.ErrorIs(t, err, c.err)
				assert.Equal(t, r.does == whileBusy || errors.Is(c.err, mmc.ErrNotReady), errors.Is(err, mmc.ErrNotReady))
				if r.pause > 0 {
					assert.Equal(t, asked-1, waits, "%v", c.err)
				} else {
					assert.Zero(t, waits)
				}
				if r.name == "unit attention" {
					assert.Equal(t, asked, attentions)
				} else {
					assert.Zero(t, attentions, "only unit attentions are reported")
				}
			}
		})
	}
	assert.Len(t, cases, len(rules))
}

// The last answer that is still tolerated counts; one more is too many.
func TestAskerTakesTheAnswerWhenItComes(t *testing.T) {
	for name, list := range cases {
		for _, c := range list {
			for after := range c.asked + 1 {
				a := Asker{Drive: quietDrive(t)}
				asked := 0
				err := a.Ask(t.Context(), func(context.Context) error {
					if asked++; asked <= after {
						return c.err
					}
					return nil
				})
				if after < c.asked || name == "recovered error" {
					require.NoError(t, err, "%s after %d times", name, after)
				} else {
					require.ErrorIs(t, err, c.err, "%s after %d times", name, after)
				}
			}
		}
	}
}

// Failures of the bus count only in a row.
func TestAskerCountsLostAnswersInARow(t *testing.T) {
	a := Asker{Drive: quietDrive(t)}
	lost, attention := noStatus(scsi.SentUnknown, errors.New("port reset")), sense(scsi.KeyUnitAttention, asc.PowerOnOrReset)
	script := []error{lost, lost, attention, lost, lost, attention, lost, lost, nil}
	asked := 0
	require.NoError(t, a.Ask(t.Context(), func(context.Context) error { asked++; return script[asked-1] }))
	assert.Equal(t, len(script), asked)
}

// No mixture of answers repeats the question forever.
func TestAskerEnds(t *testing.T) {
	var all []error
	for name, list := range cases {
		if name != "recovered error" {
			for _, c := range list {
				all = append(all, c.err)
			}
		}
	}
	for shift := range all {
		a := Asker{Drive: quietDrive(t)}
		asked := 0
		err := a.Ask(t.Context(), func(context.Context) error {
			require.Less(t, asked, 10_000)
			asked++
			return all[(asked*7+shift)%len(all)]
		})
		require.Error(t, err)
	}
}

// A pause ends with the context, and the answer isn't lost.
func TestAskerIsCanceled(t *testing.T) {
	busy := sense(scsi.KeyNotReady, asc.OperationInProgress)
	ctx, cancel := context.WithCancel(t.Context())
	a := Asker{Drive: quietDrive(t), OnWait: cancel}
	err := a.Ask(ctx, func(context.Context) error { return busy })
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, err, asc.OperationInProgress)
}

func TestPatience(t *testing.T) {
	busy := sense(scsi.KeyNotReady, asc.OperationInProgress)
	a := Asker{Drive: quietDrive(t), Patience: 5 * time.Second}
	began := a.Drive.Clock().Now()
	err := a.Ask(t.Context(), func(context.Context) error { return busy })
	assert.ErrorIs(t, err, mmc.ErrNotReady)
	assert.InDelta(t, 5, a.Drive.Clock().Now().Sub(began).Seconds(), 0.5)
}
