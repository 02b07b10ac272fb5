package main

import (
	"os"

	"golang.org/x/term"
)

func main() { os.Exit(realMain(hooks{})) }

// realMain runs the program on the process's own arguments and streams. Tests
// enter here with hooks of theirs, in a process of its own.
func realMain(h hooks) int {
	a := &app{
		in:  os.Stdin,
		out: os.Stdout,
		err: os.Stderr,
		env: os.Getenv,

		configDir: os.UserConfigDir,
		inTerm:    term.IsTerminal(int(os.Stdin.Fd())),
		screen:    screenOf(os.Stderr, os.Getenv),
		outScreen: screenOf(os.Stdout, os.Getenv),
		hooks:     h,
	}
	defer a.screen.restore()
	defer a.outScreen.restore()
	return a.run(os.Args[1:])
}
