package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// noArgs rejects arguments of a command that takes none.
func noArgs(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasSubCommands():
		return fail(exitUsage, suggestion(cmd, args[0]), "%q is not a %s command", args[0], cmd.CommandPath())
	}
	return fail(exitUsage, tryHelp(cmd), "%s takes no argument %q", shortPath(cmd), args[0])
}

// suggestion lists the commands that look like word.
func suggestion(cmd *cobra.Command, word string) string {
	cmd.SuggestionsMinimumDistance = 2
	names := cmd.SuggestionsFor(word)
	if t := similarTopic(word); t != "" && len(names) == 0 && !cmd.HasParent() {
		return "Did you mean: redbook help " + string(t)
	}
	if len(names) == 0 {
		return tryHelp(cmd)
	}
	for i := range names {
		names[i] = cmd.CommandPath() + " " + names[i]
	}
	return "Did you mean: " + strings.Join(names, ", ")
}

// tryHelp names the help page of a command.
func tryHelp(cmd *cobra.Command) string { return "Try: " + cmd.CommandPath() + " --help" }

// shortPath returns the path of a command without the program's name, which every error
// already begins with.
func shortPath(cmd *cobra.Command) string {
	return strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")
}

// someArgs requires at least n arguments; called is their name in the message.
func someArgs(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < n {
			return fail(exitUsage, tryHelp(cmd), "name %s", what)
		}
		return nil
	}
}

// atMostOne accepts one argument or none; called is its name in the message.
func atMostOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return fail(exitUsage, tryHelp(cmd), "%s takes one %s, not %d", shortPath(cmd), what, len(args))
		}
		return nil
	}
}

// exactArgs requires n arguments; called is their name in the message.
func exactArgs(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < n:
			return fail(exitUsage, tryHelp(cmd), "name %s", what)
		case len(args) > n:
			return fail(exitUsage, tryHelp(cmd), "%s takes no argument %q", shortPath(cmd), args[n])
		}
		return nil
	}
}
