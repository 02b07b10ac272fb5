package main

import (
	"os"

	"golang.org/x/term"
)

func main() { os.Exit(realMain(hooks{})) }

// realMain runs the program with the process's arguments and streams. Tests call it with
// hooks, in a process of its own.
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
