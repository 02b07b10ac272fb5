package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// exitTexts describe the exit codes in the manual.
var exitTexts = []struct {
	code int
	text string
}{
	{exitDone, "Done."},
	{exitFailed, "Failed in a way that no other code describes."},
	{exitUsage, "The command line is wrong, or a question could not be asked."},
	{exitNoDrive, "No drive, no such drive or simulated disc, no permission, or another program uses it."},
	{exitNoDisc, "No disc, or an unsuitable one."},
	{exitBadInput, "A file can't be burned."},
	{exitDoesntFit, "The album is too long, or has too many tracks."},
	{exitWriteFailed, "The drive failed to write."},
	{exitVerify, "The disc differs from the files."},
	{exitUnconfirmed, "Written, but the drive did not confirm it."},
	{exitUnable, "The drive can't do what was asked for."},
	{exitCanceled, "Canceled."},
	{exitPipe, "No one reads the output any more."},
}

// manDoc is redbook man --json.
type manDoc struct {
	Files []string `json:"files"`
}

// manCommand writes the manual pages. It is meant for packagers, so the list of commands
// doesn't show it.
func manCommand(a *app) *cobra.Command {
	cmd := a.command("man FOLDER", "Write the manual pages to a folder", "  redbook man share/man/man1",
		exactArgs(1, "the folder for the manual pages"), nil)
	cmd.Hidden = true
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		a.ran = true
		files, err := writeManual(cmd.Root(), args[0])
		if err != nil {
			return fail(exitFailed, "", "%w", err)
		}
		if a.flags.json {
			return a.data.document("man", manDoc{files})
		}
		return a.data.print("%s\n", strings.Join(files, "\n"))
	}
	return cmd
}

// writeManual writes a page for each command. It replaces existing files of that name,
// because they are generated.
func writeManual(root *cobra.Command, folder string) (files []string, err error) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, err
	}
	var walk func(cmd *cobra.Command) error
	walk = func(cmd *cobra.Command) error {
		if cmd.Hidden {
			return nil
		}
		path := filepath.Join(folder, manName(cmd)+".1")
		files = append(files, path)
		if err := os.WriteFile(path, []byte(manPage(cmd)), 0o666); err != nil {
			return err
		}
		for _, sub := range cmd.Commands() {
			if err := walk(sub); err != nil {
				return err
			}
		}
		return nil
	}
	return files, walk(root)
}

func manName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// manPage returns the page of a command, in the macros of man(7).
func manPage(cmd *cobra.Command) string {
	var b strings.Builder
	name := manName(cmd)
	fmt.Fprintf(&b, ".TH %s 1 \"\" \"redbook\" \"redbook\"\n.SH NAME\n%s \\- %s\n", roff(strings.ToUpper(name)), roff(name), roff(lowerFirst(cmd.Short)))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n", roff(cmd.CommandPath()))
	if rest := strings.TrimPrefix(cmd.UseLine(), cmd.CommandPath()); rest != "" {
		fmt.Fprintf(&b, "%s\n", roff(strings.TrimSpace(rest)))
	}
	b.WriteString(".SH DESCRIPTION\n")
	if !cmd.HasParent() {
		fmt.Fprintf(&b, ".nf\n%s.fi\n", roffLines(overview))
	} else {
		for paragraph := range strings.SplitSeq(firstOf(cmd.Long, cmd.Short+"."), "\n\n") {
			fmt.Fprintf(&b, ".PP\n%s", roffLines(paragraph+"\n"))
		}
	}
	manCommands(&b, cmd)
	manFlags(&b, "OPTIONS", cmd.NonInheritedFlags())
	if cmd.HasParent() {
		b.WriteString(".PP\nThe options of every command are described in\n.BR redbook (1).\n")
	}
	if cmd.Example != "" {
		fmt.Fprintf(&b, ".SH EXAMPLES\n.nf\n%s\n.fi\n", strings.TrimSuffix(roffLines(cmd.Example), "\n"))
	}
	if !cmd.HasParent() {
		b.WriteString(".SH EXIT STATUS\n")
		for _, e := range exitTexts {
			fmt.Fprintf(&b, ".TP\n.B %d\n%s\n", e.code, roff(e.text))
		}
	} else {
		fmt.Fprintf(&b, ".SH SEE ALSO\n.BR %s (1)\n", roff(manName(cmd.Parent())))
	}
	return b.String()
}

// manCommands lists the subcommands of a command.
func manCommands(b *strings.Builder, cmd *cobra.Command) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	b.WriteString(".SH COMMANDS\n")
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			fmt.Fprintf(b, ".TP\n.BR %s (1)\n%s.\n", roff(manName(sub)), roff(sub.Short))
		}
	}
}

// manFlags lists flags.
func manFlags(b *strings.Builder, heading string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	fmt.Fprintf(b, ".SH %s\n", heading)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		switch {
		case f.Value.Type() == "bool" || f.Value.Type() == "count":
			value = ""
		case f.NoOptDefVal != "":
			value = "[=" + value + "]"
		default:
			value = " " + value
		}
		fmt.Fprintf(b, ".TP\n.B %s\n%s.", roff(name+value), roff(upperFirst(usage)))
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.DefValue != "[]" {
			fmt.Fprintf(b, " Default: %s.", roff(f.DefValue))
		}
		b.WriteString("\n")
	})
}

// roff escapes a line of text: backslashes, dashes, and what would be a macro at the start
// of a line.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}

// roffLines escapes lines, each with its end.
func roffLines(text string) string {
	var b strings.Builder
	for l := range strings.Lines(text) {
		b.WriteString(roff(strings.TrimSuffix(l, "\n")) + "\n")
	}
	return b.String()
}

func lowerFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + text[1:]
}

func upperFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
