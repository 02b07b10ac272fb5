package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"unicode"
	"unicode/utf8"

	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/toc"
	"github.com/redbook-audio/redbook/wav"
)

// errNotRaw matches what --raw is refused for: a header would be burned as noise.
var errNotRaw = errors.New("not raw CD audio")

// openHeaderless opens a file of samples for --raw. Samples can look like anything but a
// file that begins with a header, or a text.
func openHeaderless(path string) (*wav.File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil, !info.Mode().IsRegular():
	case audio.Headed(path):
		return nil, fmt.Errorf("%s begins with the header of an audio file: %w", path, errNotRaw)
	case isText(path):
		return nil, fmt.Errorf("%s is a text file: %w", path, errNotRaw)
	case info.Size()%bytesPerFrame != 0:
		return nil, fmt.Errorf("%s has %d bytes, which is no whole number of samples (%d bytes each): %w", path, info.Size(), bytesPerFrame, errNotRaw)
	}
	return wav.OpenRaw(path)
}

// bytesPerFrame is a sample of both channels.
const bytesPerFrame = toc.SectorSize / toc.SamplesPerSector

// isText reports whether a file begins with nothing but letters, for longer than samples
// ever could.
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
			break // a letter that the end of head has cut
		}
		if r == utf8.RuneError || !unicode.IsGraphic(r) && r != '\n' && r != '\r' && r != '\t' && r != '\f' && r != '\ufeff' {
			return false
		}
		rest = rest[size:]
	}
	return true
}
