package mmc_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

func TestReadCDMSF(t *testing.T) {
	const cdb = "B9 04 00 00 02 00 00 02 1B 10 00 00"
	c := mmc.ReadCDMSF{Start: toc.MSF{S: 2}, End: toc.MSF{S: 2, F: 27},
		ExpectedType: mmc.SectorCDDA, Flags: mmc.ReadUser, Data: make([]byte, 27*toc.SectorSize)}
	wantCDB(t, c, cdb)
	wantCDB(t, mmc.ReadCDMSF{DAP: true, Flags: mmc.ReadC2, SubChannel: mmc.SubRaw}, "B9 02 00 00 00 00 00 00 00 02 01 00")
	ex := in(cdb, "")
	ex.In = bytes.Repeat([]byte{1}, len(c.Data))
	n, err := c.Do(t.Context(), play(t, ex))
	require.NoError(t, err)
	assert.Equal(t, 27*toc.SectorSize, n)
}
