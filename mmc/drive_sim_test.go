package mmc_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// Every simulated drive, blank disc in it, gives a whole summary, and asking leaves
// it as it was.
func TestSummaryOnEveryPersonality(t *testing.T) {
	for _, p := range sim.Personalities() {
		t.Run(p.Name, func(t *testing.T) {
			switch {
			case p.TailEvery > 0:
				t.Skip("replies with a spoiled tail differ from one time to the next")
			case p.NeverReady:
				t.Skip("TEST UNIT READY is 2/04/00, and the summary has that as an error")
			}
			tr := sim.New(sim.Config{Personality: p, Disc: sim.NewDisc(sim.CDR80)})
			defer func() { assert.NoError(t, tr.Close()) }()
			d, err := mmc.Open(t.Context(), tr)
			require.NoError(t, err)
			require.NoError(t, d.WaitReady(t.Context(), mmc.WaitOptions{}))
			require.NoError(t, d.WaitIdle(t.Context(), mmc.WaitOptions{}))
			first, err := d.Summary(t.Context())
			require.NoError(t, err)
			assert.Empty(t, first.Errors)
			assert.True(t, first.Blank())
			assert.True(t, first.TAO.Supported)
			assert.Equal(t, mmc.MediaCDR, first.Media)
			assert.NotEmpty(t, first.Speeds)
			assert.True(t, first.NWAValid)
			assert.Zero(t, first.NWA, "also where the drive says -150")
			assert.Nil(t, first.TOC)
			second, err := d.Summary(t.Context())
			require.NoError(t, err)
			assert.Equal(t, first, second)
		})
	}
}

// Each speed that a drive offers is the one that it then says it has.
func TestSetWriteSpeedOnEveryPersonality(t *testing.T) {
	for _, p := range sim.Personalities() {
		t.Run(p.Name, func(t *testing.T) {
			if p.ModesChanged {
				t.Skip("a unit attention after each SET CD SPEED is for the caller to absorb")
			}
			tr := sim.New(sim.Config{Personality: p, Disc: sim.NewDisc(sim.CDR80)})
			d, err := mmc.Open(t.Context(), tr)
			require.NoError(t, err)
			require.NoError(t, d.WaitReady(t.Context(), mmc.WaitOptions{}))
			speeds, err := d.WriteSpeeds(t.Context())
			require.NoError(t, err)
			for _, want := range speeds {
				err := d.SetWriteSpeed(t.Context(), want.KBps, want.Rotation)
				if p.NoSetSpeed {
					require.ErrorIs(t, err, scsi.CodeInvalidFieldInCDB)
					continue
				}
				require.NoError(t, err)
				got, err := d.CurrentWriteSpeed(t.Context())
				require.NoError(t, err)
				if got.KBps != 0 { // an MMC-1 page has no such field
					assert.Equal(t, want.KBps, got.KBps)
				}
			}
		})
	}
}

func TestTrayOfTheSimulator(t *testing.T) {
	tr := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})
	d, err := mmc.Open(t.Context(), tr)
	require.NoError(t, err)
	require.NoError(t, d.WaitReady(t.Context(), mmc.WaitOptions{}))
	require.NoError(t, d.Lock(t.Context()))
	assert.Error(t, d.Eject(t.Context()))
	require.NoError(t, d.Unlock(t.Context()))
	require.NoError(t, d.RefreshByStop(t.Context()))
	require.NoError(t, d.Reload(t.Context()))
	media, err := d.MediaType(t.Context())
	require.NoError(t, err)
	assert.Equal(t, mmc.MediaCDR, media)
}
