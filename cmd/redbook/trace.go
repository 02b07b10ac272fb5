package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
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
	if outputsOf(o.flags, nil).reads(path) {
		return nil, usage("--trace %s: that is one of the files that are read", path)
	}
	t, err := newTraceFile(path, o.flags.force)
	if err != nil {
		return nil, err
	}
	d.closers = append(d.closers, t.close)
	return slog.New(slog.NewJSONHandler(t, nil)), nil
}

// shareTrace makes one file of --trace for all drives that the command opens. Each of its
// lines names the drive.
func (ac *access) shareTrace() (closeFile func() error, err error) {
	if ac.flags.trace == "" {
		return func() error { return nil }, nil
	}
	t, err := newTraceFile(ac.flags.trace, ac.flags.force)
	if err != nil {
		return nil, err
	}
	ac.trace = slog.New(slog.NewJSONHandler(t, nil))
	return t.close, nil
}

// traceFile keeps the first write error: slog drops it, and an incomplete trace must not look
// complete.
type traceFile struct {
	f       *os.File
	old     bool // f still holds what the trace replaces
	written int64
	err     error
}

// newTraceFile creates the file of a trace. One that it may replace keeps its content until
// the first command: the choice of a drive or job may still fail.
func newTraceFile(path string, force bool) (*traceFile, error) {
	err := mayWrite(path, force)
	if err != nil {
		return nil, outputError("--trace", err)
	}
	t := &traceFile{}
	t.f, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if force && errors.Is(err, fs.ErrExist) {
		t.old = true
		t.f, err = os.OpenFile(path, os.O_WRONLY, 0)
	}
	if err != nil {
		return nil, outputError("--trace", err)
	}
	return t, nil
}

func (t *traceFile) Write(p []byte) (int, error) {
	if t.old && t.err == nil {
		t.old, t.err = false, t.f.Truncate(0)
	}
	if t.err != nil {
		return 0, t.err
	}
	n, err := t.f.Write(p)
	t.written += int64(n)
	t.err = err
	return n, err
}

// close ends the trace. Without any command, a new file is removed and an old one stays.
func (t *traceFile) close() error {
	err := errors.Join(t.err, t.f.Close())
	if t.written == 0 && !t.old {
		err = errors.Join(err, os.Remove(t.f.Name()))
	}
	if err != nil {
		return fmt.Errorf("--trace: the trace is incomplete: %w", err)
	}
	return nil
}
