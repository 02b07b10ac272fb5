package mmc

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/scsi"
)

// ErrCannotLoad matches the error of Load and Reload for a drive that can't pull the
// disc in, as in laptops: the user has to push the tray in.
var ErrCannotLoad = errors.New("the drive can't load the disc by itself")

// loadGrace is how long a drive may report "medium not present" after the tray has
// closed, before it notices the disc.
const loadGrace = 10 * time.Second

// Lock locks the tray: neither button nor Eject opens it.
func (d *Drive) Lock(ctx context.Context) error {
	return PreventAllowMediumRemoval{Prevent: true}.Do(ctx, d.t)
}

// Unlock unlocks the tray.
func (d *Drive) Unlock(ctx context.Context) error {
	return PreventAllowMediumRemoval{}.Do(ctx, d.t)
}

// Eject opens the tray. A locked drive refuses: 5/53/02, some 2/53/02. One unit attention
// in place of the command is absorbed, because it concerns the disc that is to be removed.
func (d *Drive) Eject(ctx context.Context) error {
	return moveTray(ctx, d.t, StartStopUnit{LoEj: true})
}

// Load closes the tray and waits until the disc is ready. An empty tray is 2/3A. START
// STOP UNIT is sent without IMMED: LG GSA-4082B hangs with it.
func (d *Drive) Load(ctx context.Context) error {
	if err := moveTray(ctx, d.t, StartStopUnit{LoEj: true, Start: true}); err != nil {
		if refused(err) {
			return fmt.Errorf("mmc: %w: %w", ErrCannotLoad, err)
		}
		return err
	}
	return d.WaitReady(ctx, WaitOptions{MediumGrace: loadGrace})
}

func moveTray(ctx context.Context, t scsi.Transport, c StartStopUnit) error {
	err := c.Do(ctx, t)
	if scsi.IsCurrent(err, scsi.KeyUnitAttention) {
		err = c.Do(ctx, t)
	}
	return err
}

// CanLoad reports whether the drive can eject a disc and load it again, from feature
// 0003h or else mode page 2Ah (IDiscRecorder2's DeviceCanLoadMedia). Drives in laptops
// are known to report it wrongly.
func (d *Drive) CanLoad(ctx context.Context) (bool, error) {
	conf, err := ask(ctx, d.t, GetConfiguration{RT: OneFeature, Start: featureRemovableMedium})
	if err != nil && !refused(err) && !unusable(err) {
		return false, err
	}
	if f, ok := conf.Feature(featureRemovableMedium); ok {
		var r removableMedium
		if err := r.UnmarshalBinary(f.Data); err != nil {
			return false, err
		}
		if f.Version > 0 {
			return r.Eject && r.Load, nil
		}
		return r.Eject && r.Mechanism == loadTray, nil // version 0 has no Load bit
	}
	c, err := d.Capabilities(ctx)
	if err != nil {
		return false, err
	}
	return c.Eject && c.Mechanism == loadTray, nil
}

// RefreshByStop makes the drive read the disc again without moving the tray: it stops
// the spindle, starts it and waits. This is enough for many drives that still report
// the table of contents from before the burn; the others need Reload.
func (d *Drive) RefreshByStop(ctx context.Context) error {
	if err := moveTray(ctx, d.t, StartStopUnit{}); err != nil {
		return err
	}
	if err := moveTray(ctx, d.t, StartStopUnit{Start: true}); err != nil {
		return err
	}
	return d.WaitReady(ctx, WaitOptions{MediumGrace: loadGrace})
}

// Reload ejects the disc, loads it and waits until it is ready. The error matches
// ErrCannotLoad if the drive reports that it cannot load (nothing was moved), or if
// the tray is still open afterwards (the user has to push it in). The tray must not
// be locked.
func (d *Drive) Reload(ctx context.Context) error {
	can, err := d.CanLoad(ctx)
	if err != nil {
		return err
	}
	if !can {
		return fmt.Errorf("mmc: reload the disc: %w", ErrCannotLoad)
	}
	if err := d.Eject(ctx); err != nil {
		return err
	}
	err = d.Load(ctx)
	if errors.Is(err, asc.MediumNotPresentTrayOpen) {
		return fmt.Errorf("mmc: the tray has to be pushed in by hand: %w: %w", ErrCannotLoad, err)
	}
	return err
}
