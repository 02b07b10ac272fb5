package inspect

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/redbook-audio/redbook/toc"
)

// samples numbers n samples from first on: sample i is the number i.
func samples(first, n int) []byte {
	b := make([]byte, 0, n*sampleBytes)
	for i := range n {
		b = binary.LittleEndian.AppendUint32(b, uint32(first+i))
	}
	return b
}

func TestEqualAtComparesTheOverlap(t *testing.T) {
	want := samples(100, 50) // positions 100 to 149
	for name, row := range map[string]struct {
		got  []byte
		at   int
		same bool
	}{
		"all of it":         {samples(100, 50), 100, true},
		"a part":            {samples(110, 10), 110, true},
		"one off":           {samples(111, 10), 110, false},
		"over the start":    {samples(90, 20), 90, true},
		"over the end":      {samples(140, 20), 140, true},
		"wrong at the end":  {samples(141, 20), 140, false},
		"in front of it":    {samples(0, 100), 0, true},
		"wrong in front":    {append(samples(7, 10), samples(100, 5)...), 90, true},
		"behind it":         {samples(7, 10), 150, true},
		"all round":         {samples(0, 300), 0, true},
		"wrong everywhere":  {samples(1, 300), 0, false},
		"the last one only": {samples(149, 1), 149, true},
	} {
		require.Equal(t, row.same, equalAt(row.got, row.at, want, 100), name)
	}
}

// Any offset of the drive is found, and only that one.
func TestOffsetIsFound(t *testing.T) {
	track := make([]byte, 300*toc.SectorSize)
	for i, r := 0, rand.New(rand.NewPCG(1, 2)); i < len(track); i++ {
		track[i] = byte(r.Uint32())
	}
	rapid.Check(t, func(t *rapid.T) {
		offset := rapid.IntRange(-maxOffset, maxOffset).Draw(t, "offset")
		at := rapid.IntRange(10, 200).Draw(t, "sector") * toc.SamplesPerSector
		n := rapid.IntRange(50, 20*toc.SamplesPerSector).Draw(t, "samples")
		got := track[(at+offset)*sampleBytes : (at+offset+n)*sampleBytes]
		c := newCandidates()
		require.Positive(t, c.narrow(got, at, track, 0))
		require.Contains(t, c.list, int32(offset))
		best, ok := c.best()
		require.True(t, ok)
		require.True(t, equalAt(got, at+best, track, 0))
		if n > 1000 {
			require.True(t, c.known())
			require.Equal(t, offset, best)
		}
		// A second piece elsewhere must fit the same offset.
		other := track[(at+offset+n)*sampleBytes : (at+offset+2*n)*sampleBytes]
		require.Positive(t, c.narrow(other, at+n, track, 0))
		// One wrong bit fits none of them.
		wrong := bytes.Clone(other)
		wrong[len(wrong)/2] ^= 4
		if n > 1000 {
			require.Zero(t, c.narrow(wrong, at+n, track, 0))
			best, ok = c.best()
			require.False(t, ok)
			require.Zero(t, best)
		}
	})
}

// Silence keeps all candidates, and the one next to 0 is the best.
func TestOffsetOfSilence(t *testing.T) {
	c := newCandidates()
	require.Equal(t, 2*maxOffset+1, c.narrow(make([]byte, 4000), 0, make([]byte, 100000), 0))
	best, ok := c.best()
	require.True(t, ok)
	require.Zero(t, best)
	require.False(t, c.known())
}

// Silence doesn't match audio written elsewhere, and a steady level matches only the same
// level.
func TestSilenceInsteadOfSound(t *testing.T) {
	sound, silence, level := samples(0, 20000), make([]byte, 4000), bytes.Repeat([]byte{1, 0, 1, 0}, 20000)
	require.Zero(t, newCandidates().narrow(silence, 8000, sound, 0))
	require.Zero(t, newCandidates().narrow(sound[:4000], 8000, make([]byte, 80000), 0))
	require.Zero(t, newCandidates().narrow(silence, 8000, level, 0))
	require.Equal(t, 2*maxOffset+1, newCandidates().narrow(level[:4000], 8000, level, 0))
	require.Equal(t, 2*maxOffset+1, newCandidates().narrow(silence, 8000, nil, 0), "nothing to compare with")
}

// An unreadable sector is acceptable if some offset moves it across the edge of its track:
// 3600 samples reach into the seventh sector.
func TestEdgesOfATrack(t *testing.T) {
	w := &Written{Sectors: 300}
	for sector, edge := range map[int]bool{-1: true, 0: true, 6: true, 7: false, 292: false, 293: true, 299: true, 300: true} {
		require.Equal(t, edge, w.edge(sector), sector)
	}
}

func TestFloorDiv(t *testing.T) {
	for position, sector := range map[int]int{0: 0, 587: 0, 588: 1, -1: -1, -588: -1, -589: -2, 5880: 10} {
		require.Equal(t, sector, floorDiv(position), position)
	}
}
