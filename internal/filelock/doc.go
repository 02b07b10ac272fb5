// Package filelock locks a file against other processes. The system releases the lock when
// the process ends, even if it is killed.
package filelock

import "os"

// Take locks f for this open file alone, without waiting; free is false if it is locked
// elsewhere. path is the file's name, which some systems need.
func Take(f *os.File, path string) (unlock func() error, free bool, err error) {
	return take(f, path)
}
