package main

import (
	"context"

	"github.com/redbook-audio/redbook/tao"
	"github.com/spf13/cobra"
)

const burnExample = `  redbook burn *.wav
  redbook burn --device sim:first.disc --yes *.wav
  redbook burn --speed 16x --verify full --eject side-a.wav side-b.wav
  redbook burn --test-write *.wav                   the laser stays off
  redbook burn --no-close first.wav                 and later:
  redbook burn --append second.wav                  which closes the disc`

// burnCommand does everything that can go wrong without a drive first: the command
// line, then the question whether anybody can be asked, then every file. Only then
// is the drive opened, and with it the file of a simulated disc made.
func burnCommand(a *app) *cobra.Command {
	var flags burnFlags
	cmd := a.command("burn FILES...", "Burn WAV files as an audio CD", burnExample, someArgs(1, "the files to burn"),
		func(ctx context.Context, args []string) error {
			a.startEvents()
			opts, err := flags.options()
			if err != nil {
				return err
			}
			if !a.flags.yes && (!a.inTerm || a.flags.json) && !opts.TestWrite {
				return fail(exitUsage, "Say --yes to burn without being asked.",
					"a burn can't be undone, and there is nobody to ask")
			}
			tracks, err := a.loadTracks(args, &flags)
			if err != nil {
				return err
			}
			return a.withDevice(ctx, makeMissing, func(ctx context.Context, d *device) error {
				return a.burn(ctx, d, tracks, opts)
			})
		})
	flags.register(cmd.Flags())
	return cmd
}

// burn shows the plan, asks, burns and reports. The plan is made twice, here and by
// Burn: between the two a person may have thought for an hour, and what is in the
// drive then is what counts.
func (a *app) burn(ctx context.Context, d *device, tracks []tao.Track, opts *tao.Options) error {
	plan, err := tao.MakePlan(ctx, d.drive, tracks, opts)
	if err != nil {
		return a.adviseBurn(err, d, nil)
	}
	if a.events == nil {
		a.showPlan(d, &plan)
	}
	if !opts.TestWrite {
		if err := a.confirm(ctx, "Burn?"); err != nil {
			return err
		}
	}
	a.engage(d, opts)
	report, err := tao.Burn(ctx, d.drive, tracks, opts)
	return a.ended(d, &report, err)
}
