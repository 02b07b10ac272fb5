package main

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/spf13/cobra"
)

// closeCommand closes the disc that --no-close or a canceled burn left open. It is also
// the remedy after a crash: it first ends an unfinished track.
func closeCommand(a *app) *cobra.Command {
	opts := &burn.CloseOptions{}
	cmd := a.command("close", "Close an open disc so that CD players can play it", "", noArgs,
		func(ctx context.Context, _ []string) error {
			a.data.startEvents()
			return a.drives.with(ctx, mustExist, func(ctx context.Context, d *device) error {
				if err := a.journals.approveClose(ctx, d); err != nil {
					return err
				}
				a.talk.warnOfReaders(d)
				opts.OnEvent, opts.Hurry = a.work.beginWork(d, nil)
				report, err := redbook.Close(ctx, d.opened, opts)
				return a.work.ended(d, nil, &report, err)
			})
		})
	cmd.Flags().BoolVar(&opts.MultiSession, "multisession", false, "close the session but allow another one")
	cmd.Flags().BoolVar(&opts.Eject, "eject", false, "open the tray when done")
	return cmd
}

// work holds the parts that commands with long operations share.
type work struct {
	flags  *globals
	hooks  *hooks
	talk   *talk
	data   *results
	advise *adviser
	stop   *stopper
}

// beginWork sets up events, the second Ctrl-C, and protection against the end of the terminal.
// m is the material of a burn, otherwise nil.
func (w *work) beginWork(d *device, m *material) (onEvent func(burn.Event), hurry <-chan struct{}) {
	w.stop.surviveTerminal()
	return newView(w, d, m).event, w.stop.hurry
}

// ended prints the report and gives the error its exit code and advice.
func (w *work) ended(d *device, m *material, report *burn.Report, err error) error {
	w.talk.console.clear()
	var perr error
	// If no track was requested, a failed job has nothing to report, unless the error is
	// only about the tray.
	if worth := len(report.Tracks) > 0 || err == nil || report.Verdict == burn.VerdictSuccess; worth && w.data.events == nil && !w.flags.quiet {
		var shown error
		if w.data.screen.live && w.talk.screen.live {
			shown = err
		}
		perr = w.data.sentences(reportText(d, m, report, w.flags.verbose > 0, shown))
	}
	if perr = errors.Join(perr, w.data.events.err()); perr != nil && err == nil {
		w.talk.console.print(w.talk.prefix() + asSentence(headline(report))) // the exit code is about the output
	}
	return errors.Join(w.advise.writing(err, d, report), perr)
}
