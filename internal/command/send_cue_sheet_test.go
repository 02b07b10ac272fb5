package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
)

// neroSheet is G41: the cue sheet of a data disc that Nero sent to an HL-DT-ST GH22NS40.
const neroSheet = "41 00 00 14 00 00 00 00 | 41 01 00 10 00 00 00 00 | 41 01 01 10 00 00 02 00 | 41 AA 01 14 00 00 0A 23"

// G16b: the CDB for a sheet of 32 bytes, and the answer of a Pioneer DVR-110D.
func TestSendCueSheet(t *testing.T) {
	const cdb = "5D 00 00 00 00 00 00 00 20 00"
	c := command.SendCueSheet{Sheet: unhex(neroSheet)}
	wantCDB(t, c, cdb)
	wantCDB(t, command.SendCueSheet{Sheet: make([]byte, 3200)}, "5D 00 00 00 00 00 00 0C 80 00")
	tr := play(t, out(cdb, neroSheet),
		refused(out(cdb, neroSheet), unhex("70 00 05 00 00 00 00 0E 00 00 00 00 26 00 00 00")))
	require.NoError(t, c.Do(t.Context(), tr))
	assert.ErrorIs(t, c.Do(t.Context(), tr), asc.FamilyInvalidParameter)
}
