package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/scsi"
)

func TestCloseTrackSession(t *testing.T) {
	wantDo(t, command.CloseTrackSession{Function: command.CloseSession, Immed: true}, "5B 01 02 00 00 00 00 00 00 00") // cdrskin
	wantDo(t, command.CloseTrackSession{Function: command.CloseSession}, "5B 00 02 00 00 00 00 00 00 00")              // wodim
	wantDo(t, command.CloseTrackSession{Function: command.CloseTrack, Track: 3, Immed: true}, "5B 01 01 00 00 03 00 00 00 00")
	wantDo(t, command.CloseTrackSession{Function: command.CloseTrack, Track: 0xFF}, "5B 00 01 00 00 FF 00 00 00 00")
}

func TestCloseSessionSense(t *testing.T) {
	for sense, want := range map[string]scsi.Code{
		"70 00 05 00 00 00 00 0A 00 00 00 00 72 04 00 00": asc.SessionFixationEmptyReservedTrack, // G1
		"70 00 05 00 00 00 00 0A 5B 02 00 80 72 03 00 00": asc.SessionFixationIncompleteTrack,    // G2
		"70 00 05 00 00 00 00 0E 00 00 00 00 2C 04 00 00": asc.ProgramAreaIsEmpty,                // G36
	} {
		tr := play(t, refused(none("5B 00 02 00 00 00 00 00 00 00"), unhex(sense)))
		err := command.CloseTrackSession{Function: command.CloseSession}.Do(t.Context(), tr)
		assert.ErrorIs(t, err, want)
		assert.ErrorContains(t, err, "CLOSE SESSION: ")
	}
}
