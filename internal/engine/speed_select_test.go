package engine

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/mmc"
)

// The nearest speed, with results computed by hand.
func TestNearestSpeed(t *testing.T) {
	offer := []mmc.WriteSpeed{
		{KBps: 8467, PureCAV: true}, {KBps: 4234}, {KBps: 2822}, {KBps: 2822, PureCAV: true}, {KBps: 706},
	}
	for _, row := range []struct {
		want mmc.Speed
		cav  bool
		kBps int
		is   bool
	}{
		{mmc.SpeedMax, false, 8467, true}, {mmc.SpeedX(48), false, 8467, true}, {mmc.SpeedX(100), false, 8467, true},
		{mmc.SpeedX(16), false, 2822, false}, {mmc.SpeedX(16), true, 2822, true}, {mmc.SpeedX(20), false, 2822, false},
		{mmc.SpeedX(21), false, 4234, false}, {mmc.SpeedX(1), true, 706, false}, {mmc.SpeedX(10), false, 706, false}, {mmc.SpeedX(11), true, 2822, true},
	} {
		got, ok := nearest(offer, row.want, row.cav)
		require.True(t, ok)
		require.Equal(t, row.kBps, got.KBps, "%v", row.want)
		require.Equal(t, row.is, got.PureCAV, "%v", row.want)
	}
	_, ok := nearest(nil, mmc.SpeedX(4), false)
	require.False(t, ok)
}

// A request for 8x doesn't select 16x as long as a slower speed is available.
func TestAtMostSpeed(t *testing.T) {
	offer := []mmc.WriteSpeed{{KBps: 8467, PureCAV: true}, {KBps: 4234}, {KBps: 2822}, {KBps: 706}}
	for want, kBps := range map[mmc.Speed]int{
		mmc.SpeedMax: 8467, mmc.SpeedX(100): 8467, mmc.SpeedX(48): 8467, mmc.SpeedX(47): 4234, mmc.SpeedX(24): 4234, mmc.SpeedX(23.9): 2822,
		mmc.SpeedX(15): 706, mmc.SpeedX(4): 706, mmc.SpeedX(1): 706,
	} {
		got, ok := atMost(offer, want, false)
		require.True(t, ok)
		require.Equal(t, kBps, got.KBps, "%v", want)
	}
	_, ok := atMost(nil, mmc.SpeedX(4), false)
	require.False(t, ok)
}

// If the drive changed the rotation, that is an adjustment.
func TestRotationIsAdjusted(t *testing.T) {
	j, _ := onScript(t, nil, nil)
	adjusted, now, err := j.SetSpeed(context.Background(), mmc.SpeedX(8), true)
	require.NoError(t, err)
	require.Equal(t, !now.PureCAV, adjusted&burn.RotationAdjusted != 0)
	adjusted, now, err = j.SetSpeed(context.Background(), mmc.SpeedX(48), false)
	require.NoError(t, err)
	require.Equal(t, now.PureCAV, adjusted&burn.RotationAdjusted != 0)
}
