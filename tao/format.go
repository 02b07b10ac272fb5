package tao

import (
	"context"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/mmc"
)

// SupportedMediaTypes are the discs that track-at-once can be written to
// (IDiscFormat2.SupportedMediaTypes): CD-R and CD-RW.
func SupportedMediaTypes() []mmc.MediaType { return []mmc.MediaType{mmc.MediaCDR, mmc.MediaCDRW} }

// IsRecorderSupported reports whether the drive can write track-at-once, whatever
// disc is in it (IDiscFormat2.IsRecorderSupported). No drive is burn.ErrNoRecorder.
func IsRecorderSupported(ctx context.Context, d *mmc.Drive) (bool, error) {
	if d == nil {
		return false, burn.Wrap(burn.PhasePlan, 0, 0, burn.ErrNoRecorder)
	}
	can, err := patiently(ctx, d, func(d *mmc.Drive) (mmc.TAOSupport, error) { return d.CanTAO(ctx) })
	if err != nil {
		return false, burn.Wrap(burn.PhasePlan, 0, 0, err)
	}
	return can.Supported, nil
}

// IsCurrentMediaSupported reports whether the disc in the drive is one to write to
// (IDiscFormat2.IsCurrentMediaSupported). An empty drive is false and burn.ErrNoMedia, as
// from Windows 7 on.
func IsCurrentMediaSupported(ctx context.Context, d *mmc.Drive) (bool, error) {
	ok, err := IsRecorderSupported(ctx, d)
	if err != nil || !ok {
		return false, err
	}
	if err := d.WaitReady(ctx, mmc.WaitOptions{Timeout: burn.ReadyTimeout}); err != nil {
		return false, burn.Wrap(burn.PhasePlan, 0, 0, err)
	}
	media, err := patiently(ctx, d, func(d *mmc.Drive) (mmc.MediaType, error) { return d.MediaType(ctx) })
	if err != nil {
		return false, burn.Wrap(burn.PhasePlan, 0, 0, err)
	}
	return media.Recordable(), nil
}

// MediaPhysicallyBlank reports whether the drive itself calls the disc blank
// (IDiscFormat2.MediaPhysicallyBlank). An empty drive is burn.ErrNoMedia.
func MediaPhysicallyBlank(ctx context.Context, d *mmc.Drive) (bool, error) {
	if d == nil {
		return false, burn.Wrap(burn.PhasePlan, 0, 0, burn.ErrNoRecorder)
	}
	if err := d.WaitReady(ctx, mmc.WaitOptions{Timeout: burn.ReadyTimeout}); err != nil {
		return false, burn.Wrap(burn.PhasePlan, 0, 0, err)
	}
	info, err := patiently(ctx, d, func(d *mmc.Drive) (mmc.DiscInformation, error) {
		return mmc.ReadDiscInformation{}.Do(ctx, d.Transport())
	})
	if err != nil {
		return false, burn.Wrap(burn.PhasePlan, 0, 0, err)
	}
	return info.Status == mmc.DiscEmpty, nil
}

// MediaHeuristicallyBlank is IDiscFormat2.MediaHeuristicallyBlank. IMAPI guesses
// from the contents of media that can't be physically blank, and guesses wrong after
// a test write; of CD-R and CD-RW the drive knows, so that this is
// MediaPhysicallyBlank.
func MediaHeuristicallyBlank(ctx context.Context, d *mmc.Drive) (bool, error) {
	return MediaPhysicallyBlank(ctx, d)
}
