package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// output is a file that a flag names. Journals and archives are never replaced, and a burn
// continues without a journal that can't be created.
type output struct {
	flag, path       string
	journal, archive bool
}

// outputs are the files that the flags of a command write. None of them may be another
// file of the same command, and none is overwritten without --force: a shell that expands
// *.wav must not cost the user a recording.
type outputs struct {
	list    []output
	inputs  []string    // files that are read, also those that --force must not replace
	stdin   os.FileInfo // the file that the standard input comes from; nil if none
	devices []string
	force   bool
}

// outputsOf collects the files of the flags that every command has.
func outputsOf(flags *globals, inputs []string) *outputs {
	o := &outputs{
		inputs: slices.Concat(inputs, flags.inputs), stdin: flags.stdin,
		devices: append([]string{flags.device}, flags.devices...), force: flags.force,
	}
	if isArchive(flags.personality) {
		o.inputs = append(o.inputs, flags.personality)
	}
	o.add("--trace", flags.trace)
	return o
}

// add adds the file of a flag; "" adds none.
func (o *outputs) add(flag, path string) {
	if path != "" {
		o.list = append(o.list, output{flag: flag, path: path})
	}
}

// reads reports whether the command reads a file.
func (o *outputs) reads(path string) bool {
	if o.stdin != nil {
		if info, err := os.Stat(path); err == nil && os.SameFile(info, o.stdin) {
			return true
		}
	}
	return slices.ContainsFunc(o.inputs, func(in string) bool { return sameName(in, path) })
}

// addJournal adds the file of --journal.
func (o *outputs) addJournal(path string) {
	o.list = append(o.list, output{flag: "--journal", path: path, journal: true})
}

// addArchive adds the file of --archive, if one is named.
func (o *outputs) addArchive(path string) {
	if path != "" {
		o.list = append(o.list, output{flag: "--archive", path: path, archive: true})
	}
}

// archiveExists is the error for an archive that would replace a file.
func archiveExists(path string) error {
	return fail(exitFailed, "Choose another name: an archive is never replaced.", "--archive: %s already exists", path)
}

// check rejects files that can't be written, before anything happens.
func (o *outputs) check() error {
	for i, out := range o.list {
		for _, device := range o.devices {
			if disc, ok := strings.CutPrefix(device, simPrefix); ok && sameName(disc, out.path) {
				return usage("%s %s: that is the simulated disc", out.flag, out.path)
			}
		}
		if o.reads(out.path) {
			return usage("%s %s: that is one of the files that are read", out.flag, out.path)
		}
		for _, other := range o.list[:i] {
			if sameName(other.path, out.path) {
				return usage("%s and %s name the same file, %s", out.flag, other.flag, out.path)
			}
		}
		if dir := filepath.Dir(out.path); !isFolder(dir) {
			return usage("%s %s: the folder %s does not exist", out.flag, out.path, dir)
		}
		if out.journal {
			if err := mayWrite(out.path, false); errors.Is(err, fs.ErrExist) {
				return journalExists(out.path)
			}
			continue
		}
		if info, err := os.Stat(out.path); err == nil && !info.Mode().IsRegular() { // --force doesn't help
			return outputError(out.flag, notPlain(out.path, info))
		}
		err := mayWrite(out.path, o.force && !out.archive)
		switch {
		case out.archive && errors.Is(err, fs.ErrExist):
			return archiveExists(out.path)
		case err != nil:
			return outputError(out.flag, err)
		}
		if err := tryWrite(out.path); err != nil {
			return outputError(out.flag, err)
		}
	}
	return nil
}

// tryWrite finds out whether a file can be made, or written if it is there, which it stays.
func tryWrite(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	switch {
	case errors.Is(err, fs.ErrExist):
		f, err = os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return f.Close()
	case err != nil:
		return err
	}
	return errors.Join(f.Close(), os.Remove(path))
}

func notPlain(path string, info fs.FileInfo) error {
	if info.IsDir() {
		return fmt.Errorf("%s is a folder", path)
	}
	return fmt.Errorf("%s is not a plain file", path)
}

// mayWrite rejects an existing name. With force it accepts a plain file, but never a
// device or a folder.
func mayWrite(path string, force bool) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case force && info.Mode().IsRegular():
		return nil
	case force:
		return notPlain(path, info)
	}
	return &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
}

// create creates a file that doesn't exist yet; with force it may replace a plain one. The
// error matches fs.ErrExist.
func create(path string, force bool) (*os.File, error) {
	if err := mayWrite(path, force); err != nil {
		return nil, err
	}
	if force {
		return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

// outputError explains why the file that a flag names can't be created.
func outputError(flag string, err error) error {
	var path *fs.PathError
	if errors.Is(err, fs.ErrExist) && errors.As(err, &path) {
		return fail(exitFailed, "Choose another name, or add --force to replace it.", "%s: %s already exists", flag, path.Path)
	}
	next := ""
	if errors.Is(err, fs.ErrPermission) {
		next = "Choose a folder that you can write to."
	}
	return fail(exitFailed, next, "%s: %w", flag, err)
}

// diskFull reports whether a file could not be written because its disk is full.
func diskFull(err error) bool {
	full := []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT}
	if runtime.GOOS == "windows" {
		full = []syscall.Errno{39, 112} // ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL
	}
	return slices.ContainsFunc(full, func(e syscall.Errno) bool { return errors.Is(err, e) })
}

// sameName reports whether two names are the same file, even if it doesn't exist.
func sameName(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	one, err := os.Stat(a)
	if other, otherErr := os.Stat(b); err == nil && otherErr == nil {
		return os.SameFile(one, other)
	}
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" { // their file systems ignore case
		return strings.EqualFold(absolute(a), absolute(b))
	}
	return absolute(a) == absolute(b)
}

// mostLinks is how many symbolic links a name may contain.
const mostLinks = 40

// absolute returns the absolute name of a file, with symbolic links followed. The file
// need not exist.
func absolute(path string) string {
	for range mostLinks {
		full, err := filepath.Abs(path)
		if err != nil {
			return path
		}
		dir, base := filepath.Split(full)
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			dir = real
		}
		path = filepath.Join(dir, base)
		target, err := os.Readlink(path)
		if err != nil {
			return path
		}
		if path = target; !filepath.IsAbs(target) {
			path = filepath.Join(dir, target)
		}
	}
	return path
}
