package burn

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/scsi/scsitest"
)

// However many deferred errors came before the burn, one that comes later still counts.
func TestWitnessCountsPastItsRoom(t *testing.T) {
	ascq := byte(0)
	w := NewWitness(scsitest.Func(func(context.Context, *scsi.Request) (scsi.Result, error) {
		return scsi.Result{Status: scsi.CheckCondition, Sense: []byte{0x71, 0, 3, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x0C, ascq, 0, 0, 0, 0}}, nil
	}))
	send := func() {
		_, err := w.Do(context.Background(), &scsi.Request{CDBLen: 6})
		require.NoError(t, err)
	}
	for range maxFailures + 4 {
		send()
	}
	mark := w.Now()
	require.NoError(t, w.Failed(mark))
	ascq = 9
	send()
	require.ErrorIs(t, w.Failed(mark), scsi.CodeWriteErrorLossOfStreaming)
	require.ErrorIs(t, w.Failed(Mark{}), scsi.CodeWriteError)
}
