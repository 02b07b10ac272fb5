package album

import (
	"fmt"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/toc"
)

// or gives b where a says nothing.
func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// fromFile makes a track of a whole file. title is what a playlist calls it.
func fromFile(f *File, title string) *Album {
	t := f.Tags()
	a := &Album{Title: t.Album, Performer: or(t.AlbumPerformer, t.Performer), Files: []*File{f}, Notes: fileNotes(f)}
	track := Track{Name: f.Name(), Parts: []Part{{File: f, ToEnd: true}}}
	track.Title, track.Performer = t.Title, or(t.Performer, t.AlbumPerformer)
	if track.Title == "" && title != "" {
		// Playlists write "Performer - Title".
		if performer, rest, ok := strings.Cut(title, " - "); ok && track.Performer == "" {
			track.Performer, title = strings.TrimSpace(performer), strings.TrimSpace(rest)
		}
		track.Title = title
	}
	if track.Title == "" {
		track.Title, track.Unnamed = trackName(f.Name()), true
	}
	isrc, err := toc.ParseISRC(t.ISRC)
	if err != nil {
		a.Notes = append(a.Notes, Note{f.Name(), 0, fmt.Sprintf("its ISRC is left out: %v", err)})
	}
	track.ISRC = isrc
	a.Tracks = []Track{track}
	a.fillMCN(t.MCN)
	return a
}

// fillMCN takes the bar code of tags if no sheet says one. A wrong one is no loss
// that anybody would want to hear about: it is a shop's number in many files.
func (a *Album) fillMCN(text string) {
	if a.MCN != "" || strings.Trim(text, "0") == "" {
		return
	}
	if mcn, err := toc.ParseMCN(text); err == nil {
		a.MCN = mcn
	}
}

// fileNotes are what there is to say about a file besides what it is (audio.File.Via).
func fileNotes(f *File) (notes []Note) {
	if f.Note() != "" {
		notes = append(notes, Note{f.Name(), 0, f.Note()})
	}
	return notes
}

// merge puts albums one behind the other. What the disc is called is what all of
// them agree on.
func merge(albums []*Album) *Album {
	out := &Album{}
	for i, a := range albums {
		if i == 0 {
			out.Title, out.Performer, out.MCN = a.Title, a.Performer, a.MCN
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
		out.Tracks = append(out.Tracks, a.Tracks...)
		for _, f := range a.Files {
			if !slices.Contains(out.Files, f) {
				out.Files = append(out.Files, f)
			}
		}
		out.Limits = append(out.Limits, a.Limits...)
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
