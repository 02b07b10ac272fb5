package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
)

// openTrace creates the file of --trace; it returns nil without the flag. It is called
// before the drive is opened, so that an existing name stops the command before anything
// happens.
func (o opening) openTrace(d *device) (*slog.Logger, error) {
	switch {
	case o.flags.trace == "":
		return nil, nil
	case o.trace != nil:
		return o.trace.With("drive", d.name), nil
	}
	if disc, ok := strings.CutPrefix(d.name, simPrefix); ok && sameName(disc, o.flags.trace) {
		return nil, usage("--trace %s: that is the simulated disc", o.flags.trace)
	}
	path := numberedFor(o.flags.trace, o.nth)
	if slices.ContainsFunc(outputsOf(o.flags, nil).inputs, func(in string) bool { return sameName(in, path) }) {
		return nil, usage("--trace %s: that is one of the files that are read", path)
	}
	f, err := create(path, o.flags.force)
	if err != nil {
		return nil, outputError("--trace", err)
	}
	t := &traceFile{f: f}
	d.closers = append(d.closers, t.close)
	return slog.New(slog.NewJSONHandler(t, nil)), nil
}

// shareTrace makes one file of --trace for all drives that the command opens. Each of its
// lines names the drive.
func (ac *access) shareTrace() (closeFile func() error, err error) {
	if ac.flags.trace == "" {
		return func() error { return nil }, nil
	}
	f, err := create(ac.flags.trace, ac.flags.force)
	if err != nil {
		return nil, outputError("--trace", err)
	}
	t := &traceFile{f: f}
	ac.trace = slog.New(slog.NewJSONHandler(t, nil))
	return t.close, nil
}

// traceFile keeps the first write error: slog drops it, and a trace that ends early must
// not pass for a complete one.
type traceFile struct {
	f       *os.File
	written int64
	err     error
}

func (t *traceFile) Write(p []byte) (int, error) {
	if t.err != nil {
		return 0, t.err
	}
	n, err := t.f.Write(p)
	t.written += int64(n)
	t.err = err
	return n, err
}

// close ends the trace. A file without any command is removed.
func (t *traceFile) close() error {
	err := errors.Join(t.err, t.f.Close())
	if t.written == 0 {
		err = errors.Join(err, os.Remove(t.f.Name()))
	}
	if err != nil {
		return fmt.Errorf("--trace: the trace is incomplete: %w", err)
	}
	return nil
}
