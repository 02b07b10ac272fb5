package unit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// loadGrace is how long a drive may report "medium not present" after the tray has
// closed, before it notices the disc.
const loadGrace = 10 * time.Second

// Lock locks the tray: neither button nor Eject opens it.
func Lock(ctx context.Context, d *mmc.Drive) error {
	return command.PreventAllowMediumRemoval{Prevent: true}.Do(ctx, d.Transport())
}

// Unlock unlocks the tray.
func Unlock(ctx context.Context, d *mmc.Drive) error {
	return command.PreventAllowMediumRemoval{}.Do(ctx, d.Transport())
}

// Eject opens the tray. A locked drive refuses: 5/53/02, some 2/53/02. One unit attention
// in place of the command is absorbed, because it concerns the disc that is to be removed.
func Eject(ctx context.Context, d *mmc.Drive) error {
	return moveTray(ctx, d.Transport(), command.StartStopUnit{LoEj: true})
}

// Load closes the tray and waits until the disc is ready. An empty tray is 2/3A. START
// STOP UNIT is sent without IMMED: LG GSA-4082B hangs with it.
func Load(ctx context.Context, d *mmc.Drive) error {
	if err := moveTray(ctx, d.Transport(), command.StartStopUnit{LoEj: true, Start: true}); err != nil {
		if refused(err) {
			return fmt.Errorf("%w: %w", mmc.ErrCannotLoad, err)
		}
		return err
	}
	return waitLoaded(ctx, d)
}

// waitLoaded waits until the disc is ready. A refusal isn't one of START STOP UNIT, which the
// drive has carried out, so the drive is asked once more.
func waitLoaded(ctx context.Context, d *mmc.Drive) error {
	err := WaitReady(ctx, d, WaitOptions{MediumGrace: loadGrace})
	if refused(err) {
		err = WaitReady(ctx, d, WaitOptions{MediumGrace: loadGrace})
	}
	return err
}

func moveTray(ctx context.Context, t scsi.Transport, c command.StartStopUnit) error {
	err := c.Do(ctx, t)
	if exchange.IsCurrent(err, scsi.KeyUnitAttention) {
		err = c.Do(ctx, t)
	}
	return err
}

// CanLoad reports whether the drive can eject a disc and load it again, from feature
// 0003h or else mode page 2Ah (IDiscRecorder2's DeviceCanLoadMedia). Drives in laptops
// are known to report it wrongly.
func CanLoad(ctx context.Context, d *mmc.Drive) (bool, error) {
	conf, err := exchange.Ask(ctx, d.Transport(), command.GetConfiguration{RT: command.OneFeature, Start: command.FeatureRemovableMedium})
	if err != nil && !refused(err) && !exchange.Unusable(err) {
		return false, err
	}
	if f, ok := conf.Feature(command.FeatureRemovableMedium); ok {
		var r command.RemovableMedium
		if err := r.UnmarshalBinary(f.Data); err != nil {
			return false, err
		}
		if f.Version > 0 {
			return r.Eject && r.Load, nil
		}
		return r.Eject && r.Mechanism == command.LoadTray, nil // version 0 has no Load bit
	}
	c, err := Capabilities(ctx, d)
	if err != nil {
		return false, err
	}
	return c.Eject && c.Mechanism == command.LoadTray, nil
}

// RefreshByStop makes the drive read the disc again without moving the tray: it stops
// the spindle, starts it and waits. This is enough for many drives that still report
// the table of contents from before the burn; the others need Reload.
func RefreshByStop(ctx context.Context, d *mmc.Drive) error {
	if err := moveTray(ctx, d.Transport(), command.StartStopUnit{}); err != nil {
		return err
	}
	if err := moveTray(ctx, d.Transport(), command.StartStopUnit{Start: true}); err != nil {
		return err
	}
	return waitLoaded(ctx, d)
}

// Reload ejects the disc, loads it and waits until it is ready. The error matches
// mmc.ErrCannotLoad if the drive reports that it cannot load (nothing was moved), or if
// the tray is still open afterwards (the user has to push it in). The tray must not
// be locked.
func Reload(ctx context.Context, d *mmc.Drive) error {
	can, err := CanLoad(ctx, d)
	if err != nil {
		return err
	}
	if !can {
		return fmt.Errorf("reload the disc: %w", mmc.ErrCannotLoad)
	}
	if err := Eject(ctx, d); err != nil {
		return err
	}
	err = Load(ctx, d)
	if errors.Is(err, asc.MediumNotPresentTrayOpen) {
		return fmt.Errorf("the tray has to be pushed in by hand: %w: %w", mmc.ErrCannotLoad, err)
	}
	return err
}
