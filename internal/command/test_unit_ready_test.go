package command_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
)

func TestTestUnitReady(t *testing.T) {
	wantDo(t, command.TestUnitReady{}, "00 00 00 00 00 00")
}

func TestTestUnitReadyNoDisc(t *testing.T) {
	tr := play(t, refused(none("00 00 00 00 00 00"), senseNoDisc))
	err := command.TestUnitReady{}.Do(t.Context(), tr)
	assert.ErrorIs(t, err, asc.FamilyMediumNotPresent)
	assert.EqualError(t, err, "TEST UNIT READY: not ready, medium not present, tray closed (2/3A/01)")
}

func TestEndedContextSendsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, command.TestUnitReady{}.Do(ctx, play(t)), context.Canceled)
}
