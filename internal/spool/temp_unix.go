//go:build unix

package spool

import (
	"errors"
	"os"
	"syscall"
)

// createTemp makes a file and removes its name immediately: the system frees it when the
// last descriptor is closed, which happens even if the process is killed.
func createTemp(dir string) (file, error) {
	f, err := os.CreateTemp(dir, "redbook-*.spool")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// isFull reports whether err means a full disk, or a quota.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
