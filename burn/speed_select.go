package burn

import (
	"context"
	"errors"
	"io"

	"github.com/redbook-audio/redbook/mmc"
)

// Adjustment tells what SetWriteSpeed had to change (the success codes
// S_IMAPI_SPEEDADJUSTED, ROTATIONADJUSTED and BOTHADJUSTED).
type Adjustment uint8

// The adjustments; both together are possible.
const (
	SpeedAdjusted    Adjustment = 1 << iota // 00AA0004
	RotationAdjusted                        // 00AA0005
)

// HRESULT gives IMAPI's success code: S_OK, or one of 00AA0004 to 00AA0006.
func (a Adjustment) HRESULT() uint32 {
	switch a {
	case SpeedAdjusted:
		return 0x00AA0004
	case RotationAdjusted:
		return 0x00AA0005
	case SpeedAdjusted | RotationAdjusted:
		return 0x00AA0006
	}
	return 0
}

// nearest picks the offered speed closest to the one asked for, as IMAPI does:
// neither the next lower nor the next higher. Of two equally close ones it is the
// slower, and the rotation asked for goes before the other. ok is false where
// nothing is on offer.
func nearest(offer []mmc.WriteSpeed, want Speed, pureCAV bool) (mmc.WriteSpeed, bool) {
	var best mmc.WriteSpeed
	found := false
	for _, w := range offer {
		if !found || closer(w, best, want, pureCAV) {
			best, found = w, true
		}
	}
	return best, found
}

func closer(a, b mmc.WriteSpeed, want Speed, pureCAV bool) bool {
	if da, db := distance(a, want), distance(b, want); da != db {
		return da < db
	}
	if ra, rb := isCAV(a) == pureCAV, isCAV(b) == pureCAV; ra != rb {
		return ra
	}
	return a.KBps < b.KBps
}

func isCAV(w mmc.WriteSpeed) bool { return w.Rotation == mmc.RotationPureCAV }

// distance of a speed from the one wanted. The fastest is wanted: the slower, the
// farther.
func distance(w mmc.WriteSpeed, want Speed) int {
	has := w.Speed().SectorsPerSecond()
	if !want.Known() {
		return -has
	}
	return max(has-want.SectorsPerSecond(), want.SectorsPerSecond()-has)
}

// SetSpeed selects the speed of the drive's that is nearest to want (SetWriteSpeed).
// took is what the drive has then, not Known where it doesn't tell; adjusted says what it
// could not do as asked.
func SetSpeed(ctx context.Context, d *mmc.Drive, want Speed, pureCAV bool) (took Speed, adjusted Adjustment, err error) {
	return setSpeed(ctx, d, want, pureCAV)
}

// SetSpeed is the same for the tracks that follow in this job. now is what the drive
// has then.
func (j *Job) SetSpeed(ctx context.Context, want Speed, pureCAV bool) (adjusted Adjustment, now mmc.WriteSpeed, err error) {
	j.Options.Speed, j.Options.PureCAV, j.rep.SpeedAsked = want, pureCAV, want
	var took Speed
	err = j.hold.set(ctx, func(ctx context.Context) (err error) {
		took, adjusted, err = setSpeed(ctx, j.Drive, want, pureCAV)
		return err
	})
	if err != nil {
		return 0, now, err
	}
	j.hold.speed, j.rep.SpeedSet, j.m.nominal = took, took, float64(took.SectorsPerSecond())
	if now, err = j.Drive.CurrentWriteSpeed(ctx); untold(err) {
		err = nil
	}
	return adjusted, now, err
}

// setSpeed selects the speed nearest to want. What the drive took is in the
// result; not Known where it doesn't tell.
func setSpeed(ctx context.Context, d *mmc.Drive, want Speed, pureCAV bool) (took Speed, adjusted Adjustment, err error) {
	offer, err := d.WriteSpeeds(ctx)
	if err != nil && !untold(err) {
		return Speed{}, 0, err
	}
	best, ok := nearest(offer, want, pureCAV)
	if !ok {
		best = mmc.WriteSpeed{KBps: want.Request()}
	}
	now, err := d.SetWriteSpeed(ctx, best)
	if err != nil {
		return Speed{}, 0, err
	}
	// What the drive took counts, not what it offered.
	took = now.Speed()
	if want.Known() && took.Known() && took != want {
		adjusted |= SpeedAdjusted
	}
	if pureCAV != isCAV(now) {
		adjusted |= RotationAdjusted
	}
	return took, adjusted, nil
}

// untold reports whether err says that the drive doesn't tell or can't do this.
func untold(err error) bool {
	return ClassOf(err) == ClassRefused || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, io.ErrUnexpectedEOF)
}
