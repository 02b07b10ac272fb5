package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/redbook-audio/redbook"
	"github.com/spf13/cobra"
)

const burnExample = `  redbook burn album/                                  a folder, a cue sheet or a playlist
  redbook burn *.flac *.mp3                            files, in this order
  redbook burn --device sim:first.disc --yes *.wav     on a simulated disc
  redbook burn --speed 16x --verify full live.cue
  redbook burn --test-write album/                     rehearse with the laser off
  redbook burn --device D: --device E: album/          in two drives at the same time
  redbook burn --no-close first.wav                    leave the disc open, and later:
  redbook burn --append second.wav                     add to it and close it
  arecord -f cd -d 1800 | redbook burn --stdin --yes   record from a pipe`

const burnLong = `Burns audio files as an audio CD: FLAC, MP3, Ogg Vorbis, Opus, WAV and AIFF, and every other
format that ffmpeg decodes, if it is installed. The files of a folder are burned in the order of
their track numbers if all have one, otherwise in the order of their names. A cue sheet or a
playlist is expanded to the files it lists. Audio that isn't 44.1 kHz, 16 bit, stereo is converted.

Every file is decoded and checked to its end before redbook asks you to confirm.`

// burnCommand first makes every check that needs no drive: the command line, whether a
// question can be asked, and every file. Then it opens the drive, which creates the file of
// a simulated disc.
func burnCommand(a *app) *cobra.Command {
	var flags burnFlags
	var cmd *cobra.Command
	cmd = a.command("burn FILES...", "Burn files as an audio CD", burnExample,
		flags.sources.args("the files to burn"), func(ctx context.Context, args []string) error {
			a.data.startEvents()
			opts, err := flags.options()
			if err == nil {
				err = errors.Join(checkTOC(&flags), checkReports(flags.reports), checkDevices(a, &flags))
			}
			if err != nil {
				return err
			}
			if err := flags.outputs(&a.flags, args).check(); err != nil {
				return err
			}
			if !a.flags.yes && (!a.talk.inTerm || a.flags.json) && !opts.TestWrite {
				return explain("question", fail(exitUsage, "To burn without a question: add --yes", "%s: Burn?", noTerminal(a.flags.json)))
			}
			m, err := flags.sources.gather(ctx, a.talk, args, "burned")
			if err != nil {
				return a.textHint(err, flags.record.text, args)
			}
			if err := flags.label(m.Tracks); err != nil {
				return err
			}
			// The files that folders, sheets and playlists lead to are known only now.
			if err := flags.outputs(&a.flags, args).check(); err != nil {
				return err
			}
			if err := opts.Check(m.Album); err != nil {
				return textError(err)
			}
			flags.line = lineOf(a.flags.personality, cmd.LocalNonPersistentFlags())
			r := &burnRun{
				args: a.args, flags: &a.flags, talk: a.talk, data: a.data, config: a.config, advise: a.advise,
				journals: a.journals, drives: a.drives, work: a.work, stop: a.stop,
			}
			if len(a.flags.devices) > 1 {
				return r.several(ctx, m, args, &flags, opts)
			}
			return r.all(ctx, m, args, &flags, opts)
		})
	cmd.Long = burnLong
	flags.register(cmd.Flags())
	a.bellFlag(cmd)
	return cmd
}

// burnRun is one run of redbook burn.
type burnRun struct {
	args     []string // the command line, for the log
	nth      int      // number of the copy being burned, from 1
	flags    *globals
	talk     *talk
	data     *results
	config   *config
	advise   *adviser
	journals *journals
	drives   *access
	work     *work
	stop     *stopper
}

// burn shows the plan, burns, and reports the result.
func (r *burnRun) burn(ctx context.Context, d *device, m *material, args []string, flags *burnFlags, opts *redbook.Options) (err error) {
	d.refused = true // until it begins
	c, err := r.newChronicle(d, m, flags)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close(r.data, err)) }()
	if opts.Journal, err = r.keep(d, m, args, flags); err != nil {
		return err
	}
	defer func() { err = r.journals.kept(opts.Journal, err) }()
	opts.OnPrepare, opts.OnEvent, opts.Hurry = r.work.preparing(), c.follow(newView(r.work, d, m).event), r.stop.hurry
	opts.OnFallback = func(err error, without []redbook.Need) {
		r.talk.warn("%s; the disc is written track-at-once instead, without %s", sentence(err, false), flags.needText(without))
	}
	opts.Confirm = func(ctx context.Context, p *redbook.Plan) error { return r.approve(ctx, d, m, p, flags) }
	report, err := redbook.Burn(ctx, d.opened, m.Album, opts)
	d.refused = report.Version == 0
	if errors.Is(err, redbook.ErrPrepare) {
		return prepareError(ctx, err, "burned")
	}
	if report.Version == 0 { // the burn did not start
		return r.advise.writing(err, d, nil)
	}
	c.ended(m, &report)
	return errors.Join(r.work.ended(d, m, &report, err), m.writeTOC(r.numbered(flags.toc), r.flags.force, &report))
}

// approve shows the plan and asks for confirmation.
func (r *burnRun) approve(ctx context.Context, d *device, m *material, p *redbook.Plan, flags *burnFlags) error {
	r.talk.console.clear()
	m.planned(p)
	if p.Again {
		r.talk.showLosses(p, m)
		return r.talk.confirm(ctx, "Burn track-at-once, with two seconds of silence between the tracks?")
	}
	if r.data.events == nil && r.nth < 2 {
		r.talk.showPlan(d, p, m, flags)
	}
	r.talk.warnOfReaders(d)
	if p.Standby {
		r.talk.warnOfStandby()
	}
	if !p.TestWrite && r.nth < 2 {
		if err := r.talk.confirm(ctx, flags.question()); err != nil {
			return err
		}
	}
	r.stop.surviveTerminal()
	// With a single processor, the runtime would interrupt each WRITE in progress and start
	// a thread to look for other work, although a burn has none.
	runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0)))
	return nil
}

// question is asked before the laser starts.
func (b *burnFlags) question() string {
	if b.copies > 1 {
		return fmt.Sprintf("Burn %d copies?", b.copies)
	}
	return "Burn?"
}
