package album

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/internal/decode"
)

// folder makes tracks from the content of a folder: from the cue sheets that fit, else
// from the audio files. Subfolders are not entered: one disc is one folder.
func (o *opener) folder(ctx context.Context, path string) (*Album, error) {
	list, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var files, sheets, folders []string
	for _, e := range list {
		full := filepath.Join(path, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."): // such as ._01.mp3, written by macOS
		case isFolder(full):
			folders = append(folders, e.Name())
		case isSheet(full):
			sheets = append(sheets, full)
		case hasAudioExtension(full): // even a broken link: no track may be left out without an error
			files = append(files, full)
		case isFile(full) && decode.Known(full):
			files = append(files, full)
		}
	}
	slices.SortFunc(files, natural)
	slices.SortFunc(sheets, natural)
	if !o.opts.IgnoreCue && len(sheets) > 0 { // even without files: a sheet may name headerless ones (BIN)
		if a, err := o.bySheet(ctx, path, sheets, files); a != nil || err != nil {
			return a, err
		}
	}
	if len(files) == 0 {
		return nil, emptyFolder(path, folders)
	}
	if err := tooMany(o.before + len(files)); err != nil {
		return nil, err
	}
	return o.byFiles(ctx, path, files)
}

// emptyFolder returns the error for a folder without audio. It matches ErrNothing.
func emptyFolder(path string, folders []string) error {
	hint := ""
	if len(folders) > 0 {
		slices.SortFunc(folders, natural)
		hint = fmt.Sprintf(" (subfolders are not searched: name one, such as %q)", folders[0])
	}
	return fmt.Errorf("%s: %w: the folder has no audio files%s", path, ErrNothing, hint)
}

// noted makes tracks of the files and adds the notes about sheets that weren't used.
func (o *opener) noted(ctx context.Context, notes []Note, folder string, files []string) (*Album, error) {
	if len(notes) == 0 || len(files) == 0 {
		return nil, nil
	}
	a, err := o.byFiles(ctx, folder, files)
	if err != nil {
		return nil, err
	}
	a.Notes = append(notes, a.Notes...)
	return a, nil
}

// shortError drops the name from an error that begins with it.
func shortError(err error, name string) string {
	return strings.TrimPrefix(err.Error(), name+": ")
}

// distinct returns the sorted list without duplicates.
func distinct(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// byFiles makes tracks of audio files in the order of their tags or names.
func (o *opener) byFiles(ctx context.Context, folder string, paths []string) (*Album, error) {
	files, err := o.tracks(ctx, paths)
	if err != nil {
		return nil, err
	}
	var notes []Note
	if !o.opts.OrderByName && len(files) > 1 {
		switch byTags(files) {
		case nil:
			if !slices.IsSortedFunc(files, compareTags) {
				slices.SortStableFunc(files, compareTags)
				notes = append(notes, Note{Kind: noteOrderTags, File: folder})
			}
		case errSomeNumbers:
			notes = append(notes, Note{Kind: noteOrderNames, File: folder})
		}
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.Name()
	}
	a, err := o.list(ctx, make([]item, len(files)), names)
	if err != nil {
		return nil, err
	}
	a.Notes = append(notes, a.Notes...)
	return a, nil
}

var (
	errNoNumbers   = errors.New("no track numbers")
	errSomeNumbers = errors.New("some track numbers")
)

// byTags returns nil if every file has a track number and no two are the same. Files
// without a disc number belong to the only disc that the others name.
func byTags(files []*File) error {
	seen := map[[2]int]bool{}
	have, twice, discless := 0, false, false
	discs := map[int]bool{}
	for _, f := range files {
		t := f.tags()
		if t.Track == 0 {
			continue
		}
		have++
		discs[t.Disc] = true
		discless = discless || t.Disc == 0
	}
	one := oneDisc(discs)
	for _, f := range files {
		t := f.tags()
		key := [2]int{t.Disc, t.Track}
		if one {
			key[0] = 0
		}
		twice = twice || t.Track > 0 && seen[key]
		seen[key] = true
	}
	switch {
	case have == 0:
		return errNoNumbers
	case have < len(files) || twice || discless && !one:
		return errSomeNumbers
	}
	return nil
}

// oneDisc reports whether at most one disc is named; 0 stands for no disc number.
func oneDisc(discs map[int]bool) bool {
	n := len(discs)
	if discs[0] {
		n--
	}
	return n <= 1
}

// compareTags orders by disc number, if both files have one, and track number.
func compareTags(a, b *File) int {
	x, y := a.tags(), b.tags()
	if x.Disc != y.Disc && x.Disc > 0 && y.Disc > 0 {
		return x.Disc - y.Disc
	}
	return x.Track - y.Track
}
