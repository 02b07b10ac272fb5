package album

import (
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/toc"
)

// or returns a, or b if a is empty.
func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// fromFile makes a track of a whole file. title is its title in a playlist.
func fromFile(f *File, title string) *Album {
	t := f.tags()
	a := &Album{Title: t.Album, Performer: or(t.AlbumPerformer, t.Performer), Files: []*File{f}, Notes: fileNotes(f)}
	track := Track{Name: f.Name(), Parts: []Part{{File: f, ToEnd: true}}}
	track.Title, track.Performer = t.Title, or(t.Performer, t.AlbumPerformer)
	if track.Title == "" && title != "" {
		// Playlists contain "Performer - Title".
		if performer, rest, ok := strings.Cut(title, " - "); ok && track.Performer == "" {
			track.Performer, title = strings.TrimSpace(performer), strings.TrimSpace(rest)
		}
		track.Title = title
	}
	if track.Title == "" {
		track.FileTitle = trackName(f.Name())
		track.Title = track.FileTitle
	}
	isrc, err := toc.ParseISRC(t.ISRC)
	if err != nil {
		a.Notes = append(a.Notes, Note{Kind: noteISRC, File: f.Name(), Reason: err.Error()})
	}
	track.ISRC = isrc
	a.Tracks = []Track{track}
	a.fillMCN(t.MCN)
	return a
}

// fillMCN uses the bar code in the tags unless the album has an MCN. It ignores an invalid
// one without a note: many files contain a shop's article number.
func (a *Album) fillMCN(text string) {
	if a.MCN != "" || strings.Trim(text, "0") == "" {
		return
	}
	if mcn, err := toc.ParseMCN(text); err == nil {
		a.MCN = mcn
	}
}

// fileNotes returns the note of a file, if it has one.
func fileNotes(f *File) (notes []Note) {
	if f.note() != "" {
		notes = append(notes, Note{Kind: noteFile, File: f.Name(), Reason: f.note()})
	}
	return notes
}

// merge concatenates albums. It keeps the disc title, performer, MCN and texts that all of
// them share.
func merge(albums []*Album) *Album {
	out := &Album{}
	for i, a := range albums {
		if i == 0 {
			out.Title, out.Performer, out.MCN = a.Title, a.Performer, a.MCN
			out.CDTextFile, out.Text = a.CDTextFile, a.Text
		}
		if a.Title != out.Title {
			out.Title = ""
		}
		if a.Performer != out.Performer {
			out.Performer = ""
		}
		if a.MCN != out.MCN {
			out.MCN = ""
		}
		if i > 0 {
			out.CDTextFile = "" // its track numbers are those of one sheet
		}
		if a.Text != out.Text {
			out.Text = Text{}
		}
		out.Tracks = append(out.Tracks, a.Tracks...)
		for _, f := range a.Files {
			if !slices.Contains(out.Files, f) {
				out.Files = append(out.Files, f)
			}
		}
		for _, n := range a.Notes {
			if !slices.Contains(out.Notes, n) {
				out.Notes = append(out.Notes, n)
			}
		}
	}
	if out.Performer == "" && out.Title != "" && len(albums) > 1 {
		out.Performer = "Various"
	}
	return out
}
