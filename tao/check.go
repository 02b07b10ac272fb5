package tao

import (
	"context"
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/pcm"
)

// Check reads every source once to its end, as Burn does before it sends anything
// to the drive. The error names the track and the source and matches ErrBadInput.
// opts.OnEvent is told of the progress by Checking events; nothing else in opts
// matters.
func Check(ctx context.Context, tracks []Track, opts *Options) error {
	o := resolve(opts)
	if err := checkTracks(tracks, o); err != nil {
		return fail(PhaseCheck, 0, 0, err)
	}
	_, err := checkSources(ctx, tracks, o.OnEvent)
	return err
}

// checkSources reads all sources and gives what they hold.
func checkSources(ctx context.Context, tracks []Track, on func(Event)) ([]pcm.Digest, error) {
	var total, before int64
	for _, t := range tracks {
		total += t.Source.Frames() * int64(t.Source.Format().FrameBytes())
	}
	digests := make([]pcm.Digest, len(tracks))
	for i, t := range tracks {
		e := Checking{Track: i + 1, Tracks: len(tracks), Name: t.Source.Name(), Total: total}
		d, err := checkSource(ctx, t.Source, func(done int64) {
			if e.Done = before + done; on != nil {
				on(e)
			}
		})
		if err != nil {
			return nil, fail(PhaseCheck, i+1, 0, err)
		}
		digests[i] = d
		before += t.Source.Frames() * int64(t.Source.Format().FrameBytes())
	}
	return digests, nil
}

// tellBytes is how much of a source is read between two Checking events.
const tellBytes = 8 << 20

// checkSource reads one source; tell gets the bytes read so far, now and then and
// at the end.
func checkSource(ctx context.Context, src pcm.Source, tell func(done int64)) (pcm.Digest, error) {
	frame := int64(src.Format().FrameBytes())
	next := int64(0)
	d, err := pcm.Check(ctx, src, func(done, total int64) {
		if bytes := done * frame; bytes >= next || done == total {
			next = bytes + tellBytes
			tell(bytes)
		}
	})
	switch {
	case err == nil:
		return d, nil
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return d, cancelled(ctx)
	case errors.Is(err, pcm.ErrChanged):
		return d, join(err, ErrSourceChanged)
	}
	return d, join(fmt.Errorf("%w", err), ErrSourceShort)
}
