package command_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

func TestReadCD(t *testing.T) {
	data := bytes.Repeat([]byte{0xAA}, 2*toc.SectorSize)
	c := command.ReadCD{LBA: 15980, Blocks: 2, ExpectedType: command.SectorCDDA, Flags: command.ReadUser, Data: data}
	const cdb = "BE 04 00 00 3E 6C 00 00 02 10 00 00"
	wantCDB(t, c, cdb)
	wantCDB(t, command.ReadCD{LBA: -150, Blocks: 0x010203, SubChannel: command.SubQ, Flags: command.ReadUser | command.ReadC2},
		"BE 00 FF FF FF 6A 01 02 03 12 02 00")
	wantCDB(t, command.ReadCD{ExpectedType: 0xFF, SubChannel: 0xFF}, "BE 1C 00 00 00 00 00 00 00 00 07 00")

	ex := in(cdb, "")
	ex.In = bytes.Repeat([]byte{0x55}, toc.SectorSize) // the second sector is missing
	n, err := c.Do(t.Context(), play(t, ex))
	require.NoError(t, err)
	assert.Equal(t, toc.SectorSize, n)
	assert.Equal(t, bytes.Repeat([]byte{0x55}, toc.SectorSize), data[:n])
	assert.Equal(t, make([]byte, toc.SectorSize), data[n:], "bytes that didn't arrive are not left from an earlier reply")
}

// G37: a drive's answer to cdrdao; the field pointer names byte 9 of the CDB.
func TestReadCDRefused(t *testing.T) {
	sense := unhex("70 00 05 00 00 00 00 0A BE F8 00 08 24 00 00 C0 00 09")
	ex := scsitest.Exchange{CDB: unhex("BE 00 00 00 00 00 00 00 00 F8 00 00"), Status: scsi.CheckCondition, Sense: sense}
	_, err := command.ReadCD{Flags: 0xF8}.Do(t.Context(), play(t, ex))
	var se *scsi.SenseError
	require.ErrorAs(t, err, &se)
	assert.True(t, se.SKSV)
	assert.Equal(t, [3]byte{0xC0, 0, 9}, se.SKS)
}
