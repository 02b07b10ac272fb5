package album

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/redbook-audio/redbook/internal/cue"
)

// embedded makes tracks from the cue sheet inside a file; nil if it has none.
func (o *opener) embedded(f *File) *Album {
	text := f.tags().CueSheet
	if text == "" || o.opts.IgnoreCue {
		return nil
	}
	unused := func(n Note) *Album {
		whole := fromFile(f, "")
		n.File = f.Name()
		whole.Notes = append(whole.Notes, n)
		return whole
	}
	sheet, err := cue.Parse(f.Name(), []byte(text))
	switch {
	case err != nil: // a broken sheet must not stop the burn
		return unused(Note{Kind: noteSheetUnused, Reason: shortError(err, f.Name())})
	case len(sheet.Files) != 1: // the sheet of a whole album, stored in each of its tracks
		return unused(Note{Kind: noteSheetMany, N: len(sheet.Files), Used: sheet.Files[0].Name})
	case len(sheet.Tracks) < 2: // nothing to cut
		return nil
	}
	t := f.tags()
	sheet.Title, sheet.Performer = or(sheet.Title, t.Album), or(or(sheet.Performer, t.AlbumPerformer), t.Performer)
	a, err := fromSheet(f.Name(), sheet, []*File{f}, o.opts.DropGaps)
	if err != nil {
		return unused(Note{Kind: noteSheetUnused, Reason: shortError(err, f.Name())})
	}
	a.fillMCN(t.MCN)
	a.Notes = append(a.Notes, encodingNotes(f.Name(), sheet.Encoding)...)
	a.Notes = append(a.Notes, fileNotes(f)...)
	a.Files = []*File{f}
	return a
}

// beside makes tracks from the cue sheet next to a file that has the same name, such as
// Album.cue next to Album.flac. It returns nil if it finds none, and a note about a sheet
// that it can't use.
func (o *opener) beside(ctx context.Context, path string) (*Album, []Note) {
	if o.opts.IgnoreCue {
		return nil, nil
	}
	name, ok := match(filepath.Dir(path), func(e fs.DirEntry) bool {
		full := filepath.Join(filepath.Dir(path), e.Name())
		return isSheet(full) && isFile(full) &&
			(fold(stem(e.Name())) == fold(stem(filepath.Base(path))) || fold(stem(e.Name())) == fold(filepath.Base(path)))
	})
	if !ok {
		return nil, nil
	}
	note := func(n Note) []Note {
		n.File, n.Name = path, filepath.Base(name)
		return []Note{n}
	}
	unused := func(err error) (*Album, []Note) {
		return nil, note(Note{Kind: noteSheetUnused, Reason: shortError(err, name)})
	}
	data, err := o.text(name)
	if err != nil {
		return unused(err)
	}
	sheet, err := parseSheet(name, data)
	if err != nil {
		return unused(err)
	}
	paths, _, err := sheetFiles(name, sheet)
	switch {
	case err != nil || len(distinct(paths)) != 1 || !sameFile(paths[0], path):
		return nil, note(Note{Kind: noteSheetForeign})
	case len(sheet.Tracks) < 2:
		return nil, nil
	case o.sheets[filepath.Clean(name)]: // "burn Album.*" burns the album once
		return &Album{Notes: note(Note{Kind: noteSheetNamed})}, nil
	}
	a, err := o.fromSheet(ctx, name, sheet)
	if err != nil {
		return unused(err)
	}
	a.Notes = append(a.Notes, note(Note{Kind: noteSheetCuts, N: len(a.Tracks)})...)
	return a, nil
}

// sameFile reports whether two paths lead to the same file.
func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// parseSheet reads a cue sheet. If its encoding is ambiguous, the one in which the most
// FILE lines name existing files is used.
func parseSheet(path string, data []byte) (*cue.Sheet, error) {
	dir := filepath.Dir(path)
	return cue.ParseFitting(path, data, func(text string) int {
		n, tried := 0, 0
		for line := range strings.Lines(text) {
			name := fileLine(line)
			if name == "" {
				continue
			}
			if tried++; tried > maxTried {
				break
			}
			if findable(dir, name) {
				n++
			}
		}
		return n
	})
}

// fileLine returns the file name from a FILE line; "" for any other line, and for a name
// in ASCII, which is the same in every encoding.
func fileLine(line string) string {
	word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	from, to := strings.IndexByte(rest, '"'), strings.LastIndexByte(rest, '"')
	if !strings.EqualFold(word, "FILE") || to <= from || isASCII(rest[from+1:to]) {
		return ""
	}
	return rest[from+1 : to]
}

// findable reports whether find finds the file that a sheet or playlist in dir names.
func findable(dir, name string) bool {
	_, _, err := find(dir, name)
	return err == nil
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}

// findEncoded is find with a second attempt: systems without Unicode store the name in the
// folder in the same bytes as in the sheet.
func findEncoded(dir, name, encoding string) (string, how, error) {
	found, how, err := find(dir, name)
	if err == nil || isASCII(name) {
		return found, how, err
	}
	if raw, ok := cue.Encode(name, encoding); ok {
		if found, how, rawErr := find(dir, string(raw)); rawErr == nil {
			return found, how, nil
		}
	}
	return found, how, err
}
