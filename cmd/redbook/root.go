package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newRoot creates the command tree.
func newRoot(a *app) *cobra.Command {
	var version bool
	root := &cobra.Command{
		Use:           "redbook",
		Short:         "Burn audio CDs and read them back",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.ran = true
			switch {
			case version:
				return a.data.printRelease()
			case a.flags.json:
				return cmd.Help()
			}
			return a.data.sentences(overview)
		},
	}
	root.Flags().BoolVar(&version, "version", false, "print the version")
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return a.usage.flag(cmd, err) })
	root.SetHelpFunc(a.help)
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkNames(cmd); err != nil {
			return err
		}
		if n := len(a.flags.devices); n > 1 && (cmd.Parent() != root || cmd.Name() != "burn") {
			return fail(exitUsage, tryHelp(cmd), "--device is given %d times, and only burn uses several drives", n)
		}
		a.flags.inputs = append(a.flags.inputs, a.config.file())
		return a.config.apply(cmd)
	}
	addGlobals(root.PersistentFlags(), a)
	root.AddCommand(
		burnCommand(a), infoCommand(a), drivesCommand(a), tocCommand(a),
		blankCommand(a), closeCommand(a), ejectCommand(a), loadCommand(a),
		verifyCommand(a), readCommand(a), copyCommand(a), resumeCommand(a), jobsCommand(a), simCommand(a),
		tryCommand(a), versionCommand(a), completionCommand(a), manCommand(a), configCommand(a), doctorCommand(a),
	)
	root.SetHelpCommand(helpCommand(a))
	if err := completeFlags(a, root); err != nil {
		panic(err) // a flag that the command doesn't have, or a repeated one
	}
	return root
}

// checkNames rejects an empty name of a drive, a file or a folder, as from an unset shell
// variable: without the flag the command would do something else. It also rejects a name
// that is the next flag, as in --log --yes.
func checkNames(cmd *cobra.Command) (err error) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		what, _ := pflag.UnquoteUsage(f)
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		if err != nil || !slices.Contains([]string{"DRIVE", "FILE", "FOLDER"}, what) {
			return
		}
		if slices.Contains(values, "") {
			err = fail(exitUsage, tryHelp(cmd), "--%s \"\": the name of the %s is missing", f.Name, strings.ToLower(what))
		}
		for _, v := range values {
			if strings.HasPrefix(v, "--") {
				err = fail(exitUsage, "For a file with that name, write "+quote("./"+v), "--%s needs a value, and %s looks like a flag", f.Name, v)
			}
		}
	})
	return err
}

// addGlobals defines the flags of every command. Each has the same meaning everywhere, so
// flags may also precede the command.
func addGlobals(f *pflag.FlagSet, a *app) {
	g := &a.flags
	f.Var(&deviceFlag{g}, "device",
		"`DRIVE` to use, such as /dev/sr0, D: or sim:FILE for a simulated one (default: the only drive); burn takes several")
	f.StringVar(&g.personality, "personality", "", "make the simulated drive behave like `NAME` (list: redbook sim personalities)")
	f.BoolVar(&g.realtime, "realtime", false, "let the simulated drive take as long as a real one")
	f.StringVar(&g.trace, "trace", "", "record every SCSI command in `FILE`, one JSON object per line")
	f.BoolVar(&g.json, "json", false, "print JSON: one document, or one event per line while a disc is written")
	f.BoolVar(&g.yes, "yes", false, "answer yes to every question")
	f.BoolVar(&g.force, "force", false, "replace existing files named by flags such as --trace")
	f.BoolVar(&g.unmount, "unmount", false, "unmount the disc first")
	f.BoolVarP(&g.quiet, "quiet", "q", false, "print only data, warnings and errors")
	f.CountVarP(&g.verbose, "verbose", "v", "print more details")
}

// commandFirst moves the command's name before the flags, so that flags may stand
// anywhere: cobra knows the flags of a command only after it has found the command, and
// would take "burn" in "--append burn x.wav" for a value. Arguments after -- are not
// changed.
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
			rest = append(rest, args[i+1:]...) // cobra reports what is wrong with it
			break
		}
	}
	return append(words, rest...)
}

// subCommand returns the subcommand of cmd with that name.
func subCommand(cmd *cobra.Command, name string) *cobra.Command {
	for _, sub := range cmd.Commands() {
		if sub.Name() == name || sub.HasAlias(name) {
			return sub
		}
	}
	return nil
}

// gatherFlags records for every flag of the tree whether it takes a value.
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
