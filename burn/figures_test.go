package burn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/toc"
)

// Figures of IMAPI (IMAPI_FORMAT2_TAO_WRITE_ACTION, E_IMAPI_BURN_VERIFICATION_FAILED), and those
// that callers may keep.
func TestFigures(t *testing.T) {
	require.Equal(t, []burn.Action{1, 2, 3, 4}, []burn.Action{burn.ActionPreparing, burn.ActionWriting, burn.ActionFinishing, burn.ActionVerifying})
	require.Equal(t, []burn.Adjustment{1, 2}, []burn.Adjustment{burn.SpeedAdjusted, burn.RotationAdjusted})
	code, _, _ := burn.HRESULT(burn.ErrTrackMissing)
	require.Equal(t, uint32(0xC0AA0007), uint32(code))
	require.Equal(t, 16*1024*1024, burn.DefaultFIFO)
}

// A planned track is as long as its audio and its padding; the tracks of a plan follow those on
// the disc.
func TestSumsOfAPlan(t *testing.T) {
	p := burn.Plan{Disc: disc.Disc{Tracks: make([]disc.Track, 3)}, Tracks: []burn.PlannedTrack{{Audio: 200, Padding: 100}, {Audio: 400}}}
	require.Equal(t, toc.Sectors(300), p.Tracks[0].Sectors())
	require.Equal(t, 5, p.TracksOnDisc())
}
