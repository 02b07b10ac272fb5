package album

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/toc"
)

// The file of a removed track is neither read nor measured, and that of an added one is.
func TestRemovedAndAddedTracks(t *testing.T) {
	dir := folder(t, map[string]string{
		"1.wav": string(wave(0, 5*48000, 48000)), "2.wav": string(wave(9, 5*48000, 48000)), "3.wav": string(wave(5, 5*48000, 48000)),
	})
	a := open(t, &Options{Level: Normalize, Spool: t.TempDir()}, dir)
	require.NoError(t, os.Remove(filepath.Join(dir, "2.wav")))
	require.Error(t, a.Prepare(t.Context(), nil))
	a.Tracks = slices.Delete(a.Tracks, 1, 2)
	files := 0
	require.NoError(t, a.Prepare(t.Context(), func(p Progress) { files = p.Files }))
	assert.Equal(t, 2, files)
	assert.True(t, a.Ready())

	b := open(t, &Options{Spool: t.TempDir()}, filepath.Join(dir, "1.wav"))
	a.Tracks = append(a.Tracks, b.Tracks...)
	assert.False(t, a.Ready(), "the file of the other album isn't decoded")
	require.NoError(t, a.Prepare(t.Context(), nil))
	assert.True(t, a.Ready())
	require.NoError(t, a.Close())
	assert.False(t, b.Ready(), "its file was removed with the others")
}

// An adjustment names the track by its place at the time of Prepare.
func TestAdjustmentsOfReorderedTracks(t *testing.T) {
	dir := folder(t, map[string]string{"1.wav": second(0, 5), "2.wav": string(wave(0, 5*44100, 44100)[:44]) + string(make([]byte, 5*44100*4)), "3.wav": second(9, 5)})
	a := open(t, &Options{Level: LoudTracks, LUFS: -14, Spool: t.TempDir()}, dir)
	a.Tracks = []Track{a.Tracks[1], a.Tracks[0]}
	require.NoError(t, a.Prepare(t.Context(), nil))
	require.Len(t, a.Adjustments, 2)
	assert.Equal(t, 1, a.Adjustments[0].Track)
	assert.Less(t, a.Adjustments[0].Measured, -1000., "silence")
	assert.Equal(t, 2, a.Adjustments[1].Track)
	assert.NoError(t, a.Close())
}

// A track of the caller's own without a file is an error of Source, like one without parts.
func TestTrackWithoutAFile(t *testing.T) {
	for _, parts := range [][]Part{nil, {{}}, {{File: &File{}, ToEnd: true}}} {
		a := &Album{Tracks: []Track{{Parts: parts}, {Parts: parts}}}
		assert.False(t, a.Follows(2))
		assert.Zero(t, a.Tracks[0].Sectors())
		assert.Empty(t, a.Seams())
		require.NoError(t, a.Prepare(t.Context(), nil))
		_, err := a.Tracks[0].Source()
		require.ErrorIs(t, err, ErrNothing)
		require.NoError(t, a.Close())
	}
	assert.Equal(t, toc.Sectors(7), Track{Silence: 7}.Sectors())
}
