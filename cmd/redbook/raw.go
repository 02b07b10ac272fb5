package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"unicode"
	"unicode/utf8"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/internal/decode"
	"github.com/redbook-audio/redbook/toc"
)

// errNotRaw matches the error for files that --raw rejects: a header would be burned as
// noise.
var errNotRaw = errors.New("not raw CD audio")

// checkHeaderless rejects files for --raw that begin with a header or with text. Anything
// else may be samples.
func checkHeaderless(files []string) error {
	var bad album.Errors
	for i, path := range files {
		err := notHeaderless(path)
		if err != nil && len(files) > 1 {
			err = &album.TrackError{Track: i + 1, Err: err}
		}
		if err != nil {
			bad = append(bad, err)
		}
	}
	switch len(bad) {
	case 0:
		return nil
	case 1:
		return bad[0]
	}
	return bad
}

// notHeaderless explains why a file doesn't contain only samples; nil if it may. A file
// that can't be opened is reported when it is read.
func notHeaderless(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil, !info.Mode().IsRegular():
		return nil
	case decode.Headed(path):
		return fmt.Errorf("%s begins with the header of an audio file: %w", path, errNotRaw)
	case isText(path):
		return fmt.Errorf("%s is a text file: %w", path, errNotRaw)
	case info.Size()%bytesPerFrame != 0:
		return fmt.Errorf("%s has %d bytes, which is not a whole number of samples (%d bytes each): %w", path, info.Size(), bytesPerFrame, errNotRaw)
	}
	return nil
}

// bytesPerFrame is the size of one sample of both channels.
const bytesPerFrame = toc.SectorSize / toc.SamplesPerSector

// isText reports whether a file begins with more text than samples ever could.
func isText(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if n == 0 || err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	for rest := head[:n]; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 && len(rest) < utf8.UTFMax {
			break // a letter that is cut by the end of head
		}
		if r == utf8.RuneError || !unicode.IsGraphic(r) && r != '\n' && r != '\r' && r != '\t' && r != '\f' && r != '\ufeff' {
			return false
		}
		rest = rest[size:]
	}
	return true
}
