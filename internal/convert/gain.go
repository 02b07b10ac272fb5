package convert

import (
	"context"
	"errors"
	"io"

	"github.com/redbook-audio/redbook/pcm"
)

// Peak reads src to its end and returns its highest sample as CD audio: mixed down and
// resampled, but neither limited nor rounded. 1.0 is full scale. progress and errors are
// those of Check; the frames are those of src.
func Peak(ctx context.Context, src pcm.Source, progress func(done, total int64)) (peak float64, err error) {
	err = overSamples(ctx, src, progress, func(samples []float64, _ int) {
		for _, v := range samples {
			peak = max(peak, v, -v)
		}
	})
	return peak, err
}

// overSamples calls f with all samples of src at 44.1 kHz, of one channel or two.
func overSamples(ctx context.Context, src pcm.Source, progress func(done, total int64), f func(samples []float64, channels int)) (err error) {
	conv, err := newConverted(src, 1)
	if err != nil {
		return err
	}
	c, err := conv.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	channels := min(c.format.Channels, 2)
	for c.err == nil {
		if err := ctx.Err(); err != nil {
			return err
		}
		f(c.next(), channels)
		if progress != nil {
			progress(c.done/int64(c.format.FrameBytes()), src.Frames())
		}
	}
	if c.err != io.EOF {
		return c.err
	}
	if err := changedSince(src); err != nil {
		return &pcm.ReadError{Name: src.Name(), Offset: c.done, Err: err}
	}
	return nil
}

// AlbumGain returns the gain that brings an album with these peaks as near to full scale
// as the dither allows. One gain for all tracks keeps their relative loudness. It may be
// below 1. Silence isn't amplified.
func AlbumGain(peaks ...float64) float64 {
	var peak float64
	for _, p := range peaks {
		peak = max(peak, p)
	}
	if peak == 0 {
		return 1
	}
	return min((fullScale-2.0)/fullScale/peak, maxGain)
}
