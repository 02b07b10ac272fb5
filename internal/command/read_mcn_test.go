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

// mcnReply is composed from the byte table of MMC-3.
const mcnReply = "00 15 00 14 02 00 00 00 80 34 30 30 36 33 38 31 33 33 33 39 33 31 00 2A"

func TestReadMCN(t *testing.T) {
	const cdb = "42 00 40 02 00 00 00 00 18 00"
	wantCDB(t, command.ReadMCN{}, cdb)
	zeros := "00 15 00 14 02 00 00 00 80 30*13 00 00"
	none := "00 15 00 14 02 00 00 00 00 00*15"
	tr := play(t, in(cdb, mcnReply), in(cdb, zeros), in(cdb, none), in(cdb, "00 15"), refused(in(cdb, ""), senseInvalidField))
	mcn, found, err := command.ReadMCN{}.Do(t.Context(), tr)
	require.NoError(t, err)
	assert.True(t, found)
	assert.Equal(t, toc.MCN("4006381333931"), mcn)
	for range 2 {
		mcn, found, err = command.ReadMCN{}.Do(t.Context(), tr)
		require.NoError(t, err)
		assert.False(t, found)
		assert.Empty(t, mcn)
	}
	_, _, err = command.ReadMCN{}.Do(t.Context(), tr)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	_, _, err = command.ReadMCN{}.Do(t.Context(), tr)
	assert.Error(t, err)
	mmctest.WantPrefixes[command.MCNData](t, unhex(mcnReply), command.MCNData{})
}

func FuzzMCN(f *testing.F) { mmctest.FuzzReply[command.MCNData](f, command.MCNData{}, unhex(mcnReply)) }

// Bytes that aren't digits are not a number, whatever MCVal is.
func TestMCNNoDigits(t *testing.T) {
	b := unhex(mcnReply)
	b[12] = 0x0A
	assert.Empty(t, mmctest.Decode[command.MCNData](t, b).MCN)
}
