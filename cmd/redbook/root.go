package main

import (
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const rootExample = `  redbook burn album/                               burn a folder on the only burner there is
  redbook burn *.flac bonus.mp3                     files, in this order
  redbook burn --device sim:first.disc live.cue     burn on a simulated disc, a file
  redbook burn --append --no-close more.wav         add tracks, leave the disc open
  redbook close                                     make an open disc playable
  redbook info                                      what is in the drive, what fits on it
  redbook read --output album                       tracks of a disc to WAV files`

// newRoot makes the command tree.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "redbook",
		Short:         "Burn audio CDs, track at once",
		Long:          "redbook burns audio CDs from files of any kind, track at once (two seconds of pause between tracks),\nand reads them back.",
		Example:       rootExample,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.Version = readVersion(debug.ReadBuildInfo()).Release // redbook --version
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fail(exitUsage, "Try: "+cmd.CommandPath()+" --help", "%w", err)
	})
	addGlobals(root.PersistentFlags(), a)
	root.AddCommand(
		burnCommand(a), infoCommand(a), drivesCommand(a), tocCommand(a),
		blankCommand(a), closeCommand(a), ejectCommand(a), loadCommand(a),
		verifyCommand(a), readCommand(a), copyCommand(a), resumeCommand(a), jobsCommand(a), simCommand(a), versionCommand(a),
	)
	return root
}

// addGlobals defines the flags of every command. Each has the same meaning
// everywhere: that is what lets flags stand in front of the command too.
func addGlobals(f *pflag.FlagSet, a *app) {
	g := &a.flags
	f.StringVar(&g.device, "device", a.env("REDBOOK_DEVICE"),
		"`DRIVE` to use: sim:FILE for a simulated one, or a path; REDBOOK_DEVICE is its default")
	f.StringVar(&g.personality, "personality", "", "`NAME` of the simulated drive's personality (see: redbook sim personalities)")
	f.BoolVar(&g.realtime, "realtime", false, "let a simulated drive take as long as a real one")
	f.StringVar(&g.trace, "trace", "", "write every command that the drive gets to `FILE`, one JSON object per line")
	f.BoolVar(&g.json, "json", false, "print JSON on stdout: one document, or for a burn one event per line")
	f.BoolVar(&g.yes, "yes", false, "don't ask, do it")
	f.BoolVar(&g.unmount, "unmount", false, "unmount the disc if it is mounted (Linux: by UDisks2)")
	f.BoolVarP(&g.quiet, "quiet", "q", false, "print only data, warnings and errors")
	f.CountVarP(&g.verbose, "verbose", "v", "print more about what is going on")
}

// noArgs refuses words that no command asked for.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !cmd.HasParent() {
		return fail(exitUsage, suggestion(cmd, args[0]), "there is no command %q", args[0])
	}
	return usage("%s takes no arguments, and %q is one", cmd.CommandPath(), args[0])
}

// suggestion offers the commands that look like word.
func suggestion(cmd *cobra.Command, word string) string {
	cmd.SuggestionsMinimumDistance = 2
	names := cmd.SuggestionsFor(word)
	if len(names) == 0 {
		return "Try: redbook --help"
	}
	return "Did you mean: redbook " + strings.Join(names, ", redbook ")
}

// someArgs asks for n arguments at least, called what in the message.
func someArgs(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < n {
			return fail(exitUsage, "Try: "+cmd.CommandPath()+" --help", "%s needs %s", cmd.CommandPath(), what)
		}
		return nil
	}
}

// atMostOne takes one argument, called what in the message, or none.
func atMostOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return fail(exitUsage, "Try: "+cmd.CommandPath()+" --help", "%s takes one %s, not %d", cmd.CommandPath(), what, len(args))
		}
		return nil
	}
}

// exactArgs asks for n arguments, called what in the message.
func exactArgs(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return fail(exitUsage, "Try: "+cmd.CommandPath()+" --help", "%s needs %s", cmd.CommandPath(), what)
		}
		return nil
	}
}

// commandFirst moves the command's name in front of the flags, so that flags may
// stand anywhere: cobra knows the flags of a command only after it has found the
// command, and would take "burn" in "--append burn x.wav" for a value. Nothing
// behind -- is touched.
func commandFirst(root *cobra.Command, args []string) []string {
	takesValue := map[string]bool{}
	gatherFlags(root, takesValue)
	var words, rest []string
	cmd := root
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" || !cmd.HasSubCommands() {
			rest = append(rest, args[i:]...)
			break
		}
		if len(arg) > 1 && arg[0] == '-' {
			rest = append(rest, arg)
			if takesValue[strings.TrimLeft(arg, "-")] && i+1 < len(args) {
				i++
				rest = append(rest, args[i])
			}
			continue
		}
		words = append(words, arg)
		if cmd = subCommand(cmd, arg); cmd == nil {
			rest = append(rest, args[i+1:]...) // cobra says what is wrong with it
			break
		}
	}
	return append(words, rest...)
}

// subCommand finds the command called name right below cmd.
func subCommand(cmd *cobra.Command, name string) *cobra.Command {
	for _, sub := range cmd.Commands() {
		if sub.Name() == name || sub.HasAlias(name) {
			return sub
		}
	}
	return nil
}

// gatherFlags notes for every flag of the tree whether a value follows it.
func gatherFlags(cmd *cobra.Command, takesValue map[string]bool) {
	note := func(f *pflag.Flag) {
		if f.NoOptDefVal == "" {
			takesValue[f.Name] = true
			takesValue[f.Shorthand] = true
		}
	}
	cmd.PersistentFlags().VisitAll(note)
	cmd.Flags().VisitAll(note)
	for _, sub := range cmd.Commands() {
		gatherFlags(sub, takesValue)
	}
}
