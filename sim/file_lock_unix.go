//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package sim

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes the file for this open file alone; free is false if another has
// it. flock belongs to the open file, not to the process, so it also keeps two
// discs of one program apart.
func lockFile(f *os.File, _ string) (unlock func() error, free bool, err error) {
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
