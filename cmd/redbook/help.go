package main

import (
	_ "embed" // completion.zsh
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// overview is printed without arguments. It fits on a screen of 24 lines.
const overview = `redbook burns audio CDs from music files, and reads them back.

Burn a disc:
  redbook burn ALBUM-FOLDER             or files, a cue sheet, a playlist
  redbook burn *.flac                   shows the plan and asks before it burns
  redbook burn --test-write *.flac      rehearse it with the laser off

Look at a drive and a disc:
  redbook drives                        the drives of this computer
  redbook info, redbook toc             the disc in the drive: tracks, room, titles
  redbook read --output FOLDER          copy its tracks to WAV or FLAC files
  redbook verify FILES                  compare it with the files it was burned from

Finish, copy, erase, eject:
  redbook resume                        finish an album whose burn was interrupted
  redbook copy                          copy an audio CD
  redbook close, redbook blank, redbook eject, redbook load

Try everything without a drive: a simulated disc is a file.
  redbook burn --device sim:first.disc *.flac

redbook COMMAND --help lists the flags of a command; redbook help lists all commands.
redbook help troubleshooting lists what can go wrong, and what to do.
`

// cdTextUsage is how pflag writes a flag whose value may be left out.
const cdTextUsage = `--cd-text FILE[="tags"] `

// helpDoc is a help page in --json.
type helpDoc struct {
	Command  string    `json:"command"`
	Summary  string    `json:"summary"`
	Usage    string    `json:"usage"`
	Commands []helpCmd `json:"commands"`
	Flags    []flagDoc `json:"flags"`
}

// helpCmd is a subcommand.
type helpCmd struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
}

// flagDoc is a flag. Its value is "" if it takes none.
type flagDoc struct {
	Name    string `json:"name"`
	Short   string `json:"short,omitempty"`
	Value   string `json:"value,omitempty"`
	Default string `json:"default,omitempty"`
	Usage   string `json:"usage"`
	Global  bool   `json:"global"`
}

// help prints the help page of a command, as text or JSON.
func (a *app) help(cmd *cobra.Command, _ []string) {
	a.ran = true
	if !a.flags.json {
		text := strings.ReplaceAll(cmd.UsageString(), cdTextUsage, "--cd-text[=FILE]        ")
		if long := strings.TrimSpace(firstOf(cmd.Long, cmd.Short)); long != "" {
			text = long + "\n\n" + text
		}
		a.helpFailed = a.data.sentences(text)
		return
	}
	doc := helpDoc{Command: cmd.CommandPath(), Summary: cmd.Short, Usage: cmd.UseLine(), Commands: []helpCmd{}, Flags: []flagDoc{}}
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			doc.Commands = append(doc.Commands, helpCmd{sub.Name(), sub.Short})
		}
	}
	add := func(global bool) func(*pflag.Flag) {
		return func(f *pflag.Flag) {
			value, usage := pflag.UnquoteUsage(f)
			if !f.Hidden {
				doc.Flags = append(doc.Flags, flagDoc{f.Name, f.Shorthand, value, f.DefValue, usage, global})
			}
		}
	}
	cmd.LocalNonPersistentFlags().VisitAll(add(false))
	cmd.PersistentFlags().VisitAll(add(true))
	cmd.InheritedFlags().VisitAll(add(true))
	a.helpFailed = a.data.document("help", doc)
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// helpCommand is redbook help COMMAND.
func helpCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND | TOPIC]",
		Short: "Print the help page of a command, or what a message means",
		Long: "Print the help page of a command, or what a message means.\n\n" +
			"The topics are the names at the end of messages; redbook help troubleshooting lists them.",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if found, rest, err := cmd.Root().Find(args); err == nil && len(rest) == 0 {
				names := commandNames(found)
				if len(args) == 0 {
					names = append(names, topicNames()...)
				}
				return names, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			a.ran = true
			if len(args) == 1 {
				if done, err := a.data.trouble(topic(strings.ToLower(args[0]))); done {
					return err
				}
			}
			found, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				if found == nil {
					found = cmd.Root()
				}
				word := args[0]
				if len(rest) > 0 {
					word = rest[0]
				}
				next := suggestion(found, word)
				if found.HasParent() {
					return fail(exitUsage, next, "%q is not a %s command", word, found.CommandPath())
				}
				if next == tryHelp(found) {
					next = "To list the commands: redbook help\nTo list the topics: redbook help " + string(troubles)
				}
				return fail(exitUsage, next, "%q is neither a command nor a topic of redbook", word)
			}
			a.help(found, nil)
			return a.helpFailed
		},
	}
}

// completionCommand prints the completion script of a shell. The scripts ask this program
// for values, so they stay right when it changes.
func completionCommand(a *app) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	cmd := a.command("completion SHELL", "Print the completion script for bash, zsh, fish or powershell",
		"  source <(redbook completion bash)\n  redbook completion fish > ~/.config/fish/completions/redbook.fish",
		exactArgs(1, "the shell: bash, zsh, fish or powershell"), nil)
	cmd.ValidArgs = shells
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		a.ran = true
		var text strings.Builder
		var err error
		switch root := cmd.Root(); args[0] {
		case "bash":
			err = root.GenBashCompletionV2(&text, true)
			fixed := bashFixes.Replace(text.String())
			text.Reset()
			text.WriteString(fixed)
		case "zsh":
			text.WriteString(zshCompletion)
		case "fish":
			err = root.GenFishCompletion(&text, true)
			script := fishFixes.Replace(text.String())
			text.Reset()
			text.WriteString(script)
		case "powershell":
			err = root.GenPowerShellCompletionWithDesc(&text)
		default:
			return fail(exitUsage, tryHelp(cmd), "%q is not a shell with completions: bash, zsh, fish or powershell", args[0])
		}
		if err != nil {
			return err
		}
		if a.flags.json {
			return a.data.document("completion", completionDoc{args[0], text.String()})
		}
		return a.data.print("%s", text.String())
	}
	return cmd
}

// zshCompletion is the script for zsh. That of cobra evaluates the words before the cursor,
// which runs commands in them, and offers nothing inside quotes.
//
//go:embed completion.zsh
var zshCompletion string

// bashFixes correct cobra's script for bash, which evaluates the words before the cursor: a
// command substitution in them would run while the user is still typing.
var bashFixes = strings.NewReplacer(
	`    # Use eval to handle any environment variables and such
`, `    case "${requestComp}" in *'$('* | *'`+"`"+`'* | *'<('* | *'>('*) return ;; esac
    # Use eval to handle any environment variables and such
`)

// fishFixes correct cobra's script for fish. It evaluates the words before the cursor
// without their quotes, so a file name with a space is two words and one with a semicolon
// runs a command, and it takes the word at the cursor with its quotes.
var fishFixes = strings.NewReplacer(
	`(string escape -- (commandline -ct))`, `(string escape -- (string unescape -- (commandline -ct); or commandline -ct))
    set -l quoted (string escape -- $args[2..-1])`,
	`__complete $args[2..-1] $lastArg`, `__complete $quoted $lastArg`,
	`(commandline -t | string escape --style=regex)`, `(commandline -t | string unescape | string escape --style=regex)`,
)

// completionDoc is a completion script in --json.
type completionDoc struct {
	Shell  string `json:"shell"`
	Script string `json:"script"`
}
