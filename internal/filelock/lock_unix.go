//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package filelock

import (
	"errors"
	"os"
	"syscall"
)

// take uses flock, which belongs to the open file and not to the process: it also excludes
// two parts of one program.
func take(f *os.File, _ string) (unlock func() error, free bool, err error) {
	flock := func(how int) error {
		for {
			if err := syscall.Flock(int(f.Fd()), how); !errors.Is(err, syscall.EINTR) {
				return err
			}
		}
	}
	switch err := flock(syscall.LOCK_EX | syscall.LOCK_NB); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	}
	return func() error { return flock(syscall.LOCK_UN) }, true, nil
}
