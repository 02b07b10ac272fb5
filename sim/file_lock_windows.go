package sim

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockFile takes the file for this open file alone; free is false if another has
// it. Windows locks ranges, and nobody else can read what is locked: so the range
// lies far behind the end of any disc, and the others can read who it is.
func lockFile(f *os.File, _ string) (unlock func() error, free bool, err error) {
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
