package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/audio"
)

// gather examines the named files and folders and makes an album of them. It decodes only
// files whose length can't be determined otherwise. It examines all files before a drive is
// opened, and then reports every bad one with track, place and reason. done is the word for
// what was not done, such as "burned".
func (f *sourceFlags) gather(ctx context.Context, t *talk, args []string, done string) (*material, error) {
	opts, err := f.options()
	if err != nil {
		return nil, err
	}
	if f.stdin {
		found, err := t.openStdin(ctx, opts)
		return f.material(found), inputError(ctx, err, done)
	}
	if slices.Contains(args, "") {
		return nil, usage("a file name is empty, as of a variable that is not set")
	}
	if slices.Contains(args, "-") && !exists("-") {
		return nil, usage("- is not a file; to read one track from the standard input (WAV, or headerless with --raw), use --stdin")
	}
	files, err := expandFiles(args)
	if f, ok := errors.AsType[*failure](err); ok {
		f.next = "Nothing was " + done + "."
	}
	if err != nil {
		return nil, err
	}
	if warning := orderWarning(files); warning != "" {
		t.warn("%s", warning)
	}
	if opts.Raw {
		if err := checkHeaderless(files); err != nil {
			return nil, inputError(ctx, err, done)
		}
	}
	opts.OnOpen = func(path string) {
		t.flags.inputs = append(t.flags.inputs, path)
		t.live("Looking at " + baseName(path))
	}
	found, err := album.Open(ctx, files, opts)
	t.console.clear()
	if found != nil && found.CDTextFile != "" {
		t.flags.inputs = append(t.flags.inputs, found.CDTextFile)
	}
	return f.material(found), inputError(ctx, err, done)
}

// material returns an album with the texts of these flags; nil without one.
func (f *sourceFlags) material(found *album.Album) *material {
	if found == nil {
		return nil
	}
	return &material{Album: found, levels: &f.levels}
}

// inputError gives an error about the sources its exit code. The advice begins with the
// statement that nothing was done.
func inputError(ctx context.Context, err error, done string) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*failure](err); ok {
		return err
	}
	if ctx.Err() != nil {
		return fail(exitCanceled, "", "canceled; nothing was %s", done)
	}
	code, next, more := exitBadInput, "Nothing was "+done+".", topic("bad-file")
	switch {
	case errors.Is(err, album.ErrTooMany):
		code, more = exitDoesntFit, "too-many-tracks"
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission), errors.Is(err, album.ErrNothing):
		more = ""
	}
	if rawRefused(err) {
		next += " Leave out --raw for files that are not headerless samples."
	}
	if headerless(err) {
		next += " If it is 44.1 kHz, 16 bit, stereo without a header, add --raw."
	}
	if pipe := pipeIn(err); pipe != "" {
		more = ""
		next += " redbook reads a pipe, as one track, from the standard input (WAV, or headerless with --raw): --stdin"
		if done == "burned" {
			next += " --yes"
		}
		if !strings.HasPrefix(pipe, "/dev/fd/") { // which means another pipe in another command
			next += " < " + quote(pipe)
		}
	}
	if sheet := tocSheetIn(err); sheet != "" && done == "burned" {
		next += fmt.Sprintf("\nTo burn a TOC file of cdrdao: redbook sim import --exact %s toc.disc\nand then: redbook copy --from sim:toc.disc", quote(sheet))
	}
	if list, ok := errors.AsType[album.Errors](err); ok && len(list) > 1 {
		return explain(more, fail(code, next, "%s can't be %s:\n%w", count(len(list), "file"), done, err))
	}
	return explain(more, fail(code, next, "%w", err))
}

// tocSheetIn returns the first rejected file that is a TOC file by its name, "" without one.
func tocSheetIn(err error) string {
	if list, ok := errors.AsType[album.Errors](err); ok {
		for _, err := range list {
			if name := tocSheetIn(err); name != "" {
				return name
			}
		}
		return ""
	}
	e, ok := errors.AsType[*audio.Error](err)
	if !ok || !errors.Is(err, audio.ErrNotAudio) || !strings.EqualFold(filepath.Ext(e.Name), ".toc") {
		return ""
	}
	return e.Name
}

// rawRefused reports whether a file with a header was rejected because of --raw.
func rawRefused(err error) bool {
	if list, ok := errors.AsType[album.Errors](err); ok {
		return slices.ContainsFunc(list, rawRefused)
	}
	return errors.Is(err, errNotRaw)
}

// headerless reports whether a rejected file could be raw samples: nothing in it is
// recognized, and its name doesn't contradict that.
func headerless(err error) bool {
	if list, ok := errors.AsType[album.Errors](err); ok {
		return slices.ContainsFunc(list, headerless)
	}
	e, ok := errors.AsType[*audio.Error](err)
	if !ok || !errors.Is(err, audio.ErrNotAudio) {
		return false
	}
	if info, err := os.Stat(e.Name); err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return false
	}
	switch strings.ToLower(filepath.Ext(e.Name)) {
	case "", ".raw", ".pcm", ".bin", ".cdda", ".cdr", ".img":
		return true
	}
	return false
}

// pipeIn returns the first source that was rejected because it is a named pipe, "" if none was.
func pipeIn(err error) string {
	if list, ok := errors.AsType[album.Errors](err); ok {
		for _, err := range list {
			if name := pipeIn(err); name != "" {
				return name
			}
		}
		return ""
	}
	e, ok := errors.AsType[*audio.Error](err)
	if !ok {
		return ""
	}
	if info, err := os.Stat(e.Name); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return ""
	}
	return e.Name
}

// baseName names a file in a plan or report.
func baseName(name string) string {
	return oneLine(strings.TrimSpace(filepath.Base(name)))
}

// duration formats a number of frames as a time.
func lengthText(frames int64, rate int) string {
	seconds := frames / int64(max(rate, 1))
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}
