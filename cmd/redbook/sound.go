package main

import (
	"context"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/image"
	"github.com/redbook-audio/redbook/toc"
)

// audioOf looks at the disc and describes the audio tracks that set asks for: where
// each one's sound begins and how long it is.
func (a *app) audioOf(ctx context.Context, d *device, set trackSet) (disc.Disc, *image.Disc, error) {
	on, err := a.look(ctx, d)
	if err != nil {
		return on, nil, err
	}
	if err := disc.Settle(ctx, d.drive, &on, nil); err != nil {
		return on, nil, a.adviseBurn(err, d, nil)
	}
	tracks := audioTracks(&on)
	if len(tracks) == 0 {
		return on, nil, fail(exitNoDisc, "", "there is no audio track on the disc")
	}
	img := &image.Disc{}
	for _, t := range tracks {
		if set.has(t.Number) {
			img.Tracks = append(img.Tracks, image.Track{
				TrackInfo: toc.TrackInfo{Control: t.Control},
				Number:    t.Number, Session: t.Session, Start: t.Start, Length: t.Sectors, RunOut: t.RunOut,
			})
		}
	}
	return on, img, nil
}

// audioTracks are the audio tracks that are complete. How much of another one is
// recorded isn't known, and drives don't read it.
func audioTracks(on *disc.Disc) []disc.Track {
	var list []disc.Track
	for _, t := range on.Tracks {
		if t.Control.Audio() && t.State == disc.TrackComplete && t.Origin != disc.Unknown {
			list = append(list, t)
		}
	}
	return list
}
