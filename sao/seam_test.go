package sao_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// Files of any length with continuous audio, read back as one stream, are the concatenated
// files up to the last sample.
func TestSeamlessKeepsEverySample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := noise(rapid.Uint64Range(1, 1000).Draw(t, "seed"), 1800)
		var tracks []burn.Track
		at := 0
		for i := range rapid.IntRange(1, 4).Draw(t, "tracks") {
			n := 4 * rapid.IntRange(390*588, 450*588).Draw(t, "frames")
			track := burn.Track{Source: pcm.FromBytes(fmt.Sprintf("%d.wav", i), pcm.CDDA, all[at:at+n])}
			if i > 0 {
				track.Pregap = toc.Sectors(rapid.IntRange(0, 90).Draw(t, "recorded pause"))
			}
			tracks = append(tracks, track)
			at += n
		}
		cut, err := sao.Seamless(tracks)
		require.NoError(t, err)
		frames := int64(0)
		for i, track := range cut {
			frames += track.Source.Frames()
			if i < len(cut)-1 {
				require.Zero(t, track.Source.Frames()%toc.SamplesPerSector)
			}
			require.Equal(t, tracks[i].Source.Name(), track.Source.Name())
		}
		require.Equal(t, int64(at/4), frames)
		b := newBench(t, "modern", sim.CDR80)
		_, err = sao.Burn(context.Background(), b.drive, cut, nil, sao.Text{})
		require.NoError(t, err)
		want := append([]byte(nil), all[:at]...)
		b.holds(t, 0, append(want, make([]byte, (toc.SectorSize-at%toc.SectorSize)%toc.SectorSize)...)) // silence at the end
	})
}

// Before a pause, a track ends as without the option.
func TestSeamlessLeavesPausesAlone(t *testing.T) {
	tracks := []burn.Track{music("a", 1, 300), music("b", 2, 300)}
	tracks[0].Source = pcm.Silence("a", 300*588+7)
	tracks[1].Pause = 150
	cut, err := sao.Seamless(tracks)
	require.NoError(t, err)
	require.Equal(t, int64(300*588+7), cut[0].Source.Frames())
	require.Equal(t, int64(300*588), cut[1].Source.Frames())
}

// A track without a source is an error, as in a burn.
func TestSeamlessWithoutASource(t *testing.T) {
	_, err := sao.Seamless([]burn.Track{music("one.wav", 1, 300), {}})
	require.ErrorIs(t, err, burn.ErrStream)
}

// A track stays at least four seconds long, not counting audio outside of it. A track that
// would become shorter ends with silence.
func TestSeamlessKeepsFourSeconds(t *testing.T) {
	const rest = 7
	for name, row := range map[string]struct {
		sectors int64 // of the first track
		hidden  toc.Sectors
		pause   toc.Sectors // recorded pause of the second track
		moved   bool
	}{
		"four seconds":                   {300, 0, 0, true},
		"less":                           {299, 0, 0, false},
		"hidden audio":                   {450, 150, 0, true},
		"hidden audio, less":             {449, 150, 0, false},
		"a recorded pause":               {375, 0, 75, true},
		"a recorded pause, less":         {374, 0, 75, false},
		"hidden audio and a pause":       {525, 150, 75, true},
		"hidden audio and a pause, less": {524, 150, 75, false},
	} {
		tracks := []burn.Track{{Source: pcm.Silence("a", row.sectors*588+rest)}, {Source: pcm.Silence("b", 600*588)}}
		tracks[0].Pregap, tracks[1].Pregap = row.hidden, row.pause
		cut, err := sao.Seamless(tracks)
		require.NoError(t, err)
		want := []int64{row.sectors*588 + rest, 600 * 588}
		if row.moved {
			want[0], want[1] = want[0]-rest, want[1]+rest
		}
		require.Equal(t, want, []int64{cut[0].Source.Frames(), cut[1].Source.Frames()}, name)
	}
}
