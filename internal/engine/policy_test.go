package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// sense returns the error of a command that ended in CHECK CONDITION with fixed-format sense
// data.
func sense(key, asc, ascq byte) error { return senseOf(0x70, key, asc, ascq) }

// deferred returns the same for an earlier command.
func deferred(key, asc, ascq byte) error { return senseOf(0x71, key, asc, ascq) }

func senseOf(code, key, asc, ascq byte) error {
	raw := []byte{code, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, ascq, 0, 0, 0, 0}
	return scsi.NewSenseError(&scsi.Request{Name: "COMMAND"}, raw)
}

// The meaning of each answer for the command: SPC-4 4.5.6 and 4.5.7, SAM-5 5.3.1 and 5.14, and
// exceptions for the drives named in the rows of the policy.
func TestClassOf(t *testing.T) {
	check := &scsi.Request{Name: "COMMAND"}
	for _, row := range []struct {
		name string
		err  error
		want Class
	}{
		{"good", nil, ClassDone},
		{"recovered", sense(1, 0x0C, 0x01), ClassDone},
		{"no sense", sense(0, 0, 0), ClassDone},
		{"no sense, but becoming ready", sense(0, 0x04, 0x01), ClassBusy},
		{"no sense data at all", scsi.NewSenseError(check, nil), ClassBusy},
		{"sense data that can't be decoded", scsi.NewSenseError(check, []byte{0x55, 0x53, 0x42}), ClassBusy},
		{"long write in progress", sense(2, 0x04, 0x08), ClassBufferFull},
		{"format in progress", sense(2, 0x04, 0x04), ClassWorking},
		{"operation in progress", sense(2, 0x04, 0x07), ClassWorking},
		{"not ready, no reason", sense(2, 0x04, 0x00), ClassBusy},
		{"becoming ready", sense(2, 0x04, 0x01), ClassBusy},
		{"manual intervention needed", sense(2, 0x04, 0x03), ClassFailed},
		{"no medium", sense(2, 0x3A, 0x00), ClassNoMedium},
		{"no medium, tray open", sense(2, 0x3A, 0x02), ClassNoMedium},
		{"no medium under key 5", sense(5, 0x3A, 0x00), ClassNoMedium},
		{"2/00/00, as LG refuses IMMED", sense(2, 0x00, 0x00), ClassRefused},
		{"2/30, incompatible", sense(2, 0x30, 0x00), ClassFailed},
		{"medium error", sense(3, 0x0C, 0x00), ClassFailed},
		{"hardware error", sense(4, 0x09, 0x00), ClassFailed},
		{"illegal request", sense(5, 0x24, 0x00), ClassRefused},
		{"5/04/08 is a refusal too", sense(5, 0x04, 0x08), ClassRefused},
		{"reset", sense(6, 0x29, 0x00), ClassAttention},
		{"mode parameters changed", sense(6, 0x2A, 0x01), ClassAttention},
		{"medium may have changed", sense(6, 0x28, 0x00), ClassChanged},
		{"deferred 6/28", deferred(6, 0x28, 0x00), ClassChanged},
		{"write protected", sense(7, 0x27, 0x00), ClassFailed},
		{"aborted", sense(0xB, 0x47, 0x00), ClassAborted},
		{"deferred recovered", deferred(1, 0x0C, 0x01), ClassMadeGood},
		{"deferred no sense", deferred(0, 0, 0), ClassMadeGood},
		{"deferred medium error", deferred(3, 0x0C, 0x00), ClassDeferred},
		{"deferred 2/04/08", deferred(2, 0x04, 0x08), ClassDeferred},
		{"busy", &scsi.StatusError{Status: scsi.Busy}, ClassBusy},
		{"task set full", &scsi.StatusError{Status: scsi.TaskSetFull}, ClassBusy},
		{"reservation conflict", &scsi.StatusError{Status: scsi.ReservationConflict}, ClassAborted},
		{"no status", &scsi.TransportError{Err: io.ErrClosedPipe}, ClassUnanswered},
		{"no status in time", &scsi.TransportError{Err: os.ErrDeadlineExceeded}, ClassUnanswered},
		{"not sent", &scsi.TransportError{Sent: scsi.SentNo, Err: io.ErrClosedPipe}, ClassUnsent},
		{"canceled", &scsi.TransportError{Sent: scsi.SentNo, Err: context.Canceled}, ClassStopped},
		{"the caller's time is over", context.DeadlineExceeded, ClassStopped},
		{"a short reply", io.ErrUnexpectedEOF, ClassAborted},
		{"a reply that can't be true", exchange.ErrImplausible, ClassAborted},
		{"a caller's own error", errors.New("own"), ClassFailed},
	} {
		t.Run(row.name, func(t *testing.T) {
			require.Equal(t, row.want, ClassOf(row.err))
			if row.err != nil {
				require.Equal(t, row.want, ClassOf(fmt.Errorf("wrapped: %w", row.err)))
			}
		})
	}
}

// A command is not repeated unless the table allows it.
func TestWhatHasNoRowEnds(t *testing.T) {
	require.Equal(t, actEnd, decide(StepReserve, deferred(3, 0x0C, 0x00)))
	require.Equal(t, actEnd, decide(StepBlank, sense(6, 0x28, 0x00)))
	require.Equal(t, actEnd, decide(StepCueSheet, sense(5, 0x26, 0x00)))
	named := [steps][classes]bool{}
	for _, r := range rules {
		require.False(t, named[r.step][r.class], "two rows for step %d, class %d", r.step, r.class)
		require.NotEmpty(t, r.source)
		named[r.step][r.class] = true
	}
	for s := range named {
		for c, has := range named[s] {
			if !has {
				require.Equal(t, actEnd, policy[s][c])
			}
		}
	}
}
