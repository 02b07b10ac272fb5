package sim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// A host whose buffer is shorter than its allocation length gets as much as fits, and the
// number of bytes left over, as a host adapter that sees the bus would report it.
func TestExcess(t *testing.T) {
	d := sim.New(sim.Config{})
	inquiry := func(alloc byte, buffer int) scsi.Result {
		res, err := d.Do(t.Context(), &scsi.Request{
			CDB: [16]byte{0: 0x12, 4: alloc}, CDBLen: 6, Dir: scsi.DataIn, Data: make([]byte, buffer), Name: "INQUIRY",
		})
		require.NoError(t, err)
		return res
	}
	assert.Zero(t, inquiry(36, 36).Excess)
	assert.Zero(t, inquiry(36, 96).Excess)
	res := inquiry(36, 20)
	assert.Equal(t, 20, res.N)
	assert.Equal(t, 16, res.Excess)
}
