package inspect_test

import (
	"bytes"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// A range that is compared closely may be a whole disc: it isn't held in memory at once, and
// every sector of it counts, wherever its parts meet.
func TestLongRangeIsComparedInParts(t *testing.T) {
	const sectors = 4000
	right := shared(1, sectors*toc.SamplesPerSector)
	w := func() []inspect.Written {
		return []inspect.Written{{Number: 1, Sectors: sectors, Audio: sectors, Source: pcm.FromBytes("a.wav", pcm.CDDA, right)}}
	}
	o := &inspect.VerifyOptions{Closely: [][2]toc.LBA{{-3000, sectors}}}
	wrong := bytes.Clone(right)
	for _, at := range []int{0, 300, 749, 750, 751, 1499, 1500, 3300, 3750, 3999} {
		wrong[at*toc.SectorSize+1000] ^= 1
		d := sim.NewDisc(sim.CDR80)
		require.NoError(t, d.Press("", nil, []sim.PressedTrack{{Open: pcm.FromBytes("a.wav", pcm.CDDA, wrong).Open}}))
		b := newBench(t, "modern", d)
		v, err := inspect.Verify(t.Context(), b.drive, w(), disc.VerifyQuick, o)
		require.ErrorIs(t, err, inspect.ErrDiffers, at)
		require.Equal(t, disc.VerifyDiffers, v.Tracks[0].Result)
		require.Equal(t, toc.LBA(at), v.Tracks[0].At)
		wrong[at*toc.SectorSize+1000] ^= 1
	}

	d := sim.NewDisc(sim.CDR80)
	require.NoError(t, d.Press("", nil, []sim.PressedTrack{{Open: pcm.FromBytes("a.wav", pcm.CDDA, right).Open}}))
	b := newBench(t, "modern", d)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	v, err := inspect.Verify(t.Context(), b.drive, w(), disc.VerifyQuick, o)
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	require.Equal(t, disc.VerifyEqual, v.Result)
	require.Equal(t, toc.Sectors(sectors), v.Sectors)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(sectors*toc.SectorSize))
}
