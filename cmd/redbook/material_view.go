package main

import (
	"math"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/pcm"
)

// albumText is what the whole is called; "" if nobody says.
func albumText(m *material, p *burn.Plan) string {
	var words []string
	for _, text := range []string{m.performer, m.title} {
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

// trackTitle is what a track is called: by its title, else by the file. The performer
// follows where there is one.
func trackTitle(title, performer, name string) string {
	if title == "" {
		return baseName(name)
	}
	if performer != "" {
		title += " - " + performer
	}
	return oneLine(title)
}

// sourceText says what a song is made of and what is done to that, with the name of
// the file where that doesn't stand in the line above; "" for a file in the format of
// a disc that is named there.
func (m *material) sourceText(s song) string {
	var list []string
	for _, p := range s.pieces {
		in := p.in
		plain := in.kind == "WAV" || in.kind == "raw"
		if plain && in.source.Format() == pcm.CDDA && in.level() == 1 && (s.unnamed || s.Title == "") && len(s.pieces) == 1 {
			continue
		}
		text := in.text()
		if named := len(s.pieces) > 1 || s.Title != "" && !s.unnamed; named {
			text = baseName(in.source.Name()) + ": " + text
		}
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return strings.Join(list, " + ")
}

// text says what an input is, and what is done to it.
func (in *input) text() string {
	words := []string{in.kind + ", " + in.source.Format().String()}
	if via := in.via(); via != "" {
		words = append(words, "decoded by "+via)
	}
	if text := in.conversion(); text != "" {
		words = append(words, text)
	}
	if in.clipped > 0 {
		words = append(words, count(int(in.clipped), "sample")+" limited")
	}
	if in.concealed > 0 {
		words = append(words, count(in.concealed, "damaged frame")+" concealed")
	}
	return strings.Join(words, "; ")
}

// materialDoc is the material in --json, beside a plan or a report.
type materialDoc struct {
	Album   albumDoc    `json:"album"`
	Sources []sourceDoc `json:"sources"`
}

type albumDoc struct {
	Title     string    `json:"title"`
	Performer string    `json:"performer"`
	GainDB    float64   `json:"gain_db"`
	Notes     []noteDoc `json:"notes"`
}

type noteDoc struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Text string `json:"text"`
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
	Decoded    bool    `json:"decoded"` // it went through the spool
	Clipped    int64   `json:"clipped_samples"`
	Concealed  int     `json:"concealed_frames"`
	Tracks     []int   `json:"tracks"` // that are made of it, in the order of this command
}

// decibels is a factor in dB, to two digits.
func decibels(factor float64) float64 { return math.Round(2000*math.Log10(factor)) / 100 }

// gainDB is the gain that all inputs have in common, 0 if they have different ones.
func (m *material) gainDB() float64 {
	for _, in := range m.inputs {
		if in.level() != m.inputs[0].level() {
			return 0
		}
	}
	if len(m.inputs) == 0 {
		return 0
	}
	return decibels(m.inputs[0].level())
}

// doc is nil where nothing is burned.
func (m *material) doc() *materialDoc {
	if m == nil {
		return nil
	}
	doc := &materialDoc{Album: albumDoc{Title: m.title, Performer: m.performer, GainDB: m.gainDB()}}
	doc.Album.Notes = make([]noteDoc, len(m.notes))
	for i, n := range m.notes {
		doc.Album.Notes[i] = noteDoc(n)
	}
	for _, in := range m.inputs {
		f := in.source.Format()
		source := sourceDoc{
			Name: in.source.Name(), Kind: in.kind, Via: in.via(),
			SampleRate: f.SampleRate, Encoding: f.Encoding.String(), Channels: f.Channels, Frames: in.source.Frames(),
			Conversion: in.conversion(), GainDB: decibels(in.level()), Decoded: !in.asDisc(), Clipped: in.clipped, Concealed: in.concealed,
		}
		for i, s := range m.songs {
			if slices.ContainsFunc(s.pieces, func(p piece) bool { return p.in == in }) {
				source.Tracks = append(source.Tracks, i+1)
			}
		}
		doc.Sources = append(doc.Sources, source)
	}
	return doc
}
