package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/redbook-audio/redbook/scsi/host"
	"github.com/redbook-audio/redbook/sim"
)

// completer returns the possible values of a flag or an argument.
type completer = func(a *app) []cobra.Completion

// flagValues are the flags whose values a shell can complete.
var flagValues = map[string]completer{
	"device":      deviceValues,
	"from":        deviceValues,
	"to":          deviceValues,
	"format":      words("wav", "flac"),
	"personality": func(*app) []cobra.Completion { return personalityValues() },
	"speed":       words("max", "4x", "8x", "10x", "16x", "24x", "32x", "40x", "48x", "52x"),
	"mode":        words(modeAuto, modeTAO, modeSAO),
	"reserve":     words("auto", "always", "never"),
	"gaps":        words("keep", "drop"),
	"order":       words("auto", "names"),
	"loudness-by": words("album", "track"),
	"replaygain":  words("album", "track"),
	"media":       mediaValues,
	"tracks":      words("all"),
	"forget":      jobValues,
	"until":       words(untilLook, untilTest, untilBurn),
}

// flagFiles are the flags that name a file with one of these extensions; flagFolders name
// a folder.
var (
	flagFiles   = map[string][]string{"archive": {"zip"}, "toc": {"cue"}, "report": {"html", "json"}, "cd-text": {"txt", "cdt"}}
	flagFolders = []string{"output", "spool"}
)

// argValues are the arguments of commands, by the command's path after "redbook". The others
// take files, or nothing.
var argValues = map[string]func(a *app, nth int) ([]cobra.Completion, cobra.ShellCompDirective){
	"resume": func(a *app, nth int) ([]cobra.Completion, cobra.ShellCompDirective) {
		if nth > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return jobValues(a), cobra.ShellCompDirectiveDefault // or the file of a journal
	},
	"man": func(*app, int) ([]cobra.Completion, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveFilterDirs
	},
	"sim export":        fileArgs([]string{"disc"}),
	"sim serve":         fileArgs([]string{"disc"}),
	"sim import":        fileArgs([]string{"cue", "toc"}, []string{"disc"}),
	"sim personalities": fileArgs([]string{"zip"}),
}

// fileArgs completes arguments that are files with one of these extensions.
func fileArgs(extensions ...[]string) func(a *app, nth int) ([]cobra.Completion, cobra.ShellCompDirective) {
	return func(_ *app, nth int) ([]cobra.Completion, cobra.ShellCompDirective) {
		if nth >= len(extensions) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return extensions[nth], cobra.ShellCompDirectiveFilterFileExt
	}
}

// completeArgs registers the completion of a command's arguments. Without arguments no
// files are offered.
func completeArgs(a *app, cmd *cobra.Command) {
	_, path, _ := strings.Cut(cmd.CommandPath(), " ")
	values, ok := argValues[path]
	switch {
	case ok:
		cmd.ValidArgsFunction = func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return values(a, len(args))
		}
	case !cmd.HasSubCommands() && !strings.Contains(cmd.Use, " "):
		cmd.ValidArgsFunction = cobra.NoFileCompletions
	}
}

// describeFlags prepares the descriptions of flags for a shell, which shows them as they
// are: pflag marks the name of a value by backticks.
func describeFlags(cmd *cobra.Command) {
	plain := func(f *pflag.Flag) { f.Usage = strings.ReplaceAll(f.Usage, "`", "") }
	cmd.PersistentFlags().VisitAll(plain)
	cmd.Flags().VisitAll(plain)
	for _, sub := range cmd.Commands() {
		describeFlags(sub)
	}
}

func words(list ...string) completer {
	return func(*app) []cobra.Completion { return list }
}

