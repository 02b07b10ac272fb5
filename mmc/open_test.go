package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
)

// One answer about something else does not make a drive unknown.
func TestOpenAsksAgain(t *testing.T) {
	for _, f := range []sim.Fault{
		{Kind: sim.FaultBusy}, {Kind: sim.FaultDrop}, {Key: 6, ASC: 0x29}, {Key: 2, ASC: 4, ASCQ: 1}, {Key: 0xB, ASC: 8},
		{Key: 3, ASC: 0x0C, Deferred: true},
	} {
		f.Opcode, f.Count = 0x12, 2
		d := sim.New(sim.Config{})
		d.AddFault(f)
		_, err := mmc.Open(t.Context(), d)
		require.NoError(t, err, "%+v", f)
		f.Count = 3
		d.AddFault(f)
		_, err = mmc.Open(t.Context(), d)
		require.Error(t, err, "%+v", f)
	}
}
