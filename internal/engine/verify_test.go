package engine

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/toc"
)

// Reservations and data tracks have no audio to compare.
func TestAudioTracksOfADisc(t *testing.T) {
	d := disc.Disc{Tracks: []disc.Track{on(1, 300, disc.TrackComplete), on(2, 300, disc.TrackComplete), on(3, 300, disc.TrackReserved), on(4, 300, disc.TrackUnknown)}}
	d.Tracks[1].Control = toc.DataTrack
	var numbers []int
	for _, track := range audioTracks(d) {
		numbers = append(numbers, track.Number)
	}
	require.Equal(t, []int{1, 4}, numbers)
}

// Lengths that differ by the run-out of two sectors are near.
func TestLengthsThatAreNear(t *testing.T) {
	for off, want := range map[toc.Sectors]bool{-3: false, -2: true, -1: true, 0: true, 2: true, 3: false} {
		require.Equal(t, want, near(off), "%d", off)
	}
}
