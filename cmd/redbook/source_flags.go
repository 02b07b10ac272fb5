package main

import (
	"os"

	"github.com/redbook-audio/redbook/album"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// sourceFlags describe the files and how they are converted. verify takes the same ones as
// burn.
type sourceFlags struct {
	raw     bool
	stdin   bool
	levels  levelFlags
	noCue   bool
	gapless bool
	spool   string
	gaps    string
	order   string
}

// register defines the flags.
func (s *sourceFlags) register(f *pflag.FlagSet) {
	f.BoolVar(&s.raw, "raw", false, "the files are headerless samples: 44.1 kHz, 16 bit, stereo, little-endian")
	f.BoolVar(&s.stdin, "stdin", false, "read one track from the standard input: WAV, or headerless with --raw")
	s.levels.register(f)
	f.BoolVar(&s.gapless, "gapless", false, "no silence between the tracks, as on a live album")
	f.BoolVar(&s.noCue, "no-cue", false, "ignore cue sheets beside and inside the audio files")
	f.StringVar(&s.spool, "spool", "", "`FOLDER` for temporary files of converted audio (default: the system's)")
	f.StringVar(&s.gaps, "gaps", "keep", "recorded pauses (INDEX 00): `WHAT` is keep (at the end of the previous track) or drop")
	f.StringVar(&s.order, "order", "auto", "order of the files in a folder: `BY` is auto (track numbers, if all files have one) or names")
}

// args are the arguments of a command that takes sources; called is their name in
// messages.
func (s *sourceFlags) args(what string) cobra.PositionalArgs {
	some := someArgs(1, what)
	return func(cmd *cobra.Command, args []string) error {
		if !s.stdin {
			return some(cmd, args)
		}
		if len(args) > 0 {
			return usage("--stdin reads its one track from the standard input, and %q is a file: use only one of them", args[0])
		}
		return nil
	}
}

// options converts the flags to options of album. Errors are mistakes in the command line.
func (s *sourceFlags) options() (*album.Options, error) {
	if err := s.levels.check(); err != nil {
		return nil, err
	}
	opts := &album.Options{IgnoreCue: s.noCue, Raw: s.raw, Level: s.levels.level(), LUFS: s.levels.target, Spool: s.spool}
	switch s.gaps {
	case "keep":
	case "drop":
		opts.DropGaps = true
	default:
		return nil, usage("--gaps %q: must be keep or drop", s.gaps)
	}
	switch s.order {
	case "auto":
	case "names":
		opts.OrderByName = true
	default:
		return nil, usage("--order %q: must be auto or names", s.order)
	}
	if s.spool != "" {
		// Checked now rather than after everything else.
		if info, err := os.Stat(s.spool); err != nil || !info.IsDir() {
			return nil, usage("--spool %s: no such folder", s.spool)
		}
	}
	return opts, nil
}
