package jobdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/redbook-audio/redbook/internal/filelock"
	"github.com/redbook-audio/redbook/journal"
)

// suffix ends the name of a journal in a Folder.
const suffix = ".journal"

// Folder holds a user's journals.
type Folder struct{ dir string }

// Default returns redbook's folder for state: $XDG_STATE_HOME/redbook or
// ~/.local/state/redbook, %LOCALAPPDATA%\redbook on Windows, and ~/Library/Application
// Support/redbook on macOS. It need not exist.
func Default(env func(string) string) (Folder, error) {
	base, err := stateHome(env)
	if err != nil {
		return Folder{}, err
	}
	return Folder{filepath.Join(base, "redbook")}, nil
}

// At returns the Folder at a path.
func At(dir string) Folder { return Folder{dir} }

// Dir returns the folder's path.
func (f Folder) Dir() string { return f.dir }

// home returns a folder below the user's home.
func home(env func(string) string, variable string, below ...string) (string, error) {
	dir := env(variable)
	if !filepath.IsAbs(dir) {
		return "", fmt.Errorf("%s names no folder", variable)
	}
	return filepath.Join(append([]string{dir}, below...)...), nil
}

// Create makes a journal named after the next free number.
func (f Folder) Create(b *journal.Begin) (*journal.Keeper, error) {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return nil, err
	}
	for n := f.last() + 1; ; n++ {
		k, err := journal.Create(f.path(strconv.Itoa(n)), b)
		if !errors.Is(err, fs.ErrExist) {
			return k, err
		}
	}
}

func (f Folder) path(name string) string { return filepath.Join(f.dir, name+suffix) }

// names returns the names of the journals, in order.
func (f Folder) names() []int {
	list, err := os.ReadDir(f.dir)
	if err != nil {
		return nil // it doesn't exist yet
	}
	var names []int
	for _, e := range list {
		if text, ok := strings.CutSuffix(e.Name(), suffix); ok {
			if n, err := strconv.Atoi(text); err == nil && n > 0 {
				names = append(names, n)
			}
		}
	}
	slices.Sort(names)
	return names
}

func (f Folder) last() int {
	if names := f.names(); len(names) > 0 {
		return names[len(names)-1]
	}
	return 0
}

// Job is a job of the folder.
type Job struct {
	*journal.Job
	Name string // its number
	Busy bool   // a process is working on it
}

// Jobs returns all jobs of the folder that have touched a disc, oldest first. It first
// removes the journals of programs that were killed before they touched a disc. broken
// lists the files that aren't journals, with the reason.
func (f Folder) Jobs() (jobs []*Job, broken []error) {
	for _, n := range f.names() {
		j, err := f.Job(strconv.Itoa(n))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err == nil && j.Plan == nil:
			if !j.Busy {
				_ = remove(j.Path) // otherwise removed the next time
			}
		case err != nil:
			broken = append(broken, err)
		default:
			jobs = append(jobs, j)
		}
	}
	return jobs, broken
}

// Job returns the job with that name. The error matches fs.ErrNotExist if it does not
// exist.
func (f Folder) Job(name string) (*Job, error) {
	if _, err := strconv.Atoi(name); err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	path := f.path(name)
	j, err := journal.Read(path)
	if err != nil {
		return nil, err
	}
	return &Job{Job: j, Name: name, Busy: busy(path)}, nil
}

// Forget removes the journal of that name, even an unreadable one. The error matches
// fs.ErrNotExist if it does not exist, and journal.ErrBusy while a process works on it.
func (f Folder) Forget(name string) error {
	if _, err := strconv.Atoi(name); err != nil {
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	}
	return remove(f.path(name))
}

// busy reports whether a process has a journal open.
func busy(path string) bool {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }() // nothing was written
	unlock, free, err := filelock.Take(file, path)
	if err == nil && free {
		err = unlock()
	}
	return err == nil && !free
}

// remove removes a journal. The error matches journal.ErrBusy while a process works on it.
func remove(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	unlock, free, err := filelock.Take(f, path)
	switch {
	case err != nil:
		err = fmt.Errorf("%s: locking it: %w", path, err)
	case !free:
		err = fmt.Errorf("%s: %w", path, journal.ErrBusy)
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(unlock(), f.Close(), os.Remove(path))
}

// LockDrive locks a drive for this process, by a name that all processes use. The error
// matches journal.ErrBusy while another process has it. The lock is a file in the folder; if the
// folder isn't writable, the error is another one, and the caller continues without a
// lock.
func (f Folder) LockDrive(drive string) (release func() error, err error) {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(f.dir, "drive-"+plain(drive)+".lock")
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	unlock, free, err := filelock.Take(file, path)
	if err == nil && !free {
		err = journal.ErrBusy
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	// The file stays: removing it while another process opens it would break the lock.
	return func() error { return errors.Join(unlock(), file.Close()) }, nil
}

// plain converts a drive's name to a file name.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' {
			return r
		}
		return '_'
	}, name)
}
