package album

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/redbook-audio/redbook/cue"
)

// embedded makes tracks of the cue sheet in a file; nil if there is none.
func (o *opener) embedded(f *File) *Album {
	text := f.Tags().CueSheet
	if text == "" || o.opts.IgnoreCue {
		return nil
	}
	unused := func(format string, args ...any) *Album {
		whole := fromFile(f, "")
		whole.Notes = append(whole.Notes, Note{f.Name(), 0, "the cue sheet inside is not used: " + fmt.Sprintf(format, args...)})
		return whole
	}
	sheet, err := cue.ParseAlbum(f.Name(), []byte(text))
	switch {
	case err != nil: // a broken one must not stop the burn
		return unused("%s", shortError(err, f.Name()))
	case len(sheet.Files) != 1: // it is about others, of which this one may be a track
		return unused("it names %d files, such as %q", len(sheet.Files), sheet.Files[0].Name)
	case len(sheet.Tracks) < 2: // which needs none
		return nil
	}
	t := f.Tags()
	sheet.Title, sheet.Performer = or(sheet.Title, t.Album), or(or(sheet.Performer, t.AlbumPerformer), t.Performer)
	a, err := fromSheet(f.Name(), sheet, []*File{f}, o.opts.Gaps)
	if err != nil {
		return unused("%s", shortError(err, f.Name()))
	}
	a.fillMCN(t.MCN)
	a.Notes = append(a.Notes, fileNotes(f)...)
	a.Files = []*File{f}
	return a
}

// beside makes tracks of the cue sheet that lies beside a file with its name, such as
// Album.cue beside Album.flac; nil if there is none. One that doesn't fit becomes a
// note.
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
	note := func(format string, args ...any) []Note {
		return []Note{{path, 0, fmt.Sprintf(format, args...)}}
	}
	unused := func(why string) (*Album, []Note) {
		return nil, note("the cue sheet beside it, %q, is not used: %s", filepath.Base(name), why)
	}
	data, err := readText(name)
	if err != nil {
		return unused(shortError(err, name))
	}
	sheet, err := parseSheet(name, data)
	if err != nil {
		return unused(shortError(err, name))
	}
	paths, _, err := sheetFiles(name, sheet)
	switch {
	case err != nil || len(paths) != 1 || !sameFile(paths[0], path):
		return unused("it is about other files")
	case len(sheet.Tracks) < 2:
		return nil, nil
	case o.sheets[filepath.Clean(name)]: // "burn Album.*": once is enough
		return &Album{Notes: note("it is burned by the cue sheet %q, which is named too", filepath.Base(name))}, nil
	}
	a, err := o.fromSheet(ctx, name, sheet)
	if err != nil {
		return unused(shortError(err, name))
	}
	a.Notes = append(a.Notes, note("the cue sheet beside it, %q, cuts it into %d tracks", filepath.Base(name), len(a.Tracks))...)
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

// parseSheet reads a cue sheet. Where it doesn't say its encoding, the files beside it
// help to find out.
func parseSheet(path string, data []byte) (*cue.Album, error) {
	dir := filepath.Dir(path)
	return cue.ParseAlbumFitting(path, data, func(text string) int {
		n := 0
		for line := range strings.Lines(text) {
			if name := fileLine(line); name != "" && there(dir, name) {
				n++
			}
		}
		return n
	})
}

// fileLine is the name in a FILE line that has other letters than ASCII.
func fileLine(line string) string {
	word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	from, to := strings.IndexByte(rest, '"'), strings.LastIndexByte(rest, '"')
	if !strings.EqualFold(word, "FILE") || to <= from || isASCII(rest[from+1:to]) {
		return ""
	}
	return rest[from+1 : to]
}

// there reports whether a sheet or playlist in dir finds the file that it names.
func there(dir, name string) bool {
	_, _, err := find(dir, name)
	return err == nil
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}

// findEncoded is find; if the file isn't there, its name may lie in the folder in the
// bytes that the sheet has, as systems without Unicode left it.
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
