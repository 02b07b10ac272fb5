package main

import (
	"math"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/burn"
)

// albumText names the album; "" if it has no title.
func albumText(m *material, p *burn.Plan) string {
	var words []string
	for _, text := range []string{m.performer(), m.title()} {
		if text != "" {
			words = append(words, oneLine(text))
		}
	}
	text := strings.Join(words, " - ")
	if p.MCN != "" {
		text = strings.TrimPrefix(text+", MCN "+string(p.MCN), ", ")
	}
	return text
}

// trackTitle names a track: by its title, otherwise by its file. The performer follows, if
// known.
func trackTitle(title, performer, name string) string {
	if title == "" {
		return baseName(name)
	}
	if performer != "" {
		title += " - " + performer
	}
	return oneLine(title)
}

// sourceText describes the format of a track's file and how it is converted, with the name
// of the file unless the line above has it, because the plan shows no title; "" for a file in CD format
// that is named there.
func sourceText(t *album.Track, title string) string {
	var list []string
	for _, p := range t.Parts {
		f := p.File
		plain := f.Kind() == "WAV" || f.Kind() == "raw"
		if plain && f.Direct() && title == "" && len(t.Parts) == 1 {
			continue
		}
		text := fileText(f)
		if named := len(t.Parts) > 1 || title != ""; named {
			text = baseName(f.Name()) + ": " + text
		}
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return strings.Join(list, " + ")
}

// fileText describes the format of a file and how it is converted.
func fileText(f *album.File) string {
	words := []string{f.Kind() + ", " + f.Format().String()}
	if via := f.Via(); via != "" {
		words = append(words, "decoded by "+via)
	}
	if text := f.Conversion(); text != "" {
		words = append(words, text)
	}
	if f.Clipped() > 0 {
		words = append(words, count(int(f.Clipped()), "sample")+" limited")
	}
	if f.Concealed() > 0 {
		words = append(words, count(f.Concealed(), "damaged frame")+" concealed")
	}
	return strings.Join(words, "; ")
}

// materialDoc is the material in --json, next to a plan or a report.
type materialDoc struct {
	Album   albumDoc    `json:"album"`
	Sources []sourceDoc `json:"sources"`
}

type albumDoc struct {
	Title     string   `json:"title"`
	Performer string   `json:"performer"`
	CDText    []string `json:"cd_text_languages,omitempty"` // that will be recorded
	GainDB    float64  `json:"gain_db"`
	Notes     []remark `json:"notes"`
}

// sourceDoc is a file, or the standard input.
type sourceDoc struct {
	Name       string  `json:"name"`
	Kind       string  `json:"kind"`
	Via        string  `json:"via,omitempty"` // the program that decodes it
	SampleRate int     `json:"sample_rate"`
	Encoding   string  `json:"encoding"`
	Channels   int     `json:"channels"`
	Frames     int64   `json:"frames"`
	Conversion string  `json:"conversion,omitempty"`
	GainDB     float64 `json:"gain_db"`
	Decoded    bool    `json:"decoded"` // it was spooled
	Clipped    int64   `json:"clipped_samples"`
	Concealed  int     `json:"concealed_frames"`
	Tracks     []int   `json:"tracks"` // that are made of it, in the order of this command
}

// twoDigits rounds a gain in dB.
func twoDigits(db float64) float64 { return math.Round(100*db) / 100 }

// gainDB is the gain that all files have in common, 0 if they differ.
func (m *material) gainDB() float64 {
	for _, f := range m.Files {
		if f.Gain() != m.Files[0].Gain() {
			return 0
		}
	}
	if len(m.Files) == 0 {
		return 0
	}
	return twoDigits(m.Files[0].Gain())
}

// doc is nil if nothing is burned.
func (m *material) doc() *materialDoc {
	if m == nil {
		return nil
	}
	doc := &materialDoc{Album: albumDoc{Title: m.title(), Performer: m.performer(), GainDB: m.gainDB(), Notes: m.remarks()}}
	if m.plan != nil && m.plan.Text {
		for i := range m.plan.CDText {
			doc.Album.CDText = append(doc.Album.CDText, m.plan.CDText[i].Language.String())
		}
	}
	for _, f := range m.Files {
		format := f.Format()
		source := sourceDoc{
			Name: f.Name(), Kind: f.Kind(), Via: f.Via(),
			SampleRate: format.SampleRate, Encoding: format.Encoding.String(), Channels: format.Channels, Frames: f.Frames(),
			Conversion: f.Conversion(), GainDB: twoDigits(f.Gain()), Decoded: !f.Direct(), Clipped: f.Clipped(), Concealed: f.Concealed(),
		}
		for i := range m.Tracks {
			if slices.ContainsFunc(m.Tracks[i].Parts, func(p album.Part) bool { return p.File == f }) {
				source.Tracks = append(source.Tracks, i+1)
			}
		}
		doc.Sources = append(doc.Sources, source)
	}
	return doc
}
