package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/scsi"
)

func TestSynchronizeCache(t *testing.T) {
	wantDo(t, command.SynchronizeCache{Immed: true}, "35 02 00 00 00 00 00 00 00 00") // cdrskin
	wantDo(t, command.SynchronizeCache{}, "35 00 00 00 00 00 00 00 00 00")            // wodim
	// G3: the write error of an earlier WRITE, at LBA 303.
	err := command.SynchronizeCache{}.Do(t.Context(), play(t, refused(none("35 00 00 00 00 00 00 00 00 00"),
		unhex("F0 00 03 00 00 01 2F 0A 00 00 00 00 0C 07 00 00"))))
	var se *scsi.SenseError
	require.ErrorAs(t, err, &se)
	assert.Equal(t, asc.WriteErrorRecoveryNeeded, se.Code)
	assert.Equal(t, uint64(303), se.Information)
}
