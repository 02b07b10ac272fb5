package main

import (
	"context"
	"errors"
	"runtime"

	"github.com/redbook-audio/redbook"
	"github.com/spf13/cobra"
)

const burnExample = `  redbook burn album/                               a folder, a cue sheet, a playlist
  redbook burn *.flac *.mp3                         files, in this order
  redbook burn --device sim:first.disc --yes *.wav
  redbook burn --speed 16x --verify full --eject live.cue
  redbook burn --test-write album/                  the laser stays off
  redbook burn --no-close first.wav                 and later:
  redbook burn --append second.wav                  which closes the disc
  arecord -f cd -d 1800 | redbook burn --stdin --yes  what comes through a pipe`

const burnLong = `Burns audio files as an audio CD: FLAC, MP3, Ogg Vorbis, Opus, WAV and AIFF, and with ffmpeg
installed whatever that decodes. A folder is an album, in the order of the track numbers in its
tags or else of its names; cue sheets (beside files or in them) and playlists say themselves what
they consist of. What isn't 44.1 kHz, 16 bit, stereo is converted.

Everything is decoded and checked to its end before the laser starts.`

// burnCommand does everything that can go wrong without a drive first: the command
// line, then the question whether anybody can be asked, then a look at every file.
// Only then is the drive opened, and with it the file of a simulated disc made.
func burnCommand(a *app) *cobra.Command {
	var flags burnFlags
	var cmd *cobra.Command
	cmd = a.command("burn FILES...", "Burn files as an audio CD", burnExample,
		flags.sources.args("the files to burn"), func(ctx context.Context, args []string) error {
			a.startEvents()
			opts, err := flags.options()
			if err == nil {
				err = a.checkTOC(&flags)
			}
			if err != nil {
				return err
			}
			if !a.flags.yes && (!a.inTerm || a.flags.json) && !opts.TestWrite {
				return fail(exitUsage, "Use --yes to burn without a question.",
					"a burn can't be undone, and the question can't be asked here")
			}
			m, err := a.gather(ctx, args, &flags.sources, "burned")
			if err != nil {
				return err
			}
			if err := flags.label(m.Tracks); err != nil {
				return err
			}
			if err := opts.Check(m.Album); err != nil {
				return textError(err)
			}
			flags.line = a.lineOf(cmd.LocalNonPersistentFlags())
			return a.withDevice(ctx, makeMissing, func(ctx context.Context, d *device) error {
				return a.burn(ctx, d, m, args, &flags, opts)
			})
		})
	cmd.Long = burnLong
	flags.register(cmd.Flags())
	return cmd
}

// burn burns, shows what is going to happen before that, and reports.
func (a *app) burn(ctx context.Context, d *device, m *material, args []string, flags *burnFlags, opts *redbook.Options) (err error) {
	defer func() { err = errors.Join(err, m.Close()) }()
	if opts.Journal, err = a.keep(d, m, args, flags); err != nil {
		return err
	}
	began := false
	defer func() { err = a.kept(opts.Journal, began, err) }()
	opts.OnPrepare, opts.OnEvent, opts.Hurry = a.preparing(), newView(a, d, m).event, a.stop.hurry
	opts.OnFallback = func(err error, without []redbook.Need) {
		a.warn("%s; the disc is written track-at-once instead, without %s", sentence(err, false), flags.needText(without))
	}
	opts.Confirm = func(ctx context.Context, p *redbook.Plan) error { return a.approve(ctx, d, m, p, flags) }
	report, err := redbook.Burn(ctx, d.opened, m.Album, opts)
	if e, ok := errors.AsType[*redbook.PrepareError](err); ok {
		return prepareError(ctx, e.Err, "burned")
	}
	if report.Version == 0 { // it did not begin
		return a.adviseBurn(err, d, nil)
	}
	began = true
	return errors.Join(a.ended(d, m, &report, err), m.writeTOC(flags.toc, &report))
}

// approve shows the plan and asks whether it is to be carried out.
func (a *app) approve(ctx context.Context, d *device, m *material, p *redbook.Plan, flags *burnFlags) error {
	a.console.clear()
	m.planned(p)
	if p.Again {
		return a.confirm(ctx, "Burn track-at-once, with two seconds of silence between the tracks?")
	}
	if a.events == nil {
		a.showPlan(d, p, m, flags)
	}
	a.warnOfReaders(d)
	if p.Standby {
		a.warnOfStandby()
	}
	if !p.TestWrite {
		if err := a.confirm(ctx, "Burn?"); err != nil {
			return err
		}
	}
	outlive()
	// With one processor only, the runtime would take it away from each WRITE that is
	// under way, and start a thread to look for other work: a burn has none for it.
	runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0)))
	return nil
}
