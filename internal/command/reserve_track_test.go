package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
)

// G39: the CDB in a public log, and the sense of its refusal.
func TestReserveTrack(t *testing.T) {
	const cdb = "53 00 00 00 00 00 01 90 CE 00"
	wantDo(t, command.ReserveTrack{Size: 102606}, cdb)
	err := command.ReserveTrack{Size: 102606}.Do(t.Context(),
		play(t, refused(none(cdb), unhex("70 00 05 00 00 00 00 0A 00 00 00 00 72 05 00 00"))))
	assert.ErrorIs(t, err, asc.NoMoreTrackReservations)
}
