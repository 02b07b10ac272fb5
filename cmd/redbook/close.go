package main

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/tao"
	"github.com/spf13/cobra"
)

// closeCommand ends what --no-close or a cancelled burn left open. It is also the
// way out after a crash: a torn track is ended first.
func closeCommand(a *app) *cobra.Command {
	opts := &tao.Options{}
	cmd := a.command("close", "Close an open disc, so that players play it", "", noArgs,
		func(ctx context.Context, _ []string) error {
			a.startEvents()
			return a.withDevice(ctx, mustExist, func(ctx context.Context, d *device) error {
				a.warnOfReaders(d)
				a.engage(d, nil, opts)
				d.changed = !opts.Eject
				report, err := tao.CloseDisc(ctx, d.drive, opts)
				return a.ended(d, nil, &report, err)
			})
		})
	cmd.Flags().BoolVar(&opts.MultiSession, "multisession", false, "close the session so that another may follow")
	cmd.Flags().BoolVar(&opts.Eject, "eject", false, "open the tray when done")
	return cmd
}

// engage sets what every command that keeps the drive busy for long has in common:
// events, the second Ctrl-C, no end by a hung-up terminal, and for a real drive a
// machine that stays awake. m is what is burned, nil if nothing is.
func (a *app) engage(d *device, m *material, opts *tao.Options) {
	outlive()
	opts.OnEvent = newView(a, d, m).event
	opts.Hurry = a.stop.hurry
	if !d.simulated {
		opts.KeepAwake = a.keepAwake
	}
}

// ended prints the report and gives the error its exit code and advice.
func (a *app) ended(d *device, m *material, report *tao.Report, err error) error {
	a.console.clear()
	var perr error
	// Where no track was asked for, a failure leaves nothing to report.
	if worth := len(report.Tracks) > 0 || err == nil; worth && a.events == nil && !a.flags.quiet {
		perr = a.print("%s", reportText(d, m, report, err, a.flags.verbose > 0))
	}
	return errors.Join(a.adviseBurn(err, d, report), perr, a.events.err())
}
