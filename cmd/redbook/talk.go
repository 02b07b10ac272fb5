package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/cmd/redbook/internal/line"
)

// talk prints notes, warnings and questions for the user. All of it goes to stderr.
type talk struct {
	flags   *globals
	console *console
	screen  screen
	in      io.Reader // the answers
	inTerm  bool      // in is a terminal: questions can be asked
	advise  *adviser
	// Of one drive among several: its name, and its line on the screen, from 1 on.
	name string
	row  int
}

// note prints a note; -q suppresses it, and so does --json, whose reader is a program.
func (t *talk) note(format string, args ...any) {
	if !t.flags.quiet && !t.flags.json {
		t.console.print(t.prefix() + fmt.Sprintf(format, args...))
	}
}

// prefix names the drive of a line if there are several.
func (t *talk) prefix() string {
	if t.name == "" {
		return ""
	}
	return t.name + ": "
}

// warn prints a warning, which -q doesn't suppress.
func (t *talk) warn(format string, args ...any) {
	t.console.print(t.prefix() + "Warning: " + fmt.Sprintf(format, args...))
}

// advice prints what to do about an error, and where to read more.
func (t *talk) advice(next string, more topic) {
	if text := withMore(next, more); text != "" {
		t.console.print("  " + strings.ReplaceAll(text, "\n", "\n  "))
	}
}

// warnNote prints a note of the engine as a warning.
func (t *talk) warnNote(n burn.Note) { t.warn("%s", noteAbout(n, t.advise.deviceFlag())) }

// live shows text in the rewritten line of a terminal.
func (t *talk) live(text string) {
	if !t.flags.quiet && !t.flags.json {
		t.console.live(text)
	}
}

// fit shows parts in the rewritten line: one for all drives, or that of this drive.
func (t *talk) fit(parts ...line.Part) {
	switch {
	case t.flags.quiet:
	case t.row > 0:
		t.console.fitRow(t.row, append([]line.Part{line.Text(rankLeft+1, t.name, baseName(t.name))}, parts...)...)
	default:
		t.console.fit(parts...)
	}
}

// warnOfReaders names the programs that have the drive open besides redbook, before
// something is written. They matter only for writing.
func (t *talk) warnOfReaders(d *device) {
	if readers := d.opened.Readers(); len(readers) > 0 {
		t.warn("%s is also open in %s: a program that reads from the drive meanwhile can ruin the disc. Close it first.",
			d.name, holderNames(readers))
	}
}

// warnOfStandby warns before a burn on a real drive that the computer may go to sleep.
func (t *talk) warnOfStandby() {
	t.warn("this computer runs on battery, and Windows then ends every program's request to stay awake " +
		"five minutes after the sleep timeout. Plug it in, or set the timeout to never until the burn is done.")
}

// warnRemarks prints, with --verbose, what a drive did not report.
func (t *talk) warnRemarks(errs []error) {
	if t.flags.verbose == 0 {
		return
	}
	for _, err := range errs {
		t.warn("the drive does not report everything: %v", err)
	}
}
