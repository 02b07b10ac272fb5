package main

import (
	"context"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/tao"
	"github.com/spf13/cobra"
)

// blankCommand is BLANK for people: the quick kind, which takes away the table of
// contents, or all of the disc. The other kinds of BLANK undo parts of a burn; few
// drives have them, and the engine uses what it needs by itself.
//
// What is erased is gone, so it asks, unlike close: that one only finishes what
// somebody has begun.
func blankCommand(a *app) *cobra.Command {
	var full bool
	opts := &tao.Options{}
	cmd := a.command("blank", "Erase a CD-RW", "", noArgs, func(ctx context.Context, _ []string) error {
		a.startEvents()
		return a.withDevice(ctx, mustExist, func(ctx context.Context, d *device) error {
			a.warnOfReaders(d)
			if err := a.confirm(ctx, "Everything on the disc is lost. Blank it?"); err != nil {
				return err
			}
			a.engage(d, nil, opts)
			d.changed = !opts.Eject
			kind := mmc.BlankMinimal
			if full {
				kind = mmc.BlankDisc
			}
			if err := tao.Blank(ctx, d.drive, kind, opts); err != nil {
				return a.adviseBurn(err, d, nil)
			}
			a.note("The disc is blank.")
			return a.events.err()
		})
	})
	cmd.Flags().BoolVar(&full, "full", false, "erase every sector, not only the table of contents; takes as long as a burn")
	cmd.Flags().BoolVar(&opts.Eject, "eject", false, "open the tray when done")
	return cmd
}
