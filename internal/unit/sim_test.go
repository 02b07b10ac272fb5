package unit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
)

// Each speed that a drive offers is reported as its current speed after it is set.
func TestSetWriteSpeedOnEveryPersonality(t *testing.T) {
	for _, p := range sim.Personalities() {
		if p.ModesChanged {
			continue // each MODE SELECT is followed by a unit attention
		}
		t.Run(p.Name, func(t *testing.T) {
			if p.ModesChanged {
				t.Skip("the caller must absorb a unit attention after each SET CD SPEED")
			}
			tr := sim.New(sim.Config{Personality: p, Disc: sim.NewDisc(sim.CDR80)})
			d, err := mmc.Open(t.Context(), tr)
			require.NoError(t, err)
			require.NoError(t, unit.WaitReady(t.Context(), d, unit.WaitOptions{}))
			speeds, err := unit.WriteSpeeds(t.Context(), d)
			require.NoError(t, err)
			for _, want := range speeds {
				took, err := unit.SetWriteSpeed(t.Context(), d, want)
				if p.NoSetSpeed {
					require.ErrorIs(t, err, asc.InvalidFieldInCDB)
					continue
				}
				require.NoError(t, err)
				got, err := unit.CurrentWriteSpeed(t.Context(), d)
				require.NoError(t, err)
				if got.KBps != 0 { // an MMC-1 page has no such field
					assert.Equal(t, want.KBps, got.KBps)
					assert.Equal(t, got.KBps, took.KBps)
				}
			}
		})
	}
}

func TestTrayOfTheSimulator(t *testing.T) {
	tr := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})
	d, err := mmc.Open(t.Context(), tr)
	require.NoError(t, err)
	require.NoError(t, unit.WaitReady(t.Context(), d, unit.WaitOptions{}))
	require.NoError(t, unit.Lock(t.Context(), d))
	assert.Error(t, unit.Eject(t.Context(), d))
	require.NoError(t, unit.Unlock(t.Context(), d))
	require.NoError(t, unit.RefreshByStop(t.Context(), d))
	require.NoError(t, unit.Reload(t.Context(), d))
	media, err := unit.MediaType(t.Context(), d)
	require.NoError(t, err)
	assert.Equal(t, mmc.MediaCDR, media)
}

// The first command to a drive with a disc, while its unit attentions are pending, and
// again after a change of disc.
func TestMediaTypeAtTheFirstCall(t *testing.T) {
	for _, p := range sim.Personalities() {
		for media, want := range map[sim.Media]mmc.MediaType{sim.CDR80: mmc.MediaCDR, sim.CDRW74: mmc.MediaCDRW} {
			t.Run(p.Name+" "+want.String(), func(t *testing.T) {
				tr := sim.New(sim.Config{Personality: p, Disc: sim.NewDisc(media)})
				d, err := mmc.Open(t.Context(), tr)
				require.NoError(t, err)
				for range 2 {
					got, err := unit.MediaType(t.Context(), d)
					require.NoError(t, err)
					assert.Equal(t, want, got)
				}
			})
		}
	}
}
