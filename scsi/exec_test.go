package scsi_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
)

func TestExec(t *testing.T) {
	refused := []byte{0x70, 0, 5, 0, 0, 0, 0, 0x0A, 0, 0, 0, 0, 0x21, 0x02, 0, 0} // as in G2
	recovered := []byte{0x72, 1, 0x17, 0x01, 0, 0, 0, 0}
	lost := &scsi.TransportError{Op: "WRITE(10)", Err: io.ErrClosedPipe}
	tests := []struct {
		name   string
		result scsi.Result
		err    error
		n      int
		want   string // text of the error; "" for none
		is     []error
	}{
		{name: "good", result: scsi.Result{N: 8}, n: 8},
		{
			name: "short", result: scsi.Result{N: 3}, n: 3,
			want: "WRITE(10): no answer from the device: the device received only a part of the data: 3 of 8 bytes",
		},
		{name: "condition met", result: scsi.Result{Status: scsi.Status(0x04), N: 8}, n: 8},
		{
			name: "check condition", result: scsi.Result{Status: scsi.CheckCondition, Sense: refused},
			want: "WRITE(10): illegal request, invalid address for write (5/21/02)",
			is:   []error{scsi.KeyIllegalRequest, asc.InvalidAddressForWrite, scsi.ASC(0x21)},
		}, {
			name: "recovered error keeps n", result: scsi.Result{Status: scsi.CheckCondition, Sense: recovered, N: 8}, n: 8,
			want: "WRITE(10): recovered error, recovered with retries (1/17/01)",
			is:   []error{scsi.KeyRecoveredError},
		}, {
			name: "CHECK CONDITION without sense data", result: scsi.Result{Status: scsi.CheckCondition},
			want: "WRITE(10): CHECK CONDITION without usable sense data: sense data: 0 bytes: unexpected EOF ()",
			is:   []error{io.ErrUnexpectedEOF},
		},
		{name: "busy", result: scsi.Result{Status: scsi.Busy}, want: "WRITE(10): BUSY"},
		{name: "conflict", result: scsi.Result{Status: scsi.ReservationConflict}, want: "WRITE(10): RESERVATION CONFLICT"},
		{name: "unknown status", result: scsi.Result{Status: 0x44}, want: "WRITE(10): status 44h"},
		{
			name: "no status", err: lost, is: []error{io.ErrClosedPipe},
			want: "WRITE(10): no answer from the device: io: read/write on closed pipe",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			calls := 0
			transport := scsitest.Func(func(context.Context, *scsi.Request) (scsi.Result, error) {
				calls++
				return tt.result, tt.err
			})
			req := &scsi.Request{CDB: [16]byte{0x2A}, CDBLen: 10, Dir: scsi.DataOut, Data: make([]byte, 8), Name: "WRITE(10)"}
			n, err := scsi.Exec(t.Context(), transport, req)
			assert.Equal(t, tt.n, n)
			assert.Equal(t, 1, calls, "Exec must never send a command twice")
			if tt.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.EqualError(t, err, tt.want)
			for _, is := range tt.is {
				assert.ErrorIs(t, err, is)
			}
		})
	}
}

// TestExecKinds distinguishes the three kinds of failure by type.
func TestExecKinds(t *testing.T) {
	faults := scsitest.NewFaults(scsitest.Func(good),
		scsitest.Rule{Fault: scsitest.StatusFault(scsi.Busy)},
		scsitest.Rule{Fault: scsitest.SenseFault([]byte{0x72, 2, 0x3A, 1, 0, 0, 0, 0})},
		scsitest.Rule{Fault: scsitest.TransportFault(scsi.SentNo, io.ErrShortWrite)})
	exec := func() error {
		_, err := scsi.Exec(t.Context(), faults, &scsi.Request{CDBLen: 6, Name: "TEST UNIT READY"})
		return err
	}
	status, ok := errors.AsType[*scsi.StatusError](exec())
	require.True(t, ok)
	assert.Equal(t, scsi.Busy, status.Status)
	sense, ok := errors.AsType[*scsi.SenseError](exec())
	require.True(t, ok)
	assert.Equal(t, asc.MediumNotPresentTrayClosed, sense.Code)
	transport, ok := errors.AsType[*scsi.TransportError](exec())
	require.True(t, ok)
	assert.Equal(t, scsi.SentNo, transport.Sent)
	assert.NoError(t, exec())
}

func TestExecContextEnded(t *testing.T) {
	cause := errors.New("canceled by the user")
	canceled, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	expired, cancelExpired := context.WithTimeout(t.Context(), -1)
	defer cancelExpired()
	for want, ctx := range map[error]context.Context{context.Canceled: canceled, context.DeadlineExceeded: expired} {
		transport := untouchable{t}
		n, err := scsi.Exec(ctx, transport, &scsi.Request{CDBLen: 6, Name: "INQUIRY"})
		assert.Zero(t, n)
		assert.ErrorIs(t, err, want)
		te, ok := errors.AsType[*scsi.TransportError](err)
		require.True(t, ok)
		assert.Equal(t, scsi.TransportError{Op: "INQUIRY", Sent: scsi.SentNo, Err: want}, *te)
	}
}

// untouchable fails the test when it is used. Unlike Func it ignores the context, so
// Exec must check it.
type untouchable struct{ t *testing.T }

func (u untouchable) Do(context.Context, *scsi.Request) (scsi.Result, error) {
	u.t.Error("the command was sent")
	return scsi.Result{}, nil
}
func (untouchable) Limits() scsi.Limits { return scsi.Limits{} }
func (untouchable) Close() error        { return nil }

func takesAll(_ context.Context, req *scsi.Request) (scsi.Result, error) {
	return scsi.Result{Status: scsi.Good, N: len(req.Data)}, nil
}

// The residue of a USB bridge: GOOD, but only part of the data arrived.
func TestExecDistrustsAShortDataOut(t *testing.T) {
	transport := scsitest.Func(func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
		return scsi.Result{Status: scsi.Good, N: len(req.Data) - 2352}, nil
	})
	req := &scsi.Request{CDB: [16]byte{0x2A}, CDBLen: 10, Dir: scsi.DataOut, Data: make([]byte, 27*2352), Name: "WRITE(10)"}
	n, err := scsi.Exec(t.Context(), transport, req)
	var te *scsi.TransportError
	require.ErrorAs(t, err, &te)
	assert.Equal(t, scsi.SentUnknown, te.Sent)
	assert.ErrorContains(t, err, "the device received only a part of the data")
	assert.Equal(t, 26*2352, n)
	// For a data-in command, fewer bytes are a normal answer.
	req.Dir = scsi.DataIn
	_, err = scsi.Exec(t.Context(), transport, req)
	assert.NoError(t, err)
}

// A WRITE must not allocate: an album takes 13 000 of them.
func TestExecAllocates(t *testing.T) {
	transport := scsi.NewTrace(scsitest.Func(takesAll), nil)
	req := &scsi.Request{CDB: [16]byte{0x2A}, CDBLen: 10, Dir: scsi.DataOut, Data: make([]byte, 27*2352), Name: "WRITE(10)"}
	ctx := t.Context()
	allocs := testing.AllocsPerRun(100, func() {
		if _, err := scsi.Exec(ctx, transport, req); err != nil {
			t.Fatal(err)
		}
	})
	assert.Zero(t, allocs)
}
