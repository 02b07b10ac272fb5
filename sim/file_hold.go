package sim

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/redbook-audio/redbook/internal/filelock"
)

// hold makes this process the only one that has the file. The system releases the hold
// when the process ends. The file names the holder for the error messages of other
// processes.
func hold(f *os.File, path string) (*discFile, error) {
	unlock, free, err := filelock.Take(f, path)
	if err != nil {
		return nil, fmt.Errorf("%s: locking it: %w", path, err)
	}
	if !free {
		return nil, fmt.Errorf("%s: %w by %s", path, ErrHeld, holder(f))
	}
	d := &discFile{blocks: f, path: path}
	d.release = func() error {
		_, err := f.WriteAt(make([]byte, holderLength), holderAt)
		if unlockErr := unlock(); unlockErr != nil {
			return unlockErr
		}
		return err
	}
	if _, err := f.WriteAt(self(), holderAt); err != nil {
		_ = unlock() // the error of the write is more useful
		return nil, err
	}
	return d, nil
}

// self is this process's entry.
func self() []byte {
	program := filepath.Base(os.Args[0])
	b := make([]byte, holderLength)
	copy(b, fmt.Sprintf("%.200s (process %d)", program, os.Getpid()))
	return b
}

// holder reads the holder from the file. The entry is missing for a moment between the
// lock and the write.
func holder(f io.ReaderAt) string {
	b := make([]byte, holderLength)
	if n, _ := f.ReadAt(b, holderAt); n == len(b) {
		if text, _, _ := bytes.Cut(b, []byte{0}); len(text) > 0 {
			return string(text)
		}
	}
	return "another process"
}
