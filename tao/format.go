package tao

import (
	"context"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/mmc"
)

// SupportedMediaTypes are the discs that can be written track-at-once
// (IDiscFormat2.SupportedMediaTypes): CD-R and CD-RW.
func SupportedMediaTypes() []mmc.MediaType { return []mmc.MediaType{mmc.MediaCDR, mmc.MediaCDRW} }

// IsRecorderSupported reports whether the drive supports track-at-once, with any disc
// (IDiscFormat2.IsRecorderSupported). The error is burn.ErrNoRecorder without a drive, or the
// drive's.
func IsRecorderSupported(ctx context.Context, d *mmc.Drive) (bool, error) {
	if d == nil || d.Transport() == nil {
		return false, during(burn.PhasePlan, burn.ErrNoRecorder)
	}
	can, err := patiently(ctx, d, func(d *mmc.Drive) (mmc.TAOSupport, error) { return unit.CanTAO(ctx, d) })
	if err != nil {
		return false, during(burn.PhasePlan, err)
	}
	return can.Supported, nil
}

// IsCurrentMediaSupported reports whether the disc in the drive can be written
// (IDiscFormat2.IsCurrentMediaSupported). For an empty drive it returns false and
// burn.ErrNoMedia, as Windows 7 and later do. Any other error is the drive's.
func IsCurrentMediaSupported(ctx context.Context, d *mmc.Drive) (bool, error) {
	ok, err := IsRecorderSupported(ctx, d)
	if err != nil || !ok {
		return false, err
	}
	if err := unit.WaitReady(ctx, d, unit.WaitOptions{Timeout: engine.ReadyTimeout}); err != nil {
		return false, during(burn.PhasePlan, err)
	}
	media, err := patiently(ctx, d, func(d *mmc.Drive) (mmc.MediaType, error) { return unit.MediaType(ctx, d) })
	if err != nil {
		return false, during(burn.PhasePlan, err)
	}
	return unit.Recordable(media), nil
}

// MediaPhysicallyBlank reports whether the drive reports the disc as blank
// (IDiscFormat2.MediaPhysicallyBlank). For an empty drive the error is burn.ErrNoMedia.
func MediaPhysicallyBlank(ctx context.Context, d *mmc.Drive) (bool, error) {
	if d == nil || d.Transport() == nil {
		return false, during(burn.PhasePlan, burn.ErrNoRecorder)
	}
	if err := unit.WaitReady(ctx, d, unit.WaitOptions{Timeout: engine.ReadyTimeout}); err != nil {
		return false, during(burn.PhasePlan, err)
	}
	info, err := patiently(ctx, d, func(d *mmc.Drive) (command.DiscInformation, error) {
		return command.ReadDiscInformation{}.Do(ctx, d.Transport())
	})
	if err != nil {
		return false, during(burn.PhasePlan, err)
	}
	return info.Status == mmc.DiscEmpty, nil
}

// MediaHeuristicallyBlank is IDiscFormat2.MediaHeuristicallyBlank. IMAPI guesses from the
// contents of media that can't be physically blank, and guesses wrong after a test write.
// The drive knows the state of CD-R and CD-RW, so this is MediaPhysicallyBlank.
func MediaHeuristicallyBlank(ctx context.Context, d *mmc.Drive) (bool, error) {
	return MediaPhysicallyBlank(ctx, d)
}

// during returns err as an error of a phase, without a track.
func during(phase burn.Phase, err error) error { return engine.Wrap(phase, 0, 0, err) }
