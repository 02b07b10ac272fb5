package main

import (
	"context"

	"github.com/spf13/cobra"
)

// ejectCommand opens the tray. A drive in which another program is burning is refused when
// it is opened.
func ejectCommand(a *app) *cobra.Command {
	cmd := a.command("eject", "Open the tray", "", noArgs, func(ctx context.Context, _ []string) error {
		return a.drives.with(ctx, mustExist, func(ctx context.Context, d *device) error {
			if err := d.opened.Eject(ctx); err != nil {
				return err
			}
			a.talk.note("The tray of %s is open.", d.name)
			return a.data.acted("eject", d)
		})
	})
	cmd.Long = "Open the tray.\n\nA tray that another program left locked is unlocked first; this needs no --force."
	return cmd
}

// loadCommand closes the tray. Slim drives reject that.
func loadCommand(a *app) *cobra.Command {
	return a.command("load", "Close the tray", "", noArgs, func(ctx context.Context, _ []string) error {
		return a.drives.with(ctx, mustExist, func(ctx context.Context, d *device) error {
			if err := d.opened.Load(ctx); err != nil {
				return a.advise.burn(err, d, nil)
			}
			a.talk.note("The tray of %s is closed.", d.name)
			return a.data.acted("load", d)
		})
	})
}

// trayDoc is redbook eject --json and redbook load --json.
type trayDoc struct {
	Device string `json:"device"`
}

// acted is the JSON document of a command whose only result is success.
func (r *results) acted(kind string, d *device) error {
	if !r.flags.json {
		return nil
	}
	return r.document(kind, trayDoc{d.name})
}
