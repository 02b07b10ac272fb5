package command_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/scsi"
)

func TestRequestSense(t *testing.T) {
	wantCDB(t, command.RequestSense{}, "03 00 00 00 12 00")

	// G15 with the progress set to 80 00: half.
	half := append([]byte(nil), senseLongWrite...)
	half[16] = 0x80
	tr := play(t, in("03 00 00 00 12 00", ""), in("03 00 00 00 12 00", "70 00"),
		refused(in("03 00 00 00 12 00", ""), senseInvalidOpcode))
	scripted := in("03 00 00 00 12 00", "")
	scripted.In = half
	tr2 := play(t, scripted)

	sense, err := command.RequestSense{}.Do(t.Context(), tr2)
	require.NoError(t, err)
	assert.Equal(t, asc.LongWriteInProgress, sense.Code)
	assert.True(t, sense.SKSV)
	assert.Equal(t, [3]byte{0x80, 0x80, 0}, sense.SKS, "half done")

	for range 2 { // empty, and without a sense key
		_, err = command.RequestSense{}.Do(t.Context(), tr)
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	}
	_, err = command.RequestSense{}.Do(t.Context(), tr)
	assert.ErrorIs(t, err, scsi.KeyIllegalRequest)
}
