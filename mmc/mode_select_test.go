package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// The bytes that cdrskin 1.5.4 and wodim 1.1.11 sent for an audio track (recorded on
// Linux).
const (
	modeSelectCDB  = "55 10 00 00 00 00 00 00 3C 00"
	modeSelectList = "00*8 | 05 32 01 00 00 00*9 00 96 00*36"
)

func TestModeSelect10(t *testing.T) {
	c := mmc.ModeSelect10{Pages: mmc.WriteParameters{WriteType: mmc.WriteTAO}.Page(0x32)}
	wantCDB(t, c, modeSelectCDB)
	tr := play(t, out(modeSelectCDB, modeSelectList),
		refused(out(modeSelectCDB, modeSelectList), unhex("70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 00")))
	require.NoError(t, c.Do(t.Context(), tr))
	assert.ErrorIs(t, c.Do(t.Context(), tr), scsi.FamilyInvalidParameter)
}

// The PS bit that MODE SENSE sets is reserved here, in each page.
func TestModeSelect10ClearsPS(t *testing.T) {
	got := mmc.ModeSelect10{Pages: unhex("81 02 FF FF | 9A 01 80 | 05")}.List()
	assert.Equal(t, unhex("00*8 | 01 02 FF FF | 1A 01 80 | 05"), got)
}
