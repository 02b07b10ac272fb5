//go:build !windows

package sim

import (
	"errors"
	"io/fs"
	"os"
)

// publish gives a finished file its name, unless something has that name already: that
// is an error that matches fs.ErrExist. A second name that takes the place of the first
// is what a system without such a step has; file systems without second names (FAT) are
// looked at instead.
func publish(made, path string) error {
	err := os.Link(made, path)
	if err == nil {
		return os.Remove(made)
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	return os.Rename(made, path)
}
