package mmc

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/scsi"
)

// WriteSpeeds returns the speeds that the drive offers for the current CD, fastest
// first, without duplicates (SupportedWriteSpeedDescriptors). They come from GET
// PERFORMANCE if feature 0107h announces it; otherwise, or if the drive refuses it
// (some with 5/25/00), from mode page 2Ah: its list, or in short pages the maximum and
// the current speed. The result is empty if the drive reports no speed. Values above
// 60x are not CD speeds and are left out.
func (d *Drive) WriteSpeeds(ctx context.Context) ([]WriteSpeed, error) {
	conf, err := ask(ctx, d.t, GetConfiguration{RT: OneFeature, Start: featureRealTimeStreaming})
	if err != nil && !refused(err) && !unusable(err) {
		return nil, err
	}
	// Drives without the bit may support the command in another form, so it isn't sent.
	if f, _, ok := lookup[realTimeStreaming](conf); ok && f.WSPD {
		p, err := ask(ctx, d.t, GetPerformance{})
		if err != nil && !refused(err) && !unusable(err) {
			return nil, err
		}
		if speeds := tidySpeeds(p.Speeds); err == nil && len(speeds) > 0 {
			return speeds, nil
		}
	}
	c, err := d.Capabilities(ctx)
	if err != nil {
		return nil, err
	}
	return tidySpeeds(c.speedsOnOffer()), nil
}

// speedsOnOffer returns the page's list, or the equivalent of shorter pages.
func (c Capabilities) speedsOnOffer() []WriteSpeed {
	if len(c.WriteSpeeds) > 0 {
		return slices.Clone(c.WriteSpeeds)
	}
	return []WriteSpeed{{KBps: c.MaxWriteKBps}, {KBps: c.CurrentWriteKBps}}
}

// CurrentWriteSpeed returns the speed that is selected now, from mode page 2Ah. KBps
// is 0 if the page does not contain it, or contains a speed that no CD is written at. Pages
// from before MMC-3 do not contain the rotation (RotationUnknown).
func (d *Drive) CurrentWriteSpeed(ctx context.Context) (WriteSpeed, error) {
	c, err := d.Capabilities(ctx)
	if err != nil {
		return WriteSpeed{}, err
	}
	now := WriteSpeed{KBps: c.CurrentWriteKBps, Rotation: c.CurrentRotation, ReadKBps: c.CurrentReadKBps}
	if now.KBps > maxCDKBps {
		now.KBps = 0
	}
	return now, nil
}

// SetWriteSpeed selects a speed by SET CD SPEED and returns the speed that mode page 2Ah
// then reports: drives round down to a supported one. Fields that the page lacks are
// returned as requested.
//
// want should be one of WriteSpeeds, whose KBps is sent unchanged, or have the KBps of
// Speed.Request; 0 and maxSpeedKBps are the fastest. If a drive refuses the rotation
// (5/24), the command is sent again with RotationDefault.
func (d *Drive) SetWriteSpeed(ctx context.Context, want WriteSpeed) (took WriteSpeed, err error) {
	kBps, rotation := want.KBps, want.Rotation
	if kBps < 0 || kBps > maxSpeedKBps {
		return WriteSpeed{}, fmt.Errorf("mmc: write speed of %d kB/s: %w", kBps, errors.ErrUnsupported)
	}
	if kBps == 0 {
		kBps = maxSpeedKBps
	}
	// The reading speed is left to the drive: a lower one only slows down verification.
	c := SetCDSpeed{ReadKBps: maxSpeedKBps, WriteKBps: uint16(kBps), Rotation: rotation}
	err = c.Do(ctx, d.t)
	if rotation != RotationDefault && scsi.IsCurrent(err, asc.InvalidFieldInCDB) {
		c.Rotation = RotationDefault
		err = c.Do(ctx, d.t)
	}
	if err != nil {
		return WriteSpeed{}, err
	}
	took, err = d.CurrentWriteSpeed(ctx)
	if errors.Is(err, scsi.KeyUnitAttention) { // some report the change just made: 6/2A/01
		took, err = d.CurrentWriteSpeed(ctx)
	}
	if err != nil && !refused(err) && !unusable(err) && !errors.Is(err, errors.ErrUnsupported) {
		return WriteSpeed{}, err
	}
	if took.KBps == 0 && kBps != maxSpeedKBps {
		took.KBps = kBps
	}
	if err != nil || took.Rotation == RotationUnknown {
		took.Rotation = c.Rotation
	}
	return took, nil
}
