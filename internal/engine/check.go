package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
)

// checkSources reads all sources and returns their digests.
func checkSources(ctx context.Context, tracks []burn.Track, on func(burn.Event)) ([]reading.Digest, error) {
	var total, before int64
	for _, t := range tracks {
		total += t.Source.Frames() * int64(t.Source.Format().FrameBytes())
	}
	digests := make([]reading.Digest, len(tracks))
	for i, t := range tracks {
		e := burn.Checking{Track: i + 1, Tracks: len(tracks), Name: t.Source.Name(), Total: total}
		d, err := checkSource(ctx, t.Source, func(done int64) {
			e.Done = before + done
			on(e)
		})
		if err != nil {
			return nil, Wrap(burn.PhaseCheck, i+1, 0, err)
		}
		digests[i] = d
		before += t.Source.Frames() * int64(t.Source.Format().FrameBytes())
	}
	return digests, nil
}

// checkingEvery is the number of bytes read between two Checking events.
const checkingEvery = 8 << 20

// checkSource reads one source. It calls tell with the number of bytes read so far, at
// intervals and at the end. A source that delivers nothing for sourceStall fails, and its
// goroutine is abandoned.
func checkSource(ctx context.Context, src pcm.Source, tell func(done int64)) (reading.Digest, error) {
	type result struct {
		digest reading.Digest
		err    error
	}
	frame := int64(src.Format().FrameBytes())
	ended := make(chan result, 1)
	progress := make(chan int64, 1)
	go func() {
		res := result{err: errSourceExit} // kept if the source calls runtime.Goexit
		defer func() { ended <- res }()
		res.digest, res.err = reading.Check(ctx, src, func(done, _ int64) {
			select {
			case progress <- done * frame:
			default: // a later call reports it
			}
		})
	}()
	stall := time.NewTimer(sourceStall)
	defer stall.Stop()
	done := ctx.Done()
	for next := int64(0); ; {
		select {
		case bytes := <-progress:
			stall.Reset(sourceStall)
			if bytes >= next {
				next = bytes + checkingEvery
				tell(bytes)
			}
		case res := <-ended:
			tell(res.digest.Frames * frame)
			return res.digest, checked(ctx, res.err)
		case <-done:
			done = nil
			stall.Reset(readerGrace)
		case <-stall.C:
			if ctx.Err() != nil {
				return reading.Digest{}, Canceled(ctx)
			}
			return reading.Digest{}, stalled(src.Name())
		}
	}
}

// checked adds a sentinel to the error of reading a source.
func checked(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return Canceled(ctx)
	case errors.Is(err, pcm.ErrChanged):
		return Name(err, burn.ErrSourceChanged)
	}
	return Name(fmt.Errorf("%w", err), burn.ErrSourceShort)
}
