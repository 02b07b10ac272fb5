package inspect_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// On a drive that includes run-out, session-at-once with pauses of two seconds looks like
// track-at-once. The last two sectors are taken for run-out only if they are silent in
// all tracks: one track that ends in sound settles it for the others.
func TestSessionAtOnceThatLooksLikeRunOut(t *testing.T) {
	sound, last, both := [2]bool{}, [2]bool{false, true}, [2]bool{true, true}
	for _, row := range []struct {
		ends   [][2]bool
		runOut toc.Sectors
	}{
		{[][2]bool{both, both, both}, 2}, // the question arises here
		{[][2]bool{last, last, last}, 0},
		{[][2]bool{both, both, last}, 0},
		{[][2]bool{sound, both, both}, 0},
		{[][2]bool{both, both, sound}, 0},
		{[][2]bool{sound, sound, sound}, 0},
	} {
		t.Run(fmt.Sprint(row.ends), func(t *testing.T) {
			b := newBench(t, "modern", sim.NewDisc(sim.CDR80))
			var tracks []burn.Track
			for i, silent := range row.ends {
				tracks = append(tracks, burn.Track{Source: endingIn(uint64(i), 305+int64(i), silent)})
				if i > 0 {
					tracks[i].Pause = toc.PregapSectors
				}
			}
			drive, err := mmc.Open(t.Context(), b.Drive)
			require.NoError(t, err)
			_, err = sao.Burn(t.Context(), drive, tracks, nil, sao.Text{})
			require.NoError(t, err)
			d := b.look(t)
			require.NoError(t, inspect.Settle(t.Context(), b.drive, &d, nil))
			for i, track := range d.Tracks {
				require.Equal(t, row.runOut, track.RunOut, "track %d", i+1)
				require.EqualValues(t, 305+i, track.Sectors+track.RunOut, "track %d", i+1)
			}
		})
	}
}
