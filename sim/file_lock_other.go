//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package sim

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// lockFile takes the file for this process alone; free is false if another has
// it. Where the system has no locks that end with the process, a file beside the
// disc is the lock; one that a crash left over must be deleted by hand.
func lockFile(_ *os.File, path string) (unlock func() error, free bool, err error) {
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
