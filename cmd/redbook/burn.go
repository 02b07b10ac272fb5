package main

import (
	"context"
	"errors"
	"runtime"

	"github.com/redbook-audio/redbook/burn"
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
	cmd := a.command("burn FILES...", "Burn files as an audio CD", burnExample,
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
			if err := flags.label(m.songs); err != nil {
				return err
			}
			if opts.MCN == "" {
				opts.MCN = m.mcn
			}
			w, err := flags.way(m)
			if err != nil {
				return err
			}
			return a.withDevice(ctx, makeMissing, func(ctx context.Context, d *device) error {
				return a.burn(ctx, d, m, w, &flags, opts)
			})
		})
	cmd.Long = burnLong
	flags.register(cmd.Flags())
	return cmd
}

// burn asks drive and disc whether they are fit, which is quick, then decodes, which
// isn't, then shows the plan, asks, burns and reports. The plan is made again after
// the decoding, and once more by Burn: meanwhile somebody may have thought for an
// hour, and what is in the drive then is what counts.
func (a *app) burn(ctx context.Context, d *device, m *material, w *way, flags *burnFlags, opts *burn.Options) (err error) {
	defer func() { err = errors.Join(err, m.close()) }()
	plan, tracks, err := a.plan(ctx, d, m, opts, w)
	if err != nil {
		return err
	}
	if m.unfinished(&flags.sources) {
		if err := a.convert(ctx, m, &flags.sources, "burned"); err != nil {
			return err
		}
		if plan, tracks, err = a.plan(ctx, d, m, opts, w); err != nil {
			return err
		}
	}
	if !w.atOnce {
		m.joins(tracks, w.auto && !w.refused && !flags.noClose)
	}
	if a.events == nil {
		a.showPlan(d, &plan, m, w)
	}
	a.warnOfReaders(d)
	a.warnOfStandby(d)
	if !opts.TestWrite {
		if err := a.confirm(ctx, "Burn?"); err != nil {
			return err
		}
	}
	opts.OnEvent, opts.Hurry, opts.KeepAwake = a.engage(d, m)
	d.changed = !opts.Eject && !opts.TestWrite
	// With one processor only, the runtime would take it away from each WRITE that is
	// under way, and start a thread to look for other work: a burn has none for it.
	runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0)))
	report, err := a.record(ctx, d, m, w, opts)
	return errors.Join(a.ended(d, m, &report, err), m.writeTOC(flags.toc, &report))
}

// plan works out what a burn onto the disc in the drive comes to.
func (a *app) plan(ctx context.Context, d *device, m *material, opts *burn.Options, w *way) (burn.Plan, []burn.Track, error) {
	tracks, err := m.tracks()
	if err == nil {
		tracks, err = w.arrange(m, tracks)
	}
	if err != nil {
		return burn.Plan{}, nil, err
	}
	plan, err := burn.MakePlan(ctx, d.drive, tracks, opts, w.method)
	if w.yields(err) {
		a.yield(w, err)
		return a.plan(ctx, d, m, opts, w)
	}
	return plan, tracks, a.adviseBurn(err, d, nil)
}
