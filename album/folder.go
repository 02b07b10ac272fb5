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
		case strings.HasPrefix(e.Name(), "."): // such as ._01.mp3 of macOS
		case isFolder(full):
			folders = append(folders, e.Name())
		case isSheet(full):
			sheets = append(sheets, full)
		case hasAudioExtension(full): // even a broken link: a track must not be missing without an error
			files = append(files, full)
		case isFile(full) && decode.Known(full):
			files = append(files, full)
		}
	}
	slices.SortFunc(files, natural)
	slices.SortFunc(sheets, natural)
	if !o.opts.IgnoreCue && len(sheets) > 0 { // which may be for files without header (BIN)
		if a, err := o.bySheet(ctx, path, sheets, files); a != nil || err != nil {
			return a, err
		}
	}
	if len(files) == 0 {
		return nil, emptyFolder(path, folders)
	}
	return o.byFiles(ctx, path, files)
}

// emptyFolder returns the advice for a folder without audio.
func emptyFolder(path string, folders []string) error {
	hint := ""
	if len(folders) > 0 {
		slices.SortFunc(folders, natural)
		hint = fmt.Sprintf(" (subfolders are not searched: name one, such as %q)", folders[0])
	}
	return fmt.Errorf("%s: %w: the folder has no audio files%s", path, ErrNothing, hint)
}

// noted uses the files as they are and adds notes about sheets.
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

// distinct removes duplicates.
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
				notes = append(notes, Note{Kind: NoteOrderTags, File: folder})
			}
		case errSomeNumbers:
			notes = append(notes, Note{Kind: NoteOrderNames, File: folder})
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

// byTags returns nil if every file has a track number and all differ. If all files with a
// disc number have the same one, the others belong to that disc, too.
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

// oneDisc reports whether disc numbers, of which 0 is none, name one disc.
func oneDisc(discs map[int]bool) bool {
	n := len(discs)
	if discs[0] {
		n--
	}
	return n <= 1
}

// compareTags orders by disc, if each file has one, and track.
func compareTags(a, b *File) int {
	x, y := a.tags(), b.tags()
	if x.Disc != y.Disc && x.Disc > 0 && y.Disc > 0 {
		return x.Disc - y.Disc
	}
	return x.Track - y.Track
}
