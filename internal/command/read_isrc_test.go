package command_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/toc"
)

// isrcReply is composed from the byte table of MMC-3.
const isrcReply = "00 15 00 14 03 13 02 00 80 55 53 41 42 43 31 32 33 34 35 36 37 00 2A 00"

func TestReadISRC(t *testing.T) {
	const cdb = "42 00 40 03 00 00 02 00 18 00"
	wantCDB(t, command.ReadISRC{Track: 2}, cdb)
	junk := "00 15 00 14 03 13 02 00 80 00*15"
	none := "00 15 00 14 03 13 02 00 00 55 53 41 42 43 31 32 33 34 35 36 37 00 00 00"
	tr := play(t, in(cdb, isrcReply), in(cdb, junk), in(cdb, none), in(cdb, "00"), refused(in(cdb, ""), senseInvalidField))
	isrc, found, err := command.ReadISRC{Track: 2}.Do(t.Context(), tr)
	require.NoError(t, err)
	assert.True(t, found)
	assert.Equal(t, toc.ISRC("USABC1234567"), isrc)
	for range 2 {
		isrc, found, err = command.ReadISRC{Track: 2}.Do(t.Context(), tr)
		require.NoError(t, err)
		assert.False(t, found)
		assert.Empty(t, isrc)
	}
	_, _, err = command.ReadISRC{Track: 2}.Do(t.Context(), tr)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	_, _, err = command.ReadISRC{Track: 2}.Do(t.Context(), tr)
	assert.Error(t, err)
	mmctest.WantPrefixes[command.ISRCData](t, unhex(isrcReply), command.ISRCData{})
	got := mmctest.Decode[command.ISRCData](t, unhex(isrcReply))
	assert.Equal(t, command.ISRCData{ISRC: "USABC1234567"}, got)
}

func FuzzISRC(f *testing.F) {
	mmctest.FuzzReply[command.ISRCData](f, command.ISRCData{}, unhex(isrcReply))
}
