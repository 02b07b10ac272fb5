package rip_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/image"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/toc"
)

// Titles are converted to packs and back.
func TestTitles(t *testing.T) {
	album, tracks := rip.Titles(nil)
	assert.Zero(t, album)
	assert.Empty(t, tracks)
	img := &image.Image{Title: "A", Tracks: []image.SourceTrack{{Track: image.Track{Number: 1, TrackInfo: toc.TrackInfo{Title: "One"}}}}}
	packs, err := img.EncodeText()
	require.NoError(t, err)
	album, tracks = rip.Titles(packs)
	assert.Equal(t, "A", album.Title)
	assert.Equal(t, "One", tracks[1].Title)
	img.Title, img.Tracks[0].Title = "", ""
	packs, err = img.EncodeText()
	require.NoError(t, err)
	assert.Nil(t, packs)
}

func TestAudioEnd(t *testing.T) {
	track := func(number, session int, start, next toc.LBA, sectors toc.Sectors) rip.Track {
		return rip.Track{Track: disc.Track{Number: number, Session: session, Start: start, Sectors: sectors}, Next: next}
	}
	l := rip.Layout{Tracks: []rip.Track{
		track(1, 1, 33, 1000, 967), track(2, 1, 1000, 2000, 848), track(4, 1, 3000, 4002, 1000), track(5, 2, 15554, 16000, 446),
	}}
	l.Tracks[0].RunOut = 2
	l.Tracks[1].Pause = disc.Fact[toc.Sectors]{Value: 75, Origin: disc.Reported}
	for i, want := range []struct {
		joined bool
		end    toc.LBA
		runOut toc.Sectors
	}{
		{true, 925, 2},     // up to the pause of the next track
		{false, 1848, 152}, // a data track follows
		{false, 4000, 2},   // the lead-out follows
		{false, 16000, 0},
	} {
		end, runOut := l.AudioEnd(i)
		assert.Equal(t, want.joined, l.Joined(i), i)
		assert.Equal(t, want.end, end, i)
		assert.Equal(t, want.runOut, runOut, i)
	}
	assert.EqualValues(t, 33, l.Hidden())
	assert.Zero(t, (&rip.Layout{}).Hidden())
	found, ok := l.Track(4)
	require.True(t, ok)
	assert.Same(t, &l.Tracks[2], found)
	_, ok = l.Track(3)
	assert.False(t, ok)
}
