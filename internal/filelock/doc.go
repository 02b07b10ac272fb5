// Package filelock locks a file against other processes. The lock ends with the process,
// however that ends.
package filelock

import "os"

// Take locks an open file for this open file alone, without waiting; free is false if
// someone else has it. path is the file's name, which some systems need.
func Take(f *os.File, path string) (unlock func() error, free bool, err error) {
	return take(f, path)
}
