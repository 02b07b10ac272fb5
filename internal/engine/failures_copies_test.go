package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// A drive reports a medium change (6/28) for the disc that it has just written. A sector that was
// written badly doesn't make that another disc: its session is closed, and the verification
// reports the sector.
func TestBadSectorDoesNotMakeItAnotherDisc(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	b.spoilWrite(452 + 200) // in the second that is read of the last track
	told := false
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if told || req.Opcode() != command.OpTestUnitReady || b.sent(command.OpSynchronizeCache) < 2 {
			return false
		}
		told = true
		return true
	}, Fault: says(6, 0x28, 0)})
	r, err := engine.Burn(t.Context(), b.drive, album(), nil, tao.Method())
	require.True(t, told)
	require.NotErrorIs(t, err, burn.ErrDiscChanged)
	require.ErrorIs(t, err, burn.ErrVerify)
	require.Equal(t, burn.TrackDiffers, r.Tracks[1].Status)
	require.True(t, *r.Closed)
	require.Len(t, r.OnDisc, 2)
}
