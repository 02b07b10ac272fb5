//go:build !unix && !windows

package spool

import (
	"errors"
	"os"
)

// named is a file that is removed when it is closed.
type named struct{ *os.File }

// Close implements io.Closer.
func (n named) Close() error { return errors.Join(n.File.Close(), os.Remove(n.Name())) }

func createTemp(dir string) (file, error) {
	f, err := os.CreateTemp(dir, "redbook-*.spool")
	if err != nil {
		return nil, err
	}
	return named{f}, nil
}

// isFull can't be determined here.
func isFull(error) bool { return false }
