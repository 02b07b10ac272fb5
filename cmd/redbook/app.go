package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/power"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/spf13/cobra"
)

// app is one run of the program: its arguments and streams, and the parts that share them.
type app struct {
	args []string // the command line, without the program's name
	in   io.Reader
	out  io.Writer // data only
	err  io.Writer // everything else
	env  func(string) string
	// configDir is the folder for settings of programs; nil if there is none.
	configDir func() (string, error)
	inTerm    bool // stdin is a terminal: questions can be asked
	screen    screen
	outScreen screen // of out
	hooks     hooks
	flags     globals
	console   *console
	stop      *stopper
	// helpFailed is the error of printing a help page.
	helpFailed error
	ran        bool // a command was reached: errors before that are about usage

	// What connect makes.
	talk     *talk
	data     *results
	config   *config
	advise   *adviser
	usage    *mistakes
	journals *journals
	drives   *access
	discs    *discs
	work     *work
}

// connect creates the parts of the program and passes to each the parts that it needs.
func (a *app) connect() *app {
	if a.console == nil {
		a.console = &console{w: a.err, screen: a.screen}
	}
	a.talk = &talk{flags: &a.flags, console: a.console, screen: a.screen, in: a.in, inTerm: a.inTerm}
	a.data = &results{flags: &a.flags, w: a.out, screen: a.outScreen, seen: a.hooks.json}
	a.config = &config{env: a.env, dir: a.configDir}
	a.advise = &adviser{args: a.args, flags: &a.flags, config: a.config}
	a.talk.advise = a.advise
	a.usage = &mistakes{args: a.args}
	a.journals = &journals{flags: &a.flags, env: a.env, talk: a.talk, data: a.data, advise: a.advise}
	a.drives = &access{flags: &a.flags, hooks: &a.hooks, talk: a.talk, advise: a.advise, journals: a.journals}
	a.discs = &discs{flags: &a.flags, talk: a.talk, data: a.data, advise: a.advise}
	a.work = &work{flags: &a.flags, hooks: &a.hooks, talk: a.talk, data: a.data, advise: a.advise, stop: a.stop}
	return a
}

// globals are the flags that every command has.
type globals struct {
	device      string   // the last one that was named
	devices     []string // all that were named
	personality string
	trace       string
	json        bool
	realtime    bool
	yes         bool
	unmount     bool
	force       bool
	quiet       bool
	verbose     int
	bell        bool // of the commands that take minutes

	inputs []string    // files that the command reads, as they become known
	stdin  os.FileInfo // the file that --stdin reads; nil if none
}

// hooks let tests observe a run; all of them may be nil.
type hooks struct {
	// transport decorates the device that was opened.
	transport func(scsi.Transport) scsi.Transport
	// host replaces the operating system.
	host *hostSystem
	// haste is how many times faster than the computer's clock the clock of --realtime
	// runs; 0: once.
	haste float64
	// decoding receives each step of progress before the burn.
	decoding func(s *stopper, step string)
	// signals makes each signal count, however soon it follows another.
	signals bool
	// json receives each printed document and event, with its kind.
	json func(form, kind string, text []byte)
	// event receives each event of a burn, on the burn's goroutine, and a function that
	// acts like a signal.
	event func(s *stopper, e burn.Event)
}

// run carries out the command line and returns the exit code.
func (a *app) run(args []string) int {
	a.args = args
	a.console = &console{w: a.err, screen: a.screen}
	// From here on Ctrl-C ends every command in order: one that reads a disc removes its
	// partial files.
	gap := sameRequest
	if a.hooks.signals {
		gap = 0
	}
	a.stop = newStopper(power.Ending(), gap, func() {
		if a.console.asking() {
			return // Ctrl-C only ends the question
		}
		a.console.print("Stopping as soon as the disc is in a safe state. Press Ctrl-C again to stop waiting.")
	}, func() {
		a.console.print("No longer waiting. The drive will be unlocked when it responds.")
	})
	defer a.stop.stop()
	a.connect()
	root := newRoot(a)
	if len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd) {
		describeFlags(root)
	}
	args = commandFirst(root, args)
	a.prepare(root, args)
	root.SetArgs(args)
	root.SetOut(a.out)
	root.SetErr(a.err)
	return a.finish(errors.Join(root.ExecuteContext(a.stop.ctx), a.helpFailed))
}

// finish reports the error, if any, and returns the exit code.
func (a *app) finish(err error) int {
	a.console.clear()
	a.console.clearTitle()
	a.console.ring(a.flags.bell)
	if err == nil {
		return exitDone
	}
	if _, ok := errors.AsType[*failure](err); !ok && !a.ran {
		err = usage("%w", err) // cobra: unknown command, unknown flag
	}
	code, next := verdict(err)
	if a.data.events == nil && brokenPipe(err) && code == exitFailed {
		return exitPipe // as in "redbook toc | head -1": the reader has stopped reading
	}
	a.console.print("redbook: " + sentence(err, a.flags.verbose > 0))
	if next == "" && code == exitUsage {
		next = a.usage.next()
	}
	a.talk.advice(next, topicOf(err))
	a.data.error(code, err, next)
	return code
}

// bellFlag defines --bell, for commands that take minutes.
func (a *app) bellFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.flags.bell, "bell", false, "ring the bell of the terminal when done, and when another disc is needed")
}

// command creates a cobra command whose errors carry the exit code.
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
