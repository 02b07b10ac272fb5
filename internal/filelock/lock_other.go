//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package filelock

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// take makes a second file, because the system has no locks that end with the process. The
// file must be deleted by hand after a crash.
func take(_ *os.File, path string) (unlock func() error, free bool, err error) {
	name := path + ".lock"
	lock, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("%s: %w", name, err)
	}
	if err := lock.Close(); err != nil {
		return nil, false, err
	}
	return func() error { return os.Remove(name) }, true, nil
}