// completeFlags registers the completions of a command and its subcommands.
func completeFlags(a *app, cmd *cobra.Command) error {
	flags := cmd.LocalFlags() // it gathers them anew at each call
	for name, values := range flagValues {
		if flags.Lookup(name) == nil {
			continue
		}
		err := cmd.RegisterFlagCompletionFunc(name, func(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if path, ok := strings.CutPrefix(begun, simPrefix); ok && slices.Contains([]string{"device", "from", "to"}, name) {
				return discValues(path), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
			}
			if name == "personality" { // or an archive of redbook try
				return values(a), cobra.ShellCompDirectiveKeepOrder
			}
			return values(a), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		})
		if err != nil {
			return err
		}
	}
	if f := flags.Lookup("verify"); f != nil { // verify always compares something
		levels := []string{"quick", "full"}
		if f.DefValue == "quick" {
			levels = slices.Insert(levels, 0, "none")
		}
		if err := cmd.RegisterFlagCompletionFunc("verify", cobra.FixedCompletions(levels, cobra.ShellCompDirectiveNoFileComp)); err != nil {
			return err
		}
	}
	for name, endings := range flagFiles {
		if flags.Lookup(name) != nil {
			if err := cmd.MarkFlagFilename(name, endings...); err != nil {
				return err
			}
		}
	}
	for _, name := range flagFolders {
		if flags.Lookup(name) != nil {
			if err := cmd.MarkFlagDirname(name); err != nil {
				return err
			}
		}
	}
	completeArgs(a, cmd)
	for _, sub := range cmd.Commands() {
		if err := completeFlags(a, sub); err != nil {
			return err
		}
	}
	return nil
}

// completionTime limits the search for drives: the shell waits for it.
const completionTime = 2 * time.Second

// deviceValues are the drives of this computer as the system knows them: a completion
// sends no command to a drive.
func deviceValues(a *app) []cobra.Completion {
	ctx, cancel := context.WithTimeout(context.Background(), completionTime)
	defer cancel()
	list := host.List
	if a.hooks.host != nil {
		list = a.hooks.host.List
	}
	drives, _ := list(ctx) // without drives sim: still works
	var values []cobra.Completion
	for _, d := range drives {
		values = append(values, cobra.CompletionWithDesc(d.Path, strings.TrimSpace(d.Vendor+" "+d.Model)))
	}
	return append(values, cobra.CompletionWithDesc(simPrefix, "a simulated drive; the name of a disc file follows"))
}

// discValues are the files that complete sim: and the beginning of a path.
func discValues(begun string) []cobra.Completion {
	dir, base := filepath.Split(begun)
	entries, _ := os.ReadDir(firstOf(dir, ".")) // without a folder there is nothing to offer
	var values []cobra.Completion
	for _, e := range entries {
		path := dir + e.Name()
		switch {
		case !strings.HasPrefix(e.Name(), base), strings.HasPrefix(e.Name(), ".") && base == "", strings.ContainsAny(e.Name(), "\t\r\n"):
			// not meant, or not one line with the name alone, as the scripts of the shells read it
		case isFolder(path):
			values = append(values, simPrefix+path+string(filepath.Separator))
		case filepath.Ext(path) == ".disc":
			values = append(values, simPrefix+path)
		}
	}
	return values
}

func personalityValues() []cobra.Completion {
	var values []cobra.Completion
	for _, p := range sim.Personalities() {
		values = append(values, cobra.CompletionWithDesc(p.Name, p.Summary))
	}
	return values
}

func mediaValues(*app) []cobra.Completion {
	var values []cobra.Completion
	for _, m := range sim.Catalog() {
		values = append(values, cobra.CompletionWithDesc(m.Name, m.Summary))
	}
	return values
}

// jobValues are the albums whose burn was interrupted.
func jobValues(a *app) []cobra.Completion {
	folder, err := a.journals.folder()
	if err != nil {
		return nil // no folder for them
	}
	jobs, _ := folder.Jobs() // a damaged job can't be chosen
	var values []cobra.Completion
	for _, j := range jobs {
		values = append(values, cobra.CompletionWithDesc(j.Name, jobTitle(j.Job)))
	}
	return values
}

// controlValues are the actions of sim control, after its socket.
func controlValues(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) != 1 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return []cobra.Completion{"eject", "insert", "button", "power", "fault"}, cobra.ShellCompDirectiveNoFileComp
}
