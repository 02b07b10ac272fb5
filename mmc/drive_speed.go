package mmc

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// WriteSpeeds gives the speeds that the drive offers for the disc that is in, the
// fastest first, without doubles (SupportedWriteSpeedDescriptors). From GET
// PERFORMANCE where feature 0107h says so, else from mode page 2Ah: its list, or in
// short pages the maximum and the current speed. A drive that tells no speed at all
// gives none.
func (d *Drive) WriteSpeeds(ctx context.Context) ([]WriteSpeed, error) {
	conf, err := GetConfiguration{RT: OneFeature, Start: FeatureRealTimeStreaming}.Do(ctx, d.t)
	if err != nil && !refused(err) {
		return nil, err
	}
	// Drives without the bit may know the command in another form: not sent.
	if f, _, ok := Lookup[RealTimeStreaming](conf); ok && f.WSPD {
		p, err := GetPerformance{Type: PerformanceWriteSpeed}.Do(ctx, d.t)
		if err == nil && len(p.Speeds) > 0 {
			return tidySpeeds(p.Speeds), nil
		}
		if ctx.Err() != nil {
			return nil, err
		}
	}
	c, err := d.Capabilities(ctx)
	if err != nil {
		return nil, err
	}
	return tidySpeeds(c.speedsOnOffer()), nil
}

// speedsOnOffer is the page's list, or what shorter pages have in its place.
func (c Capabilities) speedsOnOffer() []WriteSpeed {
	if len(c.WriteSpeeds) > 0 {
		return append([]WriteSpeed(nil), c.WriteSpeeds...)
	}
	var speeds []WriteSpeed
	for _, kbps := range []int{c.MaxWriteKBps, c.CurrentWriteKBps} {
		if kbps != 0 {
			speeds = append(speeds, WriteSpeed{KBps: kbps})
		}
	}
	return speeds
}

// CurrentWriteSpeed gives the speed that is selected now, from mode page 2Ah; KBps
// is 0 where the page doesn't say.
func (d *Drive) CurrentWriteSpeed(ctx context.Context) (WriteSpeed, error) {
	c, err := d.Capabilities(ctx)
	if err != nil {
		return WriteSpeed{}, err
	}
	return WriteSpeed{KBps: c.CurrentWriteKBps, Rotation: c.CurrentRotation, ReadKBps: c.CurrentReadKBps}, nil
}

// SetWriteSpeed selects a speed by SET CD SPEED. kBps should be a figure of
// WriteSpeeds, which is sent as it is, or SpeedRequest of a multiple; 0 and
// MaxSpeedKBps are the fastest. The drive rounds down to what it has:
// CurrentWriteSpeed tells the outcome.
func (d *Drive) SetWriteSpeed(ctx context.Context, kBps int, rotation Rotation) error {
	if kBps < 0 || kBps > MaxSpeedKBps {
		return fmt.Errorf("mmc: write speed of %d kB/s: %w", kBps, errors.ErrUnsupported)
	}
	if kBps == 0 {
		kBps = MaxSpeedKBps
	}
	// The reading speed is left to the drive: it only slows the verification down.
	return SetCDSpeed{ReadKBps: MaxSpeedKBps, WriteKBps: uint16(kBps), Rotation: rotation}.Do(ctx, d.t)
}

// NearestSpeed picks from WriteSpeeds the fastest one that isn't above x, or else
// the slowest there is. A quarter of 1x of tolerance takes up the drives' different
// roundings: 15.9x is 16x. ok is false if there are none.
func NearestSpeed(speeds []WriteSpeed, x float64) (speed WriteSpeed, ok bool) {
	best := math.Inf(-1)
	for _, s := range speeds {
		switch has := s.X(); {
		case has <= x+0.25 && has > best:
			speed, best, ok = s, has, true
		case !ok, best > x+0.25 && has < best:
			speed, best, ok = s, has, true
		}
	}
	return speed, ok
}
