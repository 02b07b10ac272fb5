package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cmd/redbook/internal/line"
	"github.com/redbook-audio/redbook/power"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/spf13/cobra"
)

// app is one run of the program: its streams, its flags and what stops it.
type app struct {
	args []string // the command line, without the program's name
	in   io.Reader
	out  io.Writer // data only
	err  io.Writer // everything else
	env  func(string) string
	// configDir is the folder for settings of programs; nil if there is none.
	configDir    func() (string, error)
	deviceSet    string // the device of the settings, if the command line names no other
	reportFolder string // of the settings
	nthCopy      int    // that is burned, from 1 on; 0 in other commands
	inTerm       bool   // stdin is a terminal: questions can be asked
	screen       screen
	hooks        hooks
	flags        globals
	console      *console
	stop         *stopper
	events       *eventStream   // of a command that reports by events, with --json
	cmd          *cobra.Command // that the command line names, as far as it is right
	// helpFailed is why a help page could not be printed.
	helpFailed error
	ran        bool // a command was reached: errors before that are about usage
	told       bool // stdout has its JSON document
}

// globals are the flags that every command has.
type globals struct {
	device      string
	personality string
	trace       string
	json        bool
	realtime    bool
	yes         bool
	unmount     bool
	force       bool
	quiet       bool
	verbose     int
}

// hooks are where tests reach into a run; all of them may be nil.
type hooks struct {
	// transport decorates the device that was opened.
	transport func(scsi.Transport) scsi.Transport
	// host stands for this computer.
	host *hostSystem
	// decoding is told of each step forward of what is done before a burn.
	decoding func(s *stopper, step string)
	// json gets each document and event that is printed, with its kind.
	json func(form, kind string, text []byte)
	// event is told of each event of a burn, on the burn's goroutine, and what
	// signals end.
	event func(s *stopper, e burn.Event)
}

// run does what the arguments say and gives the exit code.
func (a *app) run(args []string) int {
	a.args = args
	a.console = &console{w: a.err, screen: a.screen}
	// From here on Ctrl-C is an orderly end, in queries too: a reader of a disc
	// removes its half-written files.
	a.stop = newStopper(power.Ending(), func() {
		a.console.print("Stopping as soon as the disc is in a safe state. Press Ctrl-C again to stop waiting.")
	}, func() {
		a.console.print("No longer waiting. The drive will be unlocked when it responds.")
	})
	defer a.stop.stop()
	root := newRoot(a)
	args = commandFirst(root, args)
	a.prepare(root, args)
	root.SetArgs(args)
	root.SetOut(a.out)
	root.SetErr(a.err)
	return a.finish(errors.Join(root.ExecuteContext(a.stop.ctx), a.helpFailed))
}

// finish says what went wrong, if anything did, and gives the exit code.
func (a *app) finish(err error) int {
	a.console.clear()
	a.console.clearTitle()
	if err == nil {
		return exitDone
	}
	if _, ok := errors.AsType[*failure](err); !ok && !a.ran {
		err = usage("%w", err) // cobra: unknown command, unknown flag
	}
	code, next := verdict(err)
	if a.events == nil && brokenPipe(err) && code == exitFailed {
		return exitPipe // as in "redbook toc | head -1": no one wants to hear more
	}
	a.console.print("redbook: " + sentence(err, a.flags.verbose > 0))
	switch {
	case next == "" && code == exitUsage:
		next = a.usageNext()
		fallthrough
	case next != "":
		a.console.print("  " + strings.ReplaceAll(next, "\n", "\n  "))
	}
	a.tellError(code, err, next)
	return code
}

// tellError makes the failure the last event, or the one document, of --json.
func (a *app) tellError(code int, err error, next string) {
	if !a.flags.json {
		return
	}
	e := errorOf(code, err, next)
	if a.events != nil {
		a.events.send("error", e)
		return
	}
	if !a.told {
		_ = a.document("error", e) // stdout is gone: stderr and the exit code say it
	}
}

// note tells the person something; -q keeps it silent, and so does --json, whose
// reader is a program.
func (a *app) note(format string, args ...any) {
	if !a.flags.quiet && !a.flags.json {
		a.console.print(fmt.Sprintf(format, args...))
	}
}

// warn tells the person something that even -q doesn't hide.
func (a *app) warn(format string, args ...any) {
	a.console.print("Warning: " + fmt.Sprintf(format, args...))
}

// jsonVersion is the version of everything that --json prints. Fields are only
// ever added; a change of meaning would be version 2.
const jsonVersion = 1

// header begins every JSON document.
type header struct {
	Version int    `json:"version"`
	Kind    string `json:"kind"`
}

// document prints the one JSON document of a query. The fields of body stand
// beside version and kind, not below them.
func (a *app) document(kind string, body any) error {
	text, err := merge(header{jsonVersion, kind}, body)
	if err != nil {
		return err
	}
	var doc strings.Builder
	if err := indent(&doc, text); err != nil {
		return err
	}
	a.told = true
	a.printed("kind", kind, text)
	return a.print("%s\n", doc.String())
}

// print writes data to stdout. An error there (a full disk, a closed pipe) is the
// command's error: data that nobody got are not done.
func (a *app) print(format string, args ...any) error {
	if _, err := io.WriteString(a.out, printable(fmt.Sprintf(format, args...))); err != nil {
		return fail(exitFailed, "", "writing to the standard output: %w", err)
	}
	return nil
}

// command makes a cobra command whose errors carry the exit code.
func (a *app) command(use, short, example string, args cobra.PositionalArgs,
	run func(ctx context.Context, args []string) error,
) *cobra.Command {
	return &cobra.Command{
		Use:     use,
		Short:   short,
		Example: example,
		Args:    args,
		RunE: func(cmd *cobra.Command, args []string) error {
			a.ran = true
			return run(cmd.Context(), args)
		},
	}
}

// merge puts the fields of the objects a and b into one object, a's first.
func merge(a, b any) (json.RawMessage, error) {
	first, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	second, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	if len(second) <= len("{}") || second[0] != '{' {
		return first, nil
	}
	joined := append(first[:len(first)-1], ',')
	return line.EscapeJSON(append(joined, second[1:]...)), nil
}

// indent writes a JSON document as people read it.
func indent(w io.Writer, doc json.RawMessage) error {
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}
