package unit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

const (
	maxSpeedKBps = 0xFFFF // in SET CD SPEED: the fastest speed of the drive

	// maxCDKBps is 60x. The fastest recorders write at 52x and 56x; higher values
	// belong to a DVD or BD in the drive, or are invalid.
	maxCDKBps = 10584
)

// WriteSpeeds returns the speeds that the drive offers for the current CD, fastest
// first, without duplicates (SupportedWriteSpeedDescriptors). They come from GET
// PERFORMANCE if feature 0107h announces it; otherwise, or if the drive refuses it
// (some with 5/25/00), from mode page 2Ah: its list, or in short pages the maximum and
// the current speed. The result is empty if the drive reports no speed. Values above
// 60x are not CD speeds and are left out.
func WriteSpeeds(ctx context.Context, d *mmc.Drive) ([]mmc.WriteSpeed, error) {
	conf, err := exchange.Ask(ctx, d.Transport(), command.GetConfiguration{RT: command.OneFeature, Start: command.FeatureRealTimeStreaming})
	if err != nil && !refused(err) && !exchange.Unusable(err) {
		return nil, err
	}
	// Drives without the bit may support the command in another form, so it isn't sent.
	if f, _, ok := command.Lookup[command.RealTimeStreaming](conf); ok && f.WSPD {
		p, err := exchange.Ask(ctx, d.Transport(), command.GetPerformance{})
		if err != nil && !refused(err) && !exchange.Unusable(err) {
			return nil, err
		}
		if speeds := tidySpeeds(p.Speeds); err == nil && len(speeds) > 0 {
			return speeds, nil
		}
	}
	c, err := Capabilities(ctx, d)
	if err != nil {
		return nil, err
	}
	return tidySpeeds(speedsOnOffer(c)), nil
}

// speedsOnOffer returns the page's list, or the equivalent of shorter pages.
func speedsOnOffer(c command.Capabilities) []mmc.WriteSpeed {
	if len(c.WriteSpeeds) > 0 {
		return slices.Clone(c.WriteSpeeds)
	}
	return []mmc.WriteSpeed{{KBps: c.MaxWriteKBps}, {KBps: c.CurrentWriteKBps}}
}

// CurrentWriteSpeed returns the speed that is selected now, from mode page 2Ah. KBps
// is 0 if the page does not contain it, or contains a speed that no CD is written at. Pages
// from before MMC-3 do not contain the rotation.
func CurrentWriteSpeed(ctx context.Context, d *mmc.Drive) (mmc.WriteSpeed, error) {
	now, _, err := currentSpeed(ctx, d)
	return now, err
}

func currentSpeed(ctx context.Context, d *mmc.Drive) (mmc.WriteSpeed, command.Rotation, error) {
	c, err := Capabilities(ctx, d)
	if err != nil {
		return mmc.WriteSpeed{}, command.RotationUnknown, err
	}
	now := mmc.WriteSpeed{KBps: c.CurrentWriteKBps, PureCAV: c.CurrentRotation == command.RotationPureCAV, ReadKBps: c.CurrentReadKBps}
	if now.KBps > maxCDKBps {
		now.KBps = 0
	}
	return now, c.CurrentRotation, nil
}

// SetWriteSpeed selects a speed by SET CD SPEED and returns the speed that mode page 2Ah
// then reports: drives round down to a supported one. Fields that the page lacks are
// returned as requested.
//
// want should be one of WriteSpeeds, whose KBps is sent unchanged, or have the KBps of
// RequestKBps; 0 and FFFFh are the fastest. If a drive refuses the rotation (5/24), the
// command is sent again with command.RotationDefault.
func SetWriteSpeed(ctx context.Context, d *mmc.Drive, want mmc.WriteSpeed) (took mmc.WriteSpeed, err error) {
	kBps, rotation := want.KBps, command.RotationDefault
	if want.PureCAV {
		rotation = command.RotationPureCAV
	}
	if kBps < 0 || kBps > maxSpeedKBps {
		return mmc.WriteSpeed{}, fmt.Errorf("write speed of %d kB/s: %w", kBps, errors.ErrUnsupported)
	}
	if kBps == 0 {
		kBps = maxSpeedKBps
	}
	// The reading speed is left to the drive: a lower one only slows down verification.
	c := command.SetCDSpeed{ReadKBps: maxSpeedKBps, WriteKBps: uint16(kBps), Rotation: rotation}
	err = c.Do(ctx, d.Transport())
	if rotation != command.RotationDefault && exchange.IsCurrent(err, asc.InvalidFieldInCDB) {
		c.Rotation = command.RotationDefault
		err = c.Do(ctx, d.Transport())
	}
	if err != nil {
		return mmc.WriteSpeed{}, err
	}
	took, turns, err := currentSpeed(ctx, d)
	if errors.Is(err, scsi.KeyUnitAttention) { // some report the change just made: 6/2A/01
		took, turns, err = currentSpeed(ctx, d)
	}
	if err != nil && !refused(err) && !exchange.Unusable(err) && !errors.Is(err, errors.ErrUnsupported) {
		return mmc.WriteSpeed{}, err
	}
	if took.KBps == 0 && kBps != maxSpeedKBps {
		took.KBps = kBps
	}
	if turns == command.RotationUnknown {
		took.PureCAV = c.Rotation == command.RotationPureCAV
	}
	return took, nil
}

// RequestKBps returns the kB/s to request if the drive's own value is unknown: n x 177; 0,
// the fastest, if the speed isn't Known. A drive selects the next lower speed that it
// has, and its limits are n x 176.4 rounded down, so n x 176 selects one step too low
// (Pioneer BDR-203 command manual: 2816 for 16x selects 10x).
func RequestKBps(s mmc.Speed) int {
	if !s.Known() {
		return 0
	}
	return min(max(int(s.X()*177+0.5), 1), maxSpeedKBps)
}

// tidySpeeds sorts the fastest first and drops speeds above any CD's and duplicates.
// Duplicates have the same speed and rotation; of two descriptors for different parts
// of the disc the first one stays.
func tidySpeeds(speeds []mmc.WriteSpeed) []mmc.WriteSpeed {
	speeds = slices.DeleteFunc(speeds, func(s mmc.WriteSpeed) bool { return s.KBps == 0 || s.KBps > maxCDKBps })
	slices.SortStableFunc(speeds, func(a, b mmc.WriteSpeed) int {
		return cmp.Or(cmp.Compare(b.KBps, a.KBps), pureLast(a.PureCAV, b.PureCAV))
	})
	return slices.CompactFunc(speeds, func(a, b mmc.WriteSpeed) bool {
		return a.KBps == b.KBps && a.PureCAV == b.PureCAV
	})
}

// pureLast compares two rotations for sorting: pure CAV follows the others.
func pureLast(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
