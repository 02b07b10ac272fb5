package engine

import (
	"context"
	"errors"
	"io"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
)

// nearest returns the offered speed closest to want in either direction, as IMAPI does. Of
// two equally close ones it prefers the slower, then the requested rotation. ok is false if
// nothing is offered.
func nearest(offer []mmc.WriteSpeed, want mmc.Speed, pureCAV bool) (mmc.WriteSpeed, bool) {
	var best mmc.WriteSpeed
	found := false
	for _, w := range offer {
		if !found || closer(w, best, want, pureCAV) {
			best, found = w, true
		}
	}
	return best, found
}

func closer(a, b mmc.WriteSpeed, want mmc.Speed, pureCAV bool) bool {
	if da, db := distance(a, want), distance(b, want); da != db {
		return da < db
	}
	if ra, rb := a.PureCAV == pureCAV, b.PureCAV == pureCAV; ra != rb {
		return ra
	}
	return a.KBps < b.KBps
}

// distance returns how far a speed is from the wanted one. If the fastest is wanted,
// slower is farther.
func distance(w mmc.WriteSpeed, want mmc.Speed) int {
	has := w.Speed().SectorsPerSecond()
	if !want.Known() {
		return -has
	}
	return max(has-want.SectorsPerSecond(), want.SectorsPerSecond()-has)
}

// choice selects one of the offered speeds; ok is false if none is offered.
type choice func(offer []mmc.WriteSpeed, want mmc.Speed, pureCAV bool) (best mmc.WriteSpeed, ok bool)

// atMost returns the fastest offered speed that isn't above the requested one: a user who
// asks for 8x doesn't want 16x. If all are faster it returns the slowest. Of two equal
// ones it prefers the requested rotation.
func atMost(offer []mmc.WriteSpeed, want mmc.Speed, pureCAV bool) (best mmc.WriteSpeed, ok bool) {
	var slow []mmc.WriteSpeed
	for _, w := range offer {
		if !want.Known() || w.Speed().SectorsPerSecond() <= want.SectorsPerSecond() {
			slow = append(slow, w)
		}
	}
	if len(slow) == 0 {
		slow = offer
	}
	return nearest(slow, want, pureCAV)
}

// SetSpeed selects the drive's speed that is nearest to want (SetWriteSpeed). took is the
// resulting speed of the drive, not Known if the drive doesn't report it; adjusted
// reports the deviation from want.
func SetSpeed(ctx context.Context, d *mmc.Drive, want mmc.Speed, pureCAV bool) (took mmc.Speed, adjusted burn.Adjustment, err error) {
	return setSpeed(ctx, d, want, pureCAV, nearest)
}

// setSpeed selects the speed that pick chooses for want. It returns the resulting speed,
// not Known if the drive doesn't report it.
func setSpeed(ctx context.Context, d *mmc.Drive, want mmc.Speed, pureCAV bool, pick choice) (took mmc.Speed, adjusted burn.Adjustment, err error) {
	offer, err := unit.WriteSpeeds(ctx, d)
	if err != nil && !notReported(err) {
		return mmc.Speed{}, 0, err
	}
	best, ok := pick(offer, want, pureCAV)
	if !ok {
		best = mmc.WriteSpeed{KBps: unit.RequestKBps(want)}
	}
	now, err := unit.SetWriteSpeed(ctx, d, best)
	if err != nil {
		return mmc.Speed{}, 0, err
	}
	// The speed that the drive set may differ from the one it offered.
	took = now.Speed()
	if want.Known() && took.Known() && took != want {
		adjusted |= burn.SpeedAdjusted
	}
	if pureCAV != now.PureCAV {
		adjusted |= burn.RotationAdjusted
	}
	return took, adjusted, nil
}

// notReported reports whether err means that the drive doesn't report or support this.
func notReported(err error) bool {
	return ClassOf(err) == ClassRefused || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, io.ErrUnexpectedEOF)
}
