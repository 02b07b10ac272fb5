package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/mmc"
)

// blankCommand erases a CD-RW: by default only the table of contents, with --full the
// whole disc. The other types of BLANK undo parts of a burn. Few drives support them, and the
// engine sends them when it needs them.
//
// Erasing can't be undone, so blank asks first; close, which only completes a burn,
// doesn't.
func blankCommand(a *app) *cobra.Command {
	var full bool
	opts := &burn.BlankOptions{Type: mmc.BlankMinimal}
	cmd := a.command("blank", "Erase a CD-RW", "", noArgs, func(ctx context.Context, _ []string) error {
		a.data.startEvents()
		return a.drives.with(ctx, mustExist, func(ctx context.Context, d *device) error {
			a.talk.warnOfReaders(d)
			question, err := a.discs.eraseQuestion(ctx, d)
			if err == nil {
				err = a.talk.confirm(ctx, question)
			}
			if err != nil {
				return err
			}
			opts.OnEvent, opts.Hurry = a.work.beginWork(d, nil)
			if full {
				opts.Type = mmc.BlankDisc
			}
			report, err := redbook.Blank(ctx, d.opened, opts)
			if err == nil || report.Verdict == burn.VerdictSuccess { // otherwise only the tray stays locked
				a.talk.note("The disc is blank.")
			}
			return errors.Join(a.advise.writing(err, d, &report), a.data.events.err())
		})
	})
	cmd.Flags().BoolVar(&full, "full", false, "erase every sector instead of only the table of contents; takes as long as a burn")
	a.bellFlag(cmd)
	cmd.Flags().BoolVar(&opts.Eject, "eject", false, "open the tray when done")
	return cmd
}

// eraseQuestion names what will be deleted. A disc that can't be erased is rejected before
// the question.
func (s *discs) eraseQuestion(ctx context.Context, d *device) (string, error) {
	on, err := s.look(ctx, d)
	switch {
	case err != nil:
		return "", err
	case on.Media.Known() && on.Media.Value != mmc.MediaCDRW:
		return "", s.advise.burn(engine.Wrap(burn.PhaseBlank, 0, 0, engine.Name(&burn.MediaError{Media: on.Media.Value, Err: burn.ErrMediaNotSupported}, burn.ErrNotErasable)), d, nil)
	case len(on.Tracks) == 0:
		return "Erase this CD-RW?", nil
	case len(on.Tracks) == 1:
		return "Erase this CD-RW? Its track will be deleted.", nil
	}
	return fmt.Sprintf("Erase this CD-RW? Its %d tracks will be deleted.", len(on.Tracks)), nil
}
