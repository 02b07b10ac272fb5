package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
)

func TestModeSelect10(t *testing.T) {
	c := command.ModeSelect10{Pages: command.WriteParameters{WriteType: command.WriteTAO}.Page(0x32)}
	wantCDB(t, c, modeSelectCDB)
	tr := play(t, out(modeSelectCDB, modeSelectList),
		refused(out(modeSelectCDB, modeSelectList), unhex("70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 00")))
	require.NoError(t, c.Do(t.Context(), tr))
	assert.ErrorIs(t, c.Do(t.Context(), tr), asc.FamilyInvalidParameter)
}

// The PS bit that MODE SENSE sets is reserved here, in each page.
func TestModeSelect10ClearsPS(t *testing.T) {
	got := command.ModeSelect10{Pages: unhex("81 02 FF FF | 9A 01 80 | 05")}.List()
	assert.Equal(t, unhex("00*8 | 01 02 FF FF | 1A 01 80 | 05"), got)
}
