package main

import (
	"errors"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// streams are the commands that report by events with --json, one per line.
var streams = []string{"burn", "copy", "resume", "blank", "close", "verify"}

// prepare determines the command before cobra parses the line: a mistake is reported in
// JSON too, as an event where events are expected, and with the help page of its own
// command.
func (a *app) prepare(root *cobra.Command, args []string) {
	a.flags.json = a.flags.json || jsonAsked(root, args)
	if cmd, _, err := root.Find(args); err == nil {
		a.usage.cmd = cmd
		if cmd.Parent() == root && slices.Contains(streams, cmd.Name()) {
			a.data.startEvents()
		}
	}
}

// jsonAsked reports whether --json is among the arguments.
func jsonAsked(root *cobra.Command, args []string) bool {
	takesValue := map[string]bool{}
	gatherFlags(root, takesValue)
	for i := 0; i < len(args) && args[i] != "--"; i++ {
		switch arg := args[i]; {
		case arg == "--json", arg == "--json=true":
			return true
		case strings.HasPrefix(arg, "-") && takesValue[strings.TrimLeft(arg, "-")]:
			i++
		}
	}
	return false
}

// mistakes explains what is wrong with a command line.
type mistakes struct {
	args []string
	cmd  *cobra.Command // the command, as far as the line is right
}

// next returns the advice for a wrong command line.
func (u *mistakes) next() string {
	if u.cmd == nil {
		return "Try: redbook --help"
	}
	return tryHelp(u.cmd)
}

// flag describes what is wrong with a flag. A file whose name begins with a dash looks
// like one.
func (u *mistakes) flag(cmd *cobra.Command, err error) error {
	next := tryHelp(cmd)
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		name := unknown.GetSpecifiedName()
		if group := unknown.GetSpecifiedShortnames(); group != "" {
			if word := u.dashedFile(group); word != "" {
				return fail(exitUsage, "For a file with that name, write "+quote("./"+word), "%s is read as flags, and -%s is not a flag", word, name)
			}
			return fail(exitUsage, next, "unknown flag: -%s", name)
		}
		if word := u.dashedFile("-" + name); word != "" {
			return fail(exitUsage, "For a file with that name, write "+quote("./"+word), "%s is read as a flag, and no such flag exists", word)
		}
		if like := similarFlag(cmd, name); like != "" {
			next = "Did you mean: --" + like
		}
		return fail(exitUsage, next, "unknown flag: --%s", name)
	}
	if lacking, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return fail(exitUsage, next, "%s needs a value", flagName(lacking.GetFlag()))
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		f := invalid.GetFlag()
		switch f.Value.Type() {
		case "bool":
			return fail(exitUsage, next, "%s %q: must be true or false", flagName(f), invalid.GetValue())
		case "int":
			return fail(exitUsage, next, "%s %q: must be a whole number", flagName(f), invalid.GetValue())
		}
		return fail(exitUsage, next, "%s %q: %w", flagName(f), invalid.GetValue(), invalid.Unwrap())
	}
	return fail(exitUsage, next, "%w", err)
}

func flagName(f *pflag.Flag) string { return "--" + f.Name }

// dashedFile returns the argument that begins with a dash and the text, if it names a
// file.
func (u *mistakes) dashedFile(text string) string {
	for _, arg := range u.args {
		if rest, ok := strings.CutPrefix(arg, "-"); ok && strings.HasPrefix(rest, text) {
			if _, err := os.Lstat(arg); err == nil {
				return arg
			}
		}
	}
	return ""
}

// similarFlag returns the flag of a command that is most similar to name, "" if none is.
func similarFlag(cmd *cobra.Command, name string) string {
	best, least := "", len(name)/3+1
	look := func(f *pflag.Flag) {
		d := distance(f.Name, name)
		if strings.HasPrefix(f.Name, name) && len(name) > 1 {
			d = 1
		}
		if d < least && !f.Hidden {
			best, least = f.Name, d
		}
	}
	cmd.Flags().VisitAll(look)
	cmd.InheritedFlags().VisitAll(look)
	return best
}

// distance returns how many letters must be added, removed or replaced to turn a into b
// (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// commandNames lists the visible commands of a tree.
func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			names = append(names, sub.Name())
		}
	}
	slices.Sort(names)
	return names
}
