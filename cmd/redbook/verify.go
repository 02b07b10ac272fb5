package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/spf13/cobra"
)

// verifyCommand compares a disc with files, even long after the burn. By default it reads
// every sector.
func verifyCommand(a *app) *cobra.Command {
	var flags sourceFlags
	var level string
	opts := &redbook.VerifyOptions{}
	cmd := a.command("verify FILES...", "Compare a disc with the files it was burned from",
		"  redbook verify album/\n  redbook verify --verify quick *.wav",
		flags.args("the files that the disc was burned from, in order"),
		func(ctx context.Context, args []string) error {
			a.data.startEvents()
			if opts.Quick = level == "quick"; !opts.Quick && level != "full" {
				return usage("--verify %q: must be quick or full", level)
			}
			m, err := flags.gather(ctx, a.talk, args, "compared")
			if err != nil {
				return err
			}
			if err := outputsOf(&a.flags, args).check(); err != nil {
				return errors.Join(err, m.Close())
			}
			return a.drives.with(ctx, justLook, func(ctx context.Context, d *device) error {
				return a.work.verify(ctx, d, m, &flags, opts)
			})
		})
	cmd.Flags().StringVar(&level, "verify", "full", "how much to compare: `HOW` is quick (three seconds per track) or full")
	flags.register(cmd.Flags())
	a.bellFlag(cmd)
	return cmd
}

// verify compares, and reports.
func (w *work) verify(ctx context.Context, d *device, m *material, flags *sourceFlags, opts *redbook.VerifyOptions) (err error) {
	defer func() { err = errors.Join(err, m.Close()) }()
	opts.OnPrepare, opts.Gapless = w.preparing(), flags.gapless
	opts.OnEvent, opts.Hurry = w.beginWork(d, m)
	report, err := redbook.Verify(ctx, d.opened, m.Album, opts)
	if errors.Is(err, redbook.ErrPrepare) {
		return prepareError(ctx, err, "compared")
	}
	if report.Version == 0 {
		return adviseVerify(w.advise.burn(err, d, nil))
	}
	w.talk.console.clear()
	var perr error
	if w.data.events == nil && !w.flags.quiet {
		perr = w.data.sentences(comparisonText(&report))
	}
	return errors.Join(adviseVerify(w.advise.burn(err, d, nil)), perr, w.data.events.err())
}

// comparisonText describes how a disc compares with its files, track by track. Warnings were
// already printed.
func comparisonText(r *burn.Report) string {
	var b strings.Builder
	v := &r.Verified
	for _, t := range v.Tracks {
		result := resultText(t.Result)
		if t.Result == disc.VerifyPartial && v.Result == disc.VerifyNotDone {
			result = resultText(disc.VerifyNotDone) // canceled before the first sector
		}
		fmt.Fprintf(&b, "  %d  %s", t.Number, result)
		if t.Result == disc.VerifyDiffers || t.Result == disc.VerifyUnreadable {
			fmt.Fprintf(&b, ", first at %v", t.At.MSF())
		}
		b.WriteString("\n")
	}
	if v.Result == disc.VerifyNotDone || v.Result == disc.VerifyDiffers && v.Done == disc.VerifyNone { // the lengths differ
		b.WriteString("No audio was compared.\n")
	} else {
		b.WriteString(verificationText(v) + "\n")
	}
	return b.String()
}

// adviseVerify replaces advice that is for burns: other files, or another order, are more
// likely than a bad disc.
func adviseVerify(err error) error {
	if f, ok := errors.AsType[*failure](err); ok && f.code == exitVerify {
		f.next = "Name the files in the order of the disc's tracks, with the same flags as for the burn. If that is right, burn another disc."
	}
	return err
}
