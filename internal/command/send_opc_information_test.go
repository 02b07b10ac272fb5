package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
)

// A recovered error of the calibration is returned, because its text matters.
func TestSendOPCInformation(t *testing.T) {
	const cdb = "54 01 00 00 00 00 00 00 00 00" // cdrecord's
	wantCDB(t, command.SendOPCInformation{}, cdb)
	tr := play(t, none(cdb),
		refused(none(cdb), unhex("70 00 01 00 00 00 00 0A 00 00 00 00 73 01 00 00")),
		refused(none(cdb), unhex("F0 00 03 00 00 00 00 0A 00 00 00 00 73 03 00 00"))) // G11
	require.NoError(t, command.SendOPCInformation{}.Do(t.Context(), tr))
	err := command.SendOPCInformation{}.Do(t.Context(), tr)
	assert.True(t, exchange.Recovered(err))
	assert.ErrorIs(t, err, asc.PowerCalibrationAreaAlmostFull)
	err = command.SendOPCInformation{}.Do(t.Context(), tr)
	assert.ErrorIs(t, err, asc.PowerCalibrationAreaError)
	assert.False(t, exchange.Recovered(err))
}
