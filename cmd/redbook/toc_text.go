package main

import (
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook/cdtext"
)

// tocLanguage is the CD-TEXT in one language.
type tocLanguage struct {
	Language  string         `json:"language"`
	Charset   string         `json:"charset"`
	Album     tocWords       `json:"album"`
	Tracks    []tocTrackText `json:"tracks"`
	DiscID    string         `json:"disc_id,omitempty"`
	Genre     string         `json:"genre,omitempty"`
	GenreText string         `json:"genre_text,omitempty"`
	UPC       string         `json:"upc,omitempty"`
	Closed    string         `json:"closed,omitempty"` // a memorandum that players do not show
}

// tocWords are the texts of an album or a track.
type tocWords struct {
	Title      string `json:"title,omitempty"`
	Performer  string `json:"performer,omitempty"`
	Songwriter string `json:"songwriter,omitempty"`
	Composer   string `json:"composer,omitempty"`
	Arranger   string `json:"arranger,omitempty"`
	Message    string `json:"message,omitempty"`
}

// tocTrackText is the text of a track.
type tocTrackText struct {
	Number int `json:"number"`
	tocWords
	ISRC string `json:"isrc,omitempty"`
}

// languagesOf decodes CD-TEXT, one element for each language.
func languagesOf(packs []byte) []tocLanguage {
	text, _ := cdtext.Decode(packs)
	var list []tocLanguage
	for i := range text.Blocks {
		b := &text.Blocks[i]
		t := tocLanguage{
			Language: b.Language.String(), Charset: b.Charset.String(), Album: tocWords(b.Album), Tracks: []tocTrackText{},
			DiscID: b.DiscID, GenreText: b.GenreText, UPC: b.UPC, Closed: b.Closed,
		}
		if b.Genre != 0 {
			t.Genre = b.Genre.String()
		}
		for n := range b.Tracks {
			t.Tracks = append(t.Tracks, tocTrackText{max(text.First, 1) + n, tocWords(b.Tracks[n].Text), b.Tracks[n].ISRC})
		}
		list = append(list, t)
	}
	return list
}

// print writes the titles and performers of a further language.
func (t *tocLanguage) print(b *strings.Builder) {
	fmt.Fprintf(b, "In %s:\n", languageName(t.Language))
	if t.Album.Title != "" || t.Album.Performer != "" {
		fmt.Fprintf(b, "       %s\n", trackTitle(t.Album.Title, t.Album.Performer, t.Album.Performer))
	}
	for _, track := range t.Tracks {
		if track.Title != "" || track.Performer != "" {
			fmt.Fprintf(b, "%5d  %s\n", track.Number, trackTitle(track.Title, track.Performer, track.Performer))
		}
	}
}
