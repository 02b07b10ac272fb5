package sim

import (
	"io/fs"

	"golang.org/x/sys/windows"
)

// publish gives a finished file its name unless the name exists: that is an error that
// matches fs.ErrExist.
func publish(made, path string) error {
	from, err := windows.UTF16PtrFromString(made)
	if err != nil {
		return err
	}
	to, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return err
	}
	if err := windows.MoveFileEx(from, to, 0); err != nil {
		return &fs.PathError{Op: "create", Path: path, Err: err}
	}
	return nil
}
