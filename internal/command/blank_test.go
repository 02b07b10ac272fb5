package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
)

func TestBlank(t *testing.T) {
	wantDo(t, command.Blank{Type: mmc.BlankMinimal}, "A1 01 00 00 00 00 00 00 00 00 00 00") // G38
	wantDo(t, command.Blank{Type: mmc.BlankDisc, Immed: true}, "A1 10 00 00 00 00 00 00 00 00 00 00")
	wantDo(t, command.Blank{Type: command.BlankUnreserve, Address: 0x12345}, "A1 03 00 01 23 45 00 00 00 00 00 00")
	// G13: on a CD-R.
	err := command.Blank{Type: mmc.BlankMinimal}.Do(t.Context(), play(t, refused(none("A1 01 00 00 00 00 00 00 00 00 00 00"),
		unhex("70 00 05 00 00 00 00 0A 00 00 00 00 30 05 00 00"))))
	assert.ErrorIs(t, err, asc.FamilyIncompatibleMedium)
}
