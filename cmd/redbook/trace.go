package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// openTrace makes the file of --trace; nil without the flag. It comes before the
// drive is opened, so that a name that is taken stops the command before anything
// has happened.
func (g *globals) openTrace(d *device) (*slog.Logger, error) {
	if g.trace == "" {
		return nil, nil
	}
	_, err := os.Lstat(g.trace)
	if disc, ok := strings.CutPrefix(d.name, simPrefix); ok && err != nil && sameName(disc, g.trace) {
		return nil, usage("--trace %s: that is the simulated disc", g.trace)
	}
	f, err := createNew(g.trace)
	if err != nil {
		return nil, outputError("--trace", err)
	}
	t := &traceFile{f: f}
	d.closers = append(d.closers, t.close)
	return slog.New(slog.NewJSONHandler(t, nil)), nil
}

// traceFile keeps the first error of a write: slog drops it, and a trace that ends
// early must not pass for a whole one.
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

// close ends the trace. A file that no command reached is removed again.
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

// createNew makes a file that does not exist yet. The error matches fs.ErrExist.
// Every file that a flag names is made by it or in the same way: a shell that
// expands *.wav must not cost anyone a recording.
func createNew(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

// sameName reports whether two names would be the same file, whether it is there or not.
func sameName(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	one, err := os.Stat(a)
	if other, otherErr := os.Stat(b); err == nil && otherErr == nil {
		return os.SameFile(one, other)
	}
	return absolute(a) == absolute(b)
}

// absolute is a name from the root of the file system, with the symbolic links of its
// folder followed.
func absolute(path string) string {
	path, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	dir, base := filepath.Split(path)
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return filepath.Join(dir, base)
}

// outputError says why the file that a flag names can't be made.
func outputError(flag string, err error) error {
	var path *fs.PathError
	if errors.Is(err, fs.ErrExist) && errors.As(err, &path) {
		return fail(exitFailed, "Choose another name, or remove the file first.", "%s: %s already exists", flag, path.Path)
	}
	return fail(exitFailed, "", "%s: %w", flag, err)
}
