package main

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/spf13/cobra"
)

// ejectCommand opens the tray. A drive that another program is burning with is
// refused when it is opened.
func ejectCommand(a *app) *cobra.Command {
	return a.command("eject", "Open the tray", "", noArgs, func(ctx context.Context, _ []string) error {
		return a.withDevice(ctx, mustExist, func(ctx context.Context, d *device) error {
			if err := openTray(ctx, d.drive); err != nil {
				return err
			}
			a.note("The tray of %s is open.", d.name)
			return a.acted("eject", d)
		})
	})
}

// openTray unlocks the tray and opens it. udev locks the tray as soon as a disc is in it
// (cdrom_id --lock-media), and so does any program that was killed, so a locked tray is
// the usual case and not a sign that someone needs the disc. A drive that can't be
// locked rejects the unlocking: what counts is whether the tray opens.
//
// A persistent lock has to be removed as such (MMC-5 6.14); few programs set one.
func openTray(ctx context.Context, d *mmc.Drive) error {
	unlocked := d.Unlock(ctx)
	if errors.Is(unlocked, scsi.KeyUnitAttention) { // reported instead of unlocking
		unlocked = d.Unlock(ctx)
	}
	err := d.Eject(ctx)
	if errors.Is(err, scsi.CodeMediumRemovalPrevented) {
		forced := mmc.PreventAllowMediumRemoval{Persistent: true}.Do(ctx, d.Transport())
		if forced == nil {
			return d.Eject(ctx)
		}
		err = errors.Join(err, unlocked)
	}
	return err
}

// loadCommand closes the tray. Slim drives reject that.
func loadCommand(a *app) *cobra.Command {
	return a.command("load", "Close the tray", "", noArgs, func(ctx context.Context, _ []string) error {
		return a.withDevice(ctx, mustExist, func(ctx context.Context, d *device) error {
			if err := d.drive.Load(ctx); err != nil {
				return err
			}
			a.note("The tray of %s is closed.", d.name)
			return a.acted("load", d)
		})
	})
}

// trayDoc is redbook eject --json and redbook load --json.
type trayDoc struct {
	Device string `json:"device"`
}

// acted is the JSON document of a command whose only result is that it is done.
func (a *app) acted(kind string, d *device) error {
	if !a.flags.json {
		return nil
	}
	return a.document(kind, trayDoc{d.name})
}
