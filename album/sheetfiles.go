package album

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/internal/cue"
)

// sheetFiles finds the files of a sheet. The error covers all files that are missing.
func sheetFiles(path string, sheet *cue.Sheet) (paths []string, notes []Note, err error) {
	dir := filepath.Dir(path)
	var missing []error
	for _, f := range sheet.Files {
		found, how, err := findEncoded(dir, f.Name, sheet.Encoding)
		if name := strings.Trim(f.Name, "'‘’“”„"); err != nil && name != f.Name {
			found, how, err = findEncoded(dir, name, sheet.Encoding)
		}
		if plain, bad := url.PathUnescape(f.Name); err != nil && bad == nil && plain != f.Name {
			found, how, err = find(dir, plain)
		}
		if err != nil && len(sheet.Files) == 1 {
			// Converted and renamed together: Album.cue and Album.flac.
			if beside, ok := entry(dir, filepath.Base(path), sameStem); ok {
				found, how, err = beside, otherName, nil
			}
		}
		if err != nil {
			missing = append(missing, fmt.Errorf("%s: line %d: %q: %w", path, f.Line, f.Name, os.ErrNotExist))
			continue
		}
		if how == otherName {
			notes = append(notes, Note{Kind: noteOtherName, File: path, Line: f.Line, Name: f.Name, Used: filepath.Base(found)})
		}
		paths = append(paths, found)
	}
	return paths, notes, oneError(missing)
}

// identities returns a number for each path, the same for paths that lead to the same file.
func identities(paths []string) []int {
	ids := make([]int, len(paths))
	infos := make([]os.FileInfo, len(paths))
	for i, path := range paths {
		infos[i], _ = os.Stat(path)
		ids[i] = i
		for j := range i {
			if paths[j] == path || infos[i] != nil && infos[j] != nil && os.SameFile(infos[i], infos[j]) {
				ids[i] = ids[j]
				break
			}
		}
	}
	return ids
}

// joinRepeated merges consecutive FILE lines that name the same file, perhaps in another
// spelling. Package cue merges only identical names.
func joinRepeated(name string, sheet *cue.Sheet, paths []string) (*cue.Sheet, []string, error) {
	ids := identities(paths)
	out := *sheet
	out.Files = nil
	var used []string
	var kept []int                   // the identities of out.Files
	place := make([]int, len(paths)) // in out.Files
	for i, id := range ids {
		if i == 0 || id != ids[i-1] {
			out.Files, used, kept = append(out.Files, sheet.Files[i]), append(used, paths[i]), append(kept, id)
		}
		place[i] = len(used) - 1
	}
	out.Tracks = slices.Clone(sheet.Tracks)
	last := cue.Index{File: -1}
	for i := range out.Tracks {
		t := &out.Tracks[i]
		t.Indexes = slices.Clone(t.Indexes)
		for k := range t.Indexes {
			m := &t.Indexes[k]
			m.File = place[m.File]
			switch {
			case m.File == last.File && m.At < last.At:
				return nil, nil, fmt.Errorf("%s: line %d: track %d, index %02d is at %s of %q, before the previous index, at %s of the same file",
					name, t.Line, t.Number, m.Number, m.At.Position(), out.Files[m.File].Name, last.At.Position())
			case m.File != last.File && m.At > 0 && slices.Contains(kept[:m.File], kept[m.File]):
				return nil, nil, fmt.Errorf("%s: line %d: track %d begins at %s of %q, other tracks of which are before another file: "+
					"the sheet does not show where those tracks end", name, t.Line, t.Number, m.At.Position(), out.Files[m.File].Name)
			}
			last = *m
		}
	}
	return &out, used, nil
}
