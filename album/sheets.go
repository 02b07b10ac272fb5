package album

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/internal/cue"
	"github.com/redbook-audio/redbook/toc"
)

// candidate is a cue sheet of a folder.
type candidate struct {
	path  string
	sheet *cue.Sheet
	files []string // those that exist, without duplicates
	ids   []int    // identities of the files
	album *Album

	missing error // reports the files that don't exist
}

// bySheet makes an album from those cue sheets of a folder whose files all exist. Sheets
// for different files, such as the sides of a tape, are concatenated. Of several sheets for
// the same album it uses the one with the most files. It returns nil if no sheet can be
// used and the folder has nothing to note.
func (o *opener) bySheet(ctx context.Context, folder string, sheets, files []string) (*Album, error) {
	all, notes, bad, err := o.candidates(sheets)
	if err != nil {
		return nil, err
	}
	if len(bad) == len(sheets) && len(files) == 0 {
		return nil, oneError(bad) // what is wrong with them is why nothing can be burned
	}
	ids := identify(all, files)
	list := slices.DeleteFunc(slices.Clone(all), func(c *candidate) bool { return c.missing != nil })
	if len(list) == 0 {
		return o.noted(ctx, notes, folder, files)
	}
	unused := func(c, chosen *candidate) {
		notes = append(notes, Note{Kind: noteSheetVariant, File: filepath.Dir(c.path), Name: filepath.Base(c.path), Used: filepath.Base(chosen.path)})
	}
	list = choose(list, (*candidate).covers, unused)
	if err := checkShared(list); err != nil {
		return nil, err
	}
	if err := checkMissing(all, list); err != nil {
		return nil, err
	}
	if err := o.openSheets(ctx, list); err != nil {
		return nil, err
	}
	list = choose(list, (*candidate).sameAlbum, unused)
	return concatenate(list, folder, files, ids, notes), nil
}

// concatenate makes one album of the sheets and adds notes. ids are the identities of the
// folder's files.
func concatenate(list []*candidate, folder string, files []string, ids []int, notes []Note) *Album {
	var albums []*Album
	var used []int
	for _, c := range list {
		albums = append(albums, c.album)
		used = append(used, c.ids...)
	}
	a := merge(albums)
	left := Note{Kind: noteSheetLeaves, File: list[0].path}
	if len(list) > 1 {
		left.File, left.N = folder, len(list)
		a.Notes = append([]Note{{Kind: noteSheets, File: folder, N: len(list)}}, a.Notes...)
	}
	a.Notes = append(a.Notes, notes...)
	for i, f := range files {
		if !slices.Contains(used, ids[i]) {
			left.Name = filepath.Base(f)
			a.Notes = append(a.Notes, left)
		}
	}
	return a
}

// candidates parses the sheets of a folder. Those that can't be used become notes, and bad
// has the reason for each.
func (o *opener) candidates(sheets []string) (list []*candidate, notes []Note, bad []error, err error) {
	for _, path := range sheets {
		data, err := o.text(path)
		if err != nil {
			return nil, nil, nil, err
		}
		note := Note{File: filepath.Dir(path), Name: filepath.Base(path)}
		sheet, err := parseSheet(path, data)
		if err != nil {
			note.Kind, note.Reason = noteSheetUnused, shortError(err, path)
			notes, bad = append(notes, note), append(bad, err)
			continue
		}
		files, _, err := sheetFiles(path, sheet)
		if err != nil {
			note.Kind = noteSheetMissing
			notes, bad = append(notes, note), append(bad, err)
		}
		list = append(list, &candidate{path: path, sheet: sheet, files: files, missing: err})
	}
	return list, notes, bad, nil
}

// identify sets the ids of all sheets and returns those of the files.
func identify(list []*candidate, files []string) []int {
	all := slices.Clone(files)
	for _, c := range list {
		all = append(all, c.files...)
	}
	ids := identities(all)
	rest := ids[len(files):]
	for _, c := range list {
		var once []string
		for i, f := range c.files {
			if !slices.Contains(c.ids, rest[i]) {
				once, c.ids = append(once, f), append(c.ids, rest[i])
			}
		}
		rest = rest[len(c.files):]
		c.files = once
	}
	return ids[:len(files)]
}

// choose drops each sheet that another one replaces, and calls unused for it. Of two it
// keeps the one with more files, or else the first.
func choose(list []*candidate, replaces func(c, d *candidate) bool, unused func(c, chosen *candidate)) []*candidate {
	order := slices.Clone(list)
	slices.SortStableFunc(order, func(c, d *candidate) int { return len(d.ids) - len(c.ids) })
	var kept []*candidate
	for _, c := range order {
		if i := slices.IndexFunc(kept, func(k *candidate) bool { return replaces(k, c) }); i >= 0 {
			unused(c, kept[i])
		} else {
			kept = append(kept, c)
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(c *candidate) bool { return !slices.Contains(kept, c) })
}

// covers reports whether c uses all files of d.
func (c *candidate) covers(d *candidate) bool {
	return !slices.ContainsFunc(d.ids, func(id int) bool { return !slices.Contains(c.ids, id) })
}

// checkShared rejects sheets that share some of their files: these would be burned twice,
// or tracks of one sheet would be lost.
func checkShared(list []*candidate) error {
	for i, c := range list {
		for _, d := range list[:i] {
			if k := slices.IndexFunc(c.ids, func(id int) bool { return slices.Contains(d.ids, id) }); k >= 0 {
				return fmt.Errorf("%s: the cue sheets %q and %q share %q but not all of their files: name the sheet to burn",
					filepath.Dir(c.path), filepath.Base(d.path), filepath.Base(c.path), filepath.Base(c.files[k]))
			}
		}
	}
	return nil
}

// checkMissing rejects a folder if a file is only in a sheet that lacks other files: part
// of the album would be lost.
func checkMissing(all, used []*candidate) error {
	for _, c := range all {
		for _, id := range c.ids {
			if c.missing != nil && !slices.ContainsFunc(used, func(u *candidate) bool { return slices.Contains(u.ids, id) }) {
				return fmt.Errorf("%w (to burn without this cue sheet, name the others)", c.missing)
			}
		}
	}
	return nil
}

// openSheets makes an album of each sheet.
func (o *opener) openSheets(ctx context.Context, list []*candidate) error {
	var errs []error
	for _, c := range list {
		var err error
		if c.album, err = o.fromSheet(ctx, c.path, c.sheet); err != nil {
			errs = append(errs, split(err)...)
		}
	}
	return oneError(errs)
}

// sameAlbum reports whether two sheets for different files describe the same album, such as
// one for an image of the disc and one for a file per track, both written by EAC.
func (c *candidate) sameAlbum(d *candidate) bool {
	const tolerance = 5 * toc.SectorsPerSecond // pauses may be left out
	a, b := c.album.Tracks, d.album.Tracks
	if len(a) != len(b) {
		return false
	}
	named := true
	for i := range a {
		if n := a[i].Sectors() - b[i].Sectors(); max(n, -n) > tolerance {
			return false
		}
		named = named && a[i].Title != "" && a[i].Title == b[i].Title
	}
	id := discID(c.sheet)
	return named || id != "" && id == discID(d.sheet)
}

// discID returns the freedb identifier in a sheet, which programs compute from the track
// lengths of a disc; "" if it has none.
func discID(sheet *cue.Sheet) string {
	for _, line := range sheet.Comments {
		if word, id, _ := strings.Cut(line, " "); strings.EqualFold(word, "DISCID") {
			return strings.ToUpper(strings.Trim(id, `" `))
		}
	}
	return ""
}
