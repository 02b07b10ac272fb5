// Package regular opens regular files, and detects whether they have changed since.
package regular

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Errors of Open for paths other than regular files.
var (
	ErrFolder  = errors.New("a folder, not a file")
	ErrSpecial = errors.New("not a regular file")
)

// Open opens path if it is a regular file. A named pipe must not be opened to find out:
// that would wait for another program to write to it. The error is ErrFolder, ErrSpecial or
// the system's. The information is that of the opened file.
func Open(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, nil, err
	case info.IsDir():
		return nil, nil, ErrFolder
	case !info.Mode().IsRegular():
		return nil, nil, ErrSpecial
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	if info, err = f.Stat(); err != nil { // of the opened file, which may not be the one that Stat saw
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, info, nil
}

// ErrLong is the error of Read for a file that is longer than allowed.
var ErrLong = errors.New("too long")

// Read returns the content of a regular file of at most limit bytes. Errors begin with the
// path; they match those of Open, and ErrLong.
func Read(path string, limit int64) ([]byte, error) {
	f, _, err := Open(path)
	if err != nil {
		if e, ok := errors.AsType[*fs.PathError](err); ok {
			err = e.Err
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("%s: %w", path, ErrLong)
	}
	return text, errors.Join(err, f.Close())
}

// Difference describes how a file has changed, in identity, size or time; "" if it hasn't.
// A program that writes a new file and renames it keeps the size and sometimes the time.
func Difference(was, now fs.FileInfo) string {
	switch {
	case !os.SameFile(was, now):
		return "another file is there now"
	case was.Size() != now.Size():
		return fmt.Sprintf("it had %d bytes and has %d now", was.Size(), now.Size())
	case !was.ModTime().Equal(now.ModTime()):
		return "it was written to at " + now.ModTime().Format("2006-01-02 15:04:05.000")
	}
	return ""
}
