package main

import (
	"context"

	"github.com/redbook-audio/redbook/image"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// audioOf describes the audio tracks of a disc that set asks for: where each one's
// sound begins and how long it is.
func audioOf(ctx context.Context, d *device, set trackSet) (*image.Disc, error) {
	tracks, err := tao.AudioTracks(ctx, d.drive)
	if err != nil {
		return nil, err
	}
	if len(tracks) == 0 {
		return nil, fail(exitNoDisc, "", "there is no audio track on the disc")
	}
	disc := &image.Disc{}
	for _, t := range tracks {
		if set.has(t.Number) {
			disc.Tracks = append(disc.Tracks, image.Track{
				TrackInfo: toc.TrackInfo{Control: t.Control},
				Number:    t.Number, Session: t.Session, Start: t.Start, Length: t.Sectors, RunOut: t.RunOut,
			})
		}
	}
	return disc, nil
}
