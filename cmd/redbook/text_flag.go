package main

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/audio"
)

// textHint adds a hint to an error about the files: with "--cd-text FILE" the file counts
// as one to burn, since the value of the flag is optional.
func (a *app) textHint(err error, text string, files []string) error {
	f, ok := errors.AsType[*failure](err)
	if !ok || text != textFromTags {
		return err
	}
	for _, name := range files {
		if isTextFile(name) || a.follows("--cd-text", name) && notAudio(err, name) {
			f.next = strings.TrimSpace("If " + quote(name) + " has the CD-TEXT: --cd-text=" + quote(name) + ", with an equals sign.\n" + f.next)
			break
		}
	}
	return err
}

// isTextFile reports whether a name is that of a file with CD-TEXT.
func isTextFile(name string) bool {
	return slices.Contains([]string{".cdt", ".txt"}, strings.ToLower(filepath.Ext(name)))
}

// follows reports whether a word follows a flag on the command line.
func (a *app) follows(flag, word string) bool {
	i := slices.Index(a.args, flag)
	return i >= 0 && i+1 < len(a.args) && a.args[i+1] == word
}

// notAudio reports whether an error means that a file isn't audio.
func notAudio(err error, name string) bool {
	if list, ok := errors.AsType[album.Errors](err); ok {
		return slices.ContainsFunc(list, func(err error) bool { return notAudio(err, name) })
	}
	e, ok := errors.AsType[*audio.Error](err)
	return ok && e.Name == name && errors.Is(err, audio.ErrNotAudio)
}
