package engine

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
)

// The data of REQUEST SENSE are sense data, too: reports of a failed earlier WRITE, a reset or
// another disc in them aren't lost. Only the received bytes count.
func TestWitnessReadsRequestSense(t *testing.T) {
	for _, row := range []struct {
		sense                  []byte
		n                      int
		status                 scsi.Status
		op                     byte
		failed, reset, changed bool
	}{
		{fixedSense(0x71, 3, 0x0C, 0), 18, scsi.Good, 0x03, true, false, false},
		{fixedSense(0x70, 6, 0x29, 0), 18, scsi.Good, 0x03, false, true, false},
		{fixedSense(0x70, 6, 0x28, 0), 18, scsi.Good, 0x03, false, false, true},
		{fixedSense(0x71, 1, 0x0C, 1), 18, scsi.Good, 0x03, false, false, false},
		{fixedSense(0x71, 6, 0x29, 0), 18, scsi.Good, 0x03, false, true, false},
		{fixedSense(0x71, 3, 0x0C, 0), 0, scsi.Good, 0x03, false, false, false},
		{fixedSense(0x71, 3, 0x0C, 0), 18, scsi.CheckCondition, 0x03, false, false, false},
		{fixedSense(0x71, 3, 0x0C, 0), 18, scsi.Good, 0x12, false, false, false},
	} {
		w := newWitness(scsitest.Func(func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
			return scsi.Result{Status: row.status, N: min(copy(req.Data, row.sense), row.n)}, nil
		}))
		req := scsi.Request{Name: "COMMAND", CDBLen: 6, Data: make([]byte, 18), Dir: scsi.DataIn}
		req.CDB[0] = row.op
		_, err := w.Do(t.Context(), &req)
		require.NoError(t, err)
		require.Equal(t, row.failed, w.Failed(mark{}) != nil, "%+v", row)
		require.Equal(t, row.reset, w.Reset(mark{}), "%+v", row)
		_, changed := w.Changed(mark{})
		require.Equal(t, row.changed, changed, "%+v", row)
		if row.failed {
			require.Equal(t, "COMMAND", w.Failed(mark{}).(failure).Op)
			require.ErrorContains(t, w.Failed(mark{}), "(3/0C/00)")
		}
	}
}

// However many deferred errors came before the burn, a later one still counts.
func TestWitnessCountsPastItsRoom(t *testing.T) {
	ascq := byte(0)
	w := newWitness(scsitest.Func(func(context.Context, *scsi.Request) (scsi.Result, error) {
		return scsi.Result{Status: scsi.CheckCondition, Sense: []byte{0x71, 0, 3, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x0C, ascq, 0, 0, 0, 0}}, nil
	}))
	send := func() {
		_, err := w.Do(context.Background(), &scsi.Request{CDBLen: 6})
		require.NoError(t, err)
	}
	for range maxFailures + 4 {
		send()
	}
	here := w.Now()
	require.NoError(t, w.Failed(here))
	ascq = 9
	send()
	require.ErrorIs(t, w.Failed(here), asc.WriteErrorLossOfStreaming)
	require.ErrorIs(t, w.Failed(mark{}), asc.WriteError)
}

// fixed is a drive with the same answer to every command.
type fixed struct {
	bare
	res scsi.Result
	err error
}

func (f fixed) Do(context.Context, *scsi.Request) (scsi.Result, error) { return f.res, f.err }

// The witness passes every answer on unchanged, including those before an error.
func TestWitnessChangesNothing(t *testing.T) {
	for _, err := range []error{nil, errors.New("cut off")} {
		want := scsi.Result{Status: scsi.CheckCondition, Sense: []byte{0x70, 0, 3, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x0C, 0, 0, 0, 0, 0}, N: 7}
		w := newWitness(fixed{res: want, err: err})
		got, gotErr := w.Do(context.Background(), &scsi.Request{CDBLen: 6})
		require.Equal(t, want, got)
		require.Equal(t, err, gotErr)
		require.NoError(t, w.Failed(mark{}), "its own error, not an earlier one's")
	}
}

// Another disc is reported with the drive's sense data.
func TestWitnessOfAnotherDisc(t *testing.T) {
	w := newWitness(fixed{res: scsi.Result{Status: scsi.CheckCondition, Sense: []byte{0x70, 0, 6, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x28, 1, 0, 0, 0, 0}}})
	_, changed := w.Changed(mark{})
	require.False(t, changed)
	_, err := w.Do(context.Background(), &scsi.Request{CDBLen: 6})
	require.NoError(t, err)
	sense, changed := w.Changed(mark{})
	require.True(t, changed)
	require.Equal(t, "6/28/01", sense.Triple())
	_, changed = w.Changed(w.Now())
	require.False(t, changed)
	require.False(t, w.Reset(mark{}))
}

// limited is a transport with limits.
type limited struct{ bare }

func (limited) Limits() scsi.Limits { return scsi.Limits{MaxTransfer: 2352, Alignment: 16} }

// A witness has the limits of its transport: a WRITE that is longer would not be sent.
func TestWitnessHasTheLimitsOfItsTransport(t *testing.T) {
	require.Equal(t, limited{}.Limits(), newWitness(limited{}).Limits())
}
