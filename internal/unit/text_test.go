package unit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
)

func TestReadsCDText(t *testing.T) {
	for name, want := range map[string]bool{"": true, "no-cd-text": false, "old": false} {
		p, err := sim.PersonalityByName(name)
		require.NoError(t, err)
		d, err := mmc.Open(t.Context(), sim.New(sim.Config{Personality: p}))
		require.NoError(t, err)
		got, err := unit.ReadsCDText(t.Context(), d)
		require.NoError(t, err)
		assert.Equal(t, want, got, name)
	}
	p, err := sim.PersonalityByName("mmc1")
	require.NoError(t, err)
	d, err := mmc.Open(t.Context(), sim.New(sim.Config{Personality: p}))
	require.NoError(t, err)
	_, err = unit.ReadsCDText(t.Context(), d)
	assert.Error(t, err, "it has no GET CONFIGURATION")
}
