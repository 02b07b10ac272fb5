package scsi_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
)

// gadget is a Transport with all optional abilities.
type gadget struct {
	scsitest.Func
	scsi.Clock
	owner string
}

func (g *gadget) Lock(_ context.Context, client string, force bool) error {
	if g.owner != "" && !force {
		return &scsi.LockedError{Owner: g.owner}
	}
	g.owner = client
	return nil
}
func (g *gadget) Unlock() error          { g.owner = ""; return nil }
func (g *gadget) Owner() (string, error) { return g.owner, nil }

func good(context.Context, *scsi.Request) (scsi.Result, error) { return scsi.Result{}, nil }

func TestAs(t *testing.T) {
	g := &gadget{Func: good, Clock: scsitest.NewPlayback()}
	faults := scsitest.NewFaults(g)
	recorder := scsitest.NewRecorder(faults)
	trace := scsi.NewTrace(recorder, slog.New(slog.DiscardHandler))

	locker, ok := scsi.As[scsi.Locker](trace)
	require.True(t, ok)
	assert.Same(t, g, locker)
	clock, ok := scsi.As[scsi.Clock](trace)
	require.True(t, ok)
	assert.Same(t, g, clock)
	assert.Same(t, g, scsi.ClockOf(trace))

	found, ok := scsi.As[*scsitest.Recorder](trace)
	assert.True(t, ok)
	assert.Same(t, recorder, found)
	outer, ok := scsi.As[scsi.Transport](trace)
	assert.True(t, ok)
	assert.Same(t, trace, outer, "the outermost takes precedence")

	_, ok = scsi.As[*scsitest.Recorder](faults)
	assert.False(t, ok, "As must not search outwards")
	_, ok = scsi.As[scsi.Clock](scsitest.NewFaults(scsitest.Func(good)))
	assert.False(t, ok)
	_, ok = scsi.As[scsi.Clock](nil)
	assert.False(t, ok)
	assert.Equal(t, scsi.ClockOf(nil), scsi.ClockOf(scsitest.Func(good)))
	assert.Equal(t, scsi.ClockOf(nil), scsi.ClockOf(nil))
}

func TestLocker(t *testing.T) {
	locker, ok := scsi.As[scsi.Locker](scsitest.NewFaults(&gadget{Func: good}))
	require.True(t, ok)
	require.NoError(t, locker.Lock(t.Context(), "redbook", false))
	err := fmt.Errorf("open: %w", locker.Lock(t.Context(), "another", false))
	assert.ErrorIs(t, err, scsi.ErrLocked)
	locked, ok := errors.AsType[*scsi.LockedError](err)
	require.True(t, ok)
	assert.Equal(t, "redbook", locked.Owner)
	assert.EqualError(t, locked, `the device is in use by "redbook"`)
	assert.EqualError(t, &scsi.LockedError{}, "the device is in use by another program")
	assert.NotErrorIs(t, locked, fs.ErrPermission)
}

func TestSystemClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := scsi.ClockOf(nil).Now()
		require.NoError(t, scsi.ClockOf(nil).Sleep(t.Context(), 90*time.Second))
		assert.Equal(t, 90*time.Second, scsi.ClockOf(nil).Now().Sub(start))

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		assert.ErrorIs(t, scsi.ClockOf(nil).Sleep(ctx, time.Hour), context.DeadlineExceeded)
		assert.Equal(t, 91*time.Second, scsi.ClockOf(nil).Now().Sub(start))
		assert.ErrorIs(t, scsi.ClockOf(nil).Sleep(ctx, 0), context.DeadlineExceeded, "an ended context takes precedence")
		assert.Equal(t, 91*time.Second, scsi.ClockOf(nil).Now().Sub(start))
	})
}

func TestStrings(t *testing.T) {
	for want, value := range map[string]fmt.Stringer{
		"no data": scsi.NoData, "data-in": scsi.DataIn, "data-out": scsi.DataOut, "direction 7": scsi.Direction(7),
		"GOOD": scsi.Good, "CHECK CONDITION": scsi.CheckCondition, "CONDITION MET": scsi.Status(0x04),
		"BUSY": scsi.Busy, "RESERVATION CONFLICT": scsi.ReservationConflict, "TASK SET FULL": scsi.TaskSetFull,
		"ACA ACTIVE": scsi.Status(0x30), "TASK ABORTED": scsi.Status(0x40), "status 2Ah": scsi.Status(0x2A),
		"no": scsi.SentNo, "unknown": scsi.SentUnknown,
	} {
		assert.Equal(t, want, value.String())
	}
}

// SAM-5 table 33.
func TestStatusCodes(t *testing.T) {
	codes := map[scsi.Status]byte{
		scsi.Good: 0x00, scsi.CheckCondition: 0x02, scsi.Busy: 0x08, scsi.ReservationConflict: 0x18, scsi.TaskSetFull: 0x28,
	}
	assert.Len(t, codes, 5)
	for status, code := range codes {
		assert.Equal(t, code, byte(status))
	}
}

func TestTransportError(t *testing.T) {
	tests := []struct {
		err  *scsi.TransportError
		text string
		is   error
	}{
		{
			&scsi.TransportError{Op: "WRITE(10)", Sent: scsi.SentNo, Err: fs.ErrPermission},
			"WRITE(10): not sent: permission denied", fs.ErrPermission,
		}, {
			&scsi.TransportError{Op: "WRITE(10)", Err: os.ErrDeadlineExceeded},
			"WRITE(10): no answer from the device: i/o timeout", os.ErrDeadlineExceeded,
		}, {
			&scsi.TransportError{Err: &scsi.LockedError{Owner: "player"}},
			`SCSI command: no answer from the device: the device is in use by "player"`, scsi.ErrLocked,
		}, {
			&scsi.TransportError{Op: "INQUIRY", Sent: scsi.SentNo, Err: fmt.Errorf("open: %w", fs.ErrNotExist)},
			"INQUIRY: not sent: open: file does not exist", fs.ErrNotExist,
		}, {
			&scsi.TransportError{Op: "INQUIRY", Sent: scsi.SentNo, Err: errors.ErrUnsupported},
			"INQUIRY: not sent: unsupported operation", errors.ErrUnsupported,
		},
	}
	for _, tt := range tests {
		assert.EqualError(t, tt.err, tt.text)
		assert.ErrorIs(t, fmt.Errorf("track 3: %w", tt.err), tt.is)
	}
	assert.Equal(t, scsi.SentUnknown, (&scsi.TransportError{}).Sent, "the zero value must be the cautious one")
}
