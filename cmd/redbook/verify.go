package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
	"github.com/spf13/cobra"
)

// verifyCommand compares a disc with files, long after the burn too. It reads every
// sector unless told otherwise: whoever asks wants to know, and nothing else waits.
func verifyCommand(a *app) *cobra.Command {
	var flags sourceFlags
	var level string
	opts := &burn.VerifyOptions{}
	cmd := a.command("verify FILES...", "Compare a disc with the files it was burned from",
		"  redbook verify album/\n  redbook verify --verify quick *.wav",
		flags.args("the files that the disc was burned from, in order"),
		func(ctx context.Context, args []string) error {
			a.startEvents()
			if err := opts.Level.UnmarshalText([]byte(level)); err != nil || opts.Level == disc.VerifyNone {
				return usage("--verify %q: quick or full", level)
			}
			m, err := a.gather(ctx, args, &flags, "compared")
			if err != nil {
				return err
			}
			return a.withDevice(ctx, justLook, func(ctx context.Context, d *device) error {
				return a.verify(ctx, d, m, &flags, opts)
			})
		})
	cmd.Flags().StringVar(&level, "verify", "full", "how much to compare: `HOW` is quick (three seconds per track) or full")
	flags.register(cmd.Flags())
	return cmd
}

// verify decodes what has to be, unless lengths tell already that something else is
// on the disc, and compares.
func (a *app) verify(ctx context.Context, d *device, m *material, flags *sourceFlags, opts *burn.VerifyOptions) (err error) {
	defer func() { err = errors.Join(err, m.close()) }()
	tracks, err := m.tracks()
	if err != nil {
		return err
	}
	if m.unfinished(flags) && (m.stdin != nil || likeDisc(ctx, d.drive, tracks)) {
		if err := a.convert(ctx, m, flags, "compared"); err != nil {
			return err
		}
		if tracks, err = m.tracks(); err != nil {
			return err
		}
	}
	opts.OnEvent, opts.Hurry, opts.KeepAwake = a.engage(d, m)
	for i := range tracks {
		tracks[i].Pregap = m.songs[i].pregap // what session-at-once puts outside a track
	}
	if tracks, err = asJoined(ctx, d.drive, tracks, flags.gapless); err != nil {
		return err
	}
	report, err := burn.Verify(ctx, d.drive, tracks, opts)
	a.console.clear()
	var perr error
	if a.events == nil && !a.flags.quiet {
		perr = a.print("%s", comparisonText(&report))
	}
	return errors.Join(adviseVerify(a.adviseBurn(err, d, nil)), perr, a.events.err())
}

// asJoined cuts the tracks where session-at-once did: at the end of a track that the next
// one follows in the sector in which its last samples lie. The table of contents shows where
// that is, so nobody has to remember the flags of the burn. gapless is for a disc that can't
// be looked at: the engine says why.
func asJoined(ctx context.Context, d *mmc.Drive, tracks []burn.Track, gapless bool) ([]burn.Track, error) {
	pause := func(int) bool { return !gapless }
	if on, err := disc.Look(ctx, d, nil); err == nil {
		list := audioTracks(&on)
		frames := int64(0) // of this track, with what the one before leaves over
		joined := make([]bool, len(tracks))
		for i := range min(len(tracks), len(list)) - 1 {
			frames += tracks[i].Source.Frames()
			whole := frames / toc.SamplesPerSector
			shown := int64(list[i+1].Start - list[i].Start)
			if i == 0 {
				shown += int64(tracks[0].Pregap) // hidden before its start
			}
			joined[i+1] = shown == whole
			if frames -= whole * toc.SamplesPerSector; !joined[i+1] {
				frames = 0
			}
		}
		pause = func(i int) bool { return !joined[i] }
	}
	cut := slices.Clone(tracks)
	for i := range cut {
		if pause(i) && i > 0 {
			cut[i].Pause = 1
		}
	}
	cut, err := seamless(cut)
	for i := range cut {
		cut[i].Pause = tracks[i].Pause
	}
	return cut, err
}

// likeDisc reports whether tracks could be those of the disc, by number and lengths.
// Where they can't, the engine finds that out and says so before it reads any audio.
func likeDisc(ctx context.Context, d *mmc.Drive, tracks []burn.Track) bool {
	on, err := disc.Look(ctx, d, nil)
	list := audioTracks(&on)
	if err != nil || len(list) < len(tracks) {
		return false
	}
	for i, t := range tracks {
		off := list[i].Sectors - toc.Raise(toc.Sectors(pcm.Sectors(t.Source)))
		if off < -toc.RunOutSectors || off > toc.RunOutSectors {
			return false
		}
	}
	return true
}

// comparisonText says how a disc compares with its files, track by track.
func comparisonText(r *burn.Report) string {
	var b strings.Builder
	v := &r.Verified
	for _, t := range v.Tracks {
		fmt.Fprintf(&b, "  %d  %s", t.Number, resultText(t.Result))
		if t.Result == disc.VerifyDiffers || t.Result == disc.VerifyUnreadable {
			fmt.Fprintf(&b, ", first at %v", t.At.MSF())
		}
		b.WriteString("\n")
	}
	if v.Sectors == 0 {
		b.WriteString("No audio was compared.\n")
	} else {
		b.WriteString(verificationText(v) + "\n")
	}
	for _, n := range r.Notes {
		b.WriteString(asSentence(noteText(n)) + "\n")
	}
	return b.String()
}

// adviseVerify replaces advice that is for burns: other files, or another order,
// are more likely than a bad disc.
func adviseVerify(err error) error {
	if f, ok := errors.AsType[*failure](err); ok && f.code == exitVerify {
		f.next = "Name the files in the order of the disc's tracks, with the flags of the burn that change samples. If they are right, burn another disc."
	}
	return err
}
