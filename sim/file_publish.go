//go:build !windows

package sim

import (
	"errors"
	"io/fs"
	"os"
)

// publish gives a finished file its name unless the name exists: that is an error that
// matches fs.ErrExist. It links the name and removes the first one, for systems without a
// single step for this; on file systems without hard links (FAT) it checks first.
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
