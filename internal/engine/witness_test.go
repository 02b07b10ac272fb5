package engine

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
)

// The data of REQUEST SENSE are sense data too: a report of an earlier WRITE, of a reset or of
// another disc in them isn't lost. Only the bytes received count.
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

// However many deferred errors came before the burn, one that comes later still counts.
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
