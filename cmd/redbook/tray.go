package main

import (
	"context"

	"github.com/spf13/cobra"
)

// ejectCommand opens the tray. A drive that another program is burning with is
// refused when it is opened.
func ejectCommand(a *app) *cobra.Command {
	return a.command("eject", "Open the tray", "", noArgs, func(ctx context.Context, _ []string) error {
		return a.withDevice(ctx, mustExist, func(ctx context.Context, d *device) error {
			if err := d.opened.Eject(ctx); err != nil {
				return err
			}
			a.note("The tray of %s is open.", d.name)
			return a.acted("eject", d)
		})
	})
}

// loadCommand closes the tray. Slim drives can't, and say so.
func loadCommand(a *app) *cobra.Command {
	return a.command("load", "Close the tray", "", noArgs, func(ctx context.Context, _ []string) error {
		return a.withDevice(ctx, mustExist, func(ctx context.Context, d *device) error {
			if err := d.opened.Load(ctx); err != nil {
				return err
			}
			a.note("The tray of %s is closed.", d.name)
			return a.acted("load", d)
		})
	})
}

// acted is the JSON document of a command that does something and has nothing to
// tell but that it is done.
func (a *app) acted(kind string, d *device) error {
	if !a.flags.json {
		return nil
	}
	return a.document(kind, struct {
		Device string `json:"device"`
	}{d.name})
}
