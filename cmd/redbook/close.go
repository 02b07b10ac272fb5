package main

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/spf13/cobra"
)

// closeCommand ends what --no-close or a cancelled burn left open. It is also the
// way out after a crash: a torn track is ended first.
func closeCommand(a *app) *cobra.Command {
	opts := &burn.CloseOptions{}
	cmd := a.command("close", "Close an open disc, so that players play it", "", noArgs,
		func(ctx context.Context, _ []string) error {
			a.startEvents()
			return a.withDevice(ctx, mustExist, func(ctx context.Context, d *device) error {
				if err := a.approveClose(ctx, d); err != nil {
					return err
				}
				a.warnOfReaders(d)
				opts.OnEvent, opts.Hurry = a.engage(d, nil)
				report, err := redbook.Close(ctx, d.opened, opts)
				return a.ended(d, nil, &report, err)
			})
		})
	cmd.Flags().BoolVar(&opts.MultiSession, "multisession", false, "close the session so that another may follow")
	cmd.Flags().BoolVar(&opts.Eject, "eject", false, "open the tray when done")
	return cmd
}

// engage sets what every command that keeps the drive busy for long has in common:
// events, the second Ctrl-C, and no end by a hung-up terminal. m is what is burned, nil if
// nothing is.
func (a *app) engage(d *device, m *material) (onEvent func(burn.Event), hurry <-chan struct{}) {
	outlive()
	return newView(a, d, m).event, a.stop.hurry
}

// ended prints the report and gives the error its exit code and advice.
func (a *app) ended(d *device, m *material, report *burn.Report, err error) error {
	a.console.clear()
	var perr error
	// Where no track was asked for, a failure leaves nothing to report, unless it is only
	// about the tray.
	if worth := len(report.Tracks) > 0 || err == nil || report.Verdict == burn.VerdictSuccess; worth && a.events == nil && !a.flags.quiet {
		perr = a.print("%s", reportText(d, m, report, a.flags.verbose > 0))
	}
	return errors.Join(a.adviseBurn(err, d, report), perr, a.events.err())
}
