package filelock

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// take locks a range. Locked bytes can't be read by others, so the range lies far past the
// end of any file: others can still read the owner's name.
func take(f *os.File, _ string) (unlock func() error, free bool, err error) {
	handle := windows.Handle(f.Fd())
	beyond := &windows.Overlapped{OffsetHigh: 1 << 30}
	err = windows.LockFileEx(handle, windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, beyond)
	switch {
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION), errors.Is(err, windows.ERROR_IO_PENDING):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	}
	return func() error { return windows.UnlockFileEx(handle, 0, 1, 0, beyond) }, true, nil
}
