package mmc_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// mcnReply is composed from the byte table of MMC-3.
const mcnReply = "00 15 00 14 02 00 00 00 80 34 30 30 36 33 38 31 33 33 33 39 33 31 00 2A"

func TestReadMCN(t *testing.T) {
	const cdb = "42 00 40 02 00 00 00 00 18 00"
	wantCDB(t, mmc.ReadMCN{}, cdb)
	zeros := "00 15 00 14 02 00 00 00 80 30*13 00 00"
	none := "00 15 00 14 02 00 00 00 00 00*15"
	tr := play(t, in(cdb, mcnReply), in(cdb, zeros), in(cdb, none), in(cdb, "00 15"), refused(in(cdb, ""), senseInvalidField))
	mcn, found, err := mmc.ReadMCN{}.Do(t.Context(), tr)
	require.NoError(t, err)
	assert.True(t, found)
	assert.Equal(t, toc.MCN("4006381333931"), mcn)
	for range 2 {
		mcn, found, err = mmc.ReadMCN{}.Do(t.Context(), tr)
		require.NoError(t, err)
		assert.False(t, found)
		assert.Empty(t, mcn)
	}
	_, _, err = mmc.ReadMCN{}.Do(t.Context(), tr)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	_, _, err = mmc.ReadMCN{}.Do(t.Context(), tr)
	assert.Error(t, err)
	wantPrefixes[mmc.MCNData](t, unhex(mcnReply), mmc.MCNData{})
}

func FuzzMCN(f *testing.F) { fuzzReply[mmc.MCNData](f, mmc.MCNData{}, unhex(mcnReply)) }

// Bytes that aren't digits are not a number, whatever MCVal is.
func TestMCNNoDigits(t *testing.T) {
	b := unhex(mcnReply)
	b[12] = 0x0A
	assert.Empty(t, decode[mmc.MCNData](t, b).MCN)
}
