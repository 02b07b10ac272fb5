package engine

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
)

// If a drive doesn't answer the inspection before BLANK, nothing is known about its disc.
func TestBlankOnADriveThatDoesNotAnswer(t *testing.T) {
	c, s := looked(t, sim.NewDisc(sim.CDRW74), nil, nil)
	s.dead = true
	err := eraser{c}.erase(t.Context(), mmc.BlankDisc)
	require.ErrorIs(t, err, errNoAnswer)
	require.NotErrorIs(t, err, burn.ErrBadResponse)
}
