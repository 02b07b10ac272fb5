//go:build unix

package spool

import (
	"errors"
	"os"
	"syscall"
)

// createTemp makes a file and takes its name away at once: the system frees it when
// the last descriptor is closed, and a process that is killed closes them all.
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

// isFull reports whether err is about a full disk, or a quota.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
