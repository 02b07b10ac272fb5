package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/mmc"
)

// maxCopies exceeds the number of discs that anyone inserts by hand.
const maxCopies = 999

// copyEvent begins each of several copies.
type copyEvent struct {
	Copy   int    `json:"copy"`
	Copies int    `json:"copies"`
	Device string `json:"device"`
}

// waitingEvent is a wait for a disc.
type waitingEvent struct {
	Device string `json:"device"`
	Why    string `json:"why"` // "no disc" or "not blank"
}

// all burns the album as often as requested. It is decoded once. Each copy has its own
// report, log and trace, and the first one that fails ends the run.
func (r *burnRun) all(ctx context.Context, m *material, args []string, flags *burnFlags, opts *redbook.Options) (err error) {
	defer func() { err = errors.Join(err, m.Close()) }()
	first := r.flags.device
	for r.nth = 1; r.nth <= flags.copies; r.nth++ {
		o := *opts
		if r.nth < flags.copies {
			o.Eject = true // the next disc
		}
		if path, ok := strings.CutPrefix(first, simPrefix); ok && path != "" && r.nth > 1 {
			r.flags.device = simPrefix + freeName(path) // a simulated disc is changed automatically
		}
		err := opening{access: r.drives, mode: makeMissing, nth: r.nth}.with(ctx, func(ctx context.Context, d *device) error {
			if flags.copies > 1 {
				r.talk.note("Copy %d of %d", r.nth, flags.copies)
				r.data.events.send("copy", copyEvent{r.nth, flags.copies, d.name})
			}
			if err := r.awaitDisc(ctx, d, flags); err != nil {
				d.refused = true
				return err
			}
			return r.burn(ctx, d, m, args, flags, &o)
		})
		if err != nil {
			if flags.copies > 1 {
				r.talk.note("%d of %s burned.", r.nth-1, copiesText(flags.copies))
			}
			return err
		}
	}
	return nil
}

func copiesText(n int) string {
	if n == 1 {
		return "1 copy"
	}
	return fmt.Sprintf("%d copies", n)
}

// numbered returns the file name for the current copy: report-2.html for report.html and
// the second copy.
func (r *burnRun) numbered(path string) string { return numberedFor(path, r.nth) }

func numberedFor(path string, n int) string {
	if path == "" || n < 2 {
		return path
	}
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ext), n, ext)
}

// waitStep is the interval at which a drive is asked for a disc.
const waitStep = time.Second

// awaitDisc waits for a disc: with --wait, on a terminal, and always from the second copy
// on. With a simulated drive it never waits. It waits only while the disc is missing or, for
// further copies, isn't blank; the burn reports everything else.
func (r *burnRun) awaitDisc(ctx context.Context, d *device, flags *burnFlags) error {
	asked := r.talk.inTerm && !r.flags.json && !r.flags.yes
	if d.simulated || !flags.wait && !asked && r.nth < 2 {
		return nil
	}
	reported := ""
	for {
		why, err := r.missing(ctx, d)
		switch {
		case ctx.Err() != nil:
			return fail(exitCanceled, "", "canceled; nothing was burned")
		case why == "" || err != nil:
			return nil
		}
		if why != reported {
			r.talk.askForDisc(d, why)
			r.data.events.send("waiting", waitingEvent{d.name, why})
			if why == notBlank {
				if err := d.opened.Eject(ctx); err != nil {
					return r.advise.writing(err, d, nil)
				}
			}
		}
		reported = why
		if err := d.drive.Clock().Sleep(ctx, waitStep); err != nil {
			return fail(exitCanceled, "", "canceled; nothing was burned")
		}
	}
}

// Reasons for waiting.
const (
	noDiscIn = "no disc"
	notBlank = "not blank"
)

func (t *talk) askForDisc(d *device, why string) {
	t.console.ring(t.flags.bell)
	if why == notBlank {
		t.note("The disc in %s isn't blank. Insert a blank disc.", d.name)
		return
	}
	t.note("Insert a blank disc into %s. Ctrl-C cancels.", d.name)
}

// missing returns what the drive lacks for the burn; "" for nothing.
func (r *burnRun) missing(ctx context.Context, d *device) (why string, err error) {
	on, err := inspect.Look(ctx, d.drive, &inspect.LookOptions{ReadyTimeout: waitStep, Patience: waitStep})
	switch {
	case noDisc(err), errors.Is(err, asc.BecomingReady), errors.Is(on.NotReady, asc.BecomingReady):
		return noDiscIn, nil
	case err != nil:
		return "", err
	case r.nth > 1 && on.Status.Known() && on.Status.Value != mmc.DiscEmpty:
		return notBlank, nil
	}
	return "", nil
}
