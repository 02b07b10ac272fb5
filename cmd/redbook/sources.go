package main

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/wav"
)

// loadTracks opens every file and makes tracks of them. All files are looked at
// before anything is said, and everything is said before a drive is opened: each
// bad file is named, with what is wrong and at which byte.
func (a *app) loadTracks(args []string, flags *burnFlags) ([]tao.Track, error) {
	files, err := expandFiles(args)
	if err != nil {
		return nil, err
	}
	if warning := orderWarning(files); warning != "" {
		a.warn("%s", warning)
	}
	tracks := make([]tao.Track, len(files))
	var bad []error
	for i, file := range files {
		src, err := openSource(file, flags.raw)
		if err != nil {
			bad = append(bad, err)
			continue
		}
		tracks[i].Source = src
	}
	if len(bad) > 0 {
		return nil, badFiles(bad, len(files), flags.raw)
	}
	return tracks, flags.label(tracks)
}

// openSource opens one file and makes CD audio of it. Nothing is guessed from the
// name: a file without a header would be noise at best, and --raw is quickly typed.
func openSource(file string, raw bool) (pcm.Source, error) {
	open := wav.Open
	if raw {
		open = wav.OpenRaw
	}
	f, err := open(file)
	if err != nil {
		return nil, err
	}
	return pcm.ToCDDA(f)
}

// badFiles is the error about files that can't be burned, one line each.
func badFiles(bad []error, total int, raw bool) error {
	err := errors.Join(bad...)
	next := ""
	if !raw && errors.Is(err, wav.ErrNotWAV) {
		next = "Only WAV files can be burned so far; --raw takes headerless 44.1 kHz 16-bit stereo."
	}
	if len(bad) > 1 || total > 1 {
		return fail(exitBadInput, next, "%d of %d files can't be burned:\n%w", len(bad), total, err)
	}
	return fail(exitBadInput, next, "%w", err)
}

// baseName is what a plan or report calls a file.
func baseName(name string) string {
	return strings.TrimSpace(filepath.Base(name))
}
