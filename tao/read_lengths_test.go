package tao_test

import (
	"context"
	"testing"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
	"github.com/stretchr/testify/require"
)

// Where a track begins and ends is found out on drives that count pregap or
// run-out to it and on those that don't, in closed sessions and open ones.
func TestTrackLengthsReadBack(t *testing.T) {
	ends := append(noise(3, 305*588*4), make([]byte, 3*toc.SectorSize)...) // in silence
	for _, name := range []string{"modern", "track-size-n2", "start-with-pregap", "next-nwa-150", "pioneer"} {
		for mode, opts := range map[string]tao.Options{
			"closed": {}, "open": {NoClose: true}, "multisession": {MultiSession: true},
		} {
			for _, tracks := range [][]tao.Track{
				{track("a.wav", 1, 310*588)},
				{{Source: pcm.FromBytes("silent-end.wav", pcm.CDDA, ends)}, track("b.wav", 2, 320*588)},
			} {
				b := newBench(t, name, sim.CDR80)
				b.burn(t, tracks, opts)
				if mode == "multisession" {
					b.burn(t, tracks[:1], tao.Options{Append: true, NoClose: true})
					tracks = append(tracks, tracks[0])
				}
				list, err := tao.AudioTracks(context.Background(), b.drive)
				require.NoError(t, err)
				require.Len(t, list, len(tracks))
				for i, a := range list {
					require.EqualValues(t, pcm.Sectors(tracks[i].Source), a.Sectors, "%s, %s, track %d of %d", name, mode, i+1, len(tracks))
					require.Equal(t, b.disc.Tracks()[i].Start, a.Start, "%s, %s, track %d", name, mode, i+1)
				}
			}
		}
	}
}

// On a pressed disc with pauses of two seconds the tracks end where run-out would
// begin: what is there is music.
func TestPressedTracksHaveNoRunOut(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	shop := sim.NewDisc(sim.CDR80)
	a, c := track("a.wav", 1, 310*588), track("b.wav", 2, 320*588)
	require.NoError(t, shop.Press("", []sim.PressedTrack{{Open: a.Source.Open}, {Pregap: toc.PregapSectors, Open: c.Source.Open}}))
	b.Eject()
	require.NoError(t, b.Insert(shop))
	list, err := tao.AudioTracks(context.Background(), b.drive)
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.EqualValues(t, 310, list[0].Sectors)
	require.EqualValues(t, 320, list[1].Sectors)
}

// What is asked for in a hurry is no error of the drive.
func TestHurriedTrackIsNoDriveError(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	hurry := make(chan struct{})
	hurried := false
	r, err := tao.Burn(context.Background(), b.drive, album(), &tao.Options{Hurry: hurry, OnEvent: func(e tao.Event) {
		if p, is := e.(tao.Progress); is && p.Phase == tao.PhaseFlush && !hurried {
			hurried = true
			close(hurry)
		}
	}})
	require.Error(t, err)
	for _, row := range r.Tracks {
		for _, note := range row.Notes {
			require.NotContains(t, note, "reported an error")
			require.NotContains(t, note, "context canceled")
		}
	}
	require.Contains(t, r.Tracks[0].Notes, "the drive was not waited for, as asked; it shows the track complete")
}

// A pressed CD is refused in plain words before anything is sent that writes.
func TestPressedDiscIsRefused(t *testing.T) {
	b := newBench(t, "modern", sim.CDR80)
	shop := sim.NewDisc(sim.CDR80)
	require.NoError(t, shop.Press("", []sim.PressedTrack{{Open: track("a.wav", 1, 310*588).Source.Open}}))
	b.Eject()
	require.NoError(t, b.Insert(shop))
	_, err := tao.Burn(context.Background(), b.drive, album(), nil)
	is(t, err, tao.ErrMediaNotSupported, tao.ErrUnsuitableDisc)
	require.ErrorContains(t, err, "pressed CD")
	is(t, tao.Blank(context.Background(), b.drive, 1, nil), tao.ErrNotErasable)
}
