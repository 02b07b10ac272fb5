package main

import (
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/audio"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/spool"
	"github.com/redbook-audio/redbook/toc"
)

// material is what is burned, or compared with a disc: tracks, and the files that
// they are cut from.
type material struct {
	title     string
	performer string
	mcn       toc.MCN
	notes     []album.Note
	limits    []album.Note // those of notes that are about track-at-once
	songs     []song
	inputs    []*input // each once
	stdin     *stdinStream
	spools    []*spool.Spool
}

// song is a track before anything of it is decoded.
type song struct {
	toc.TrackInfo
	marks         []toc.IndexMark // for session-at-once, as pregap and pause (album.Track)
	pregap, pause toc.Sectors
	follows       bool // the track before in the same file, without a gap

	unnamed bool // its title is only the name of the file
	pieces  []piece
	// cut makes the track of what there is of its inputs.
	cut func(of func(*input) (pcm.Source, error)) (pcm.Source, error)
}

// piece is a part of an input that a song is made of.
type piece struct {
	in       *input
	from, to time.Duration
}

// input is a file, or what came from the standard input.
type input struct {
	source pcm.Source  // as the file has it
	file   *audio.File // nil if it has no header
	kind   string
	stored bool       // its samples can be read as they are, without decoding
	ready  pcm.Source // as CD audio; nil before convert
	gain   float64    // a factor; 0 and 1 leave the samples alone

	clipped   int64 // samples that were limited
	concealed int   // damaged frames that were replaced
}

// level is the gain that is applied, as a factor.
func (in *input) level() float64 {
	if in.gain == 0 {
		return 1
	}
	return in.gain
}

// asDisc is whether the samples go to the disc straight from the file.
func (in *input) asDisc() bool {
	return in.stored && in.source.Format() == pcm.CDDA && in.level() == 1
}

// cdda is the input as CD audio: what convert made of it, or what it is going to be,
// whose length is known already.
func (in *input) cdda() (pcm.Source, error) {
	if in.ready != nil {
		return in.ready, nil
	}
	return in.converted()
}

// converted is the input as it becomes CD audio while it is read.
func (in *input) converted() (pcm.Source, error) {
	return pcm.Convert(in.source, pcm.Options{Gain: in.gain})
}

// conversion is what is done to the samples, in words.
func (in *input) conversion() string {
	src, err := in.converted()
	if err != nil {
		return ""
	}
	return pcm.Conversion(src)
}

// via names the program that decodes the input, if it isn't this one.
func (in *input) via() string {
	if in.file == nil {
		return ""
	}
	return in.file.Via()
}

// fromAlbum makes songs of what package album put together.
func fromAlbum(a *album.Album) *material {
	m := &material{title: a.Title, performer: a.Performer, mcn: a.MCN, notes: a.Notes, limits: a.Limits}
	of := map[*audio.File]*input{}
	for _, f := range a.Files {
		of[f] = &input{source: f, file: f, kind: string(f.Kind()), stored: f.Direct()}
		m.inputs = append(m.inputs, of[f])
	}
	for i, t := range a.Tracks {
		var s song
		s.describe(a, i)
		for _, p := range t.Parts {
			to := p.To.Duration()
			if p.ToEnd {
				to = math.MaxInt64
			}
			s.pieces = append(s.pieces, piece{of[p.File], p.From.Duration(), to})
		}
		s.cut = func(cdda func(*input) (pcm.Source, error)) (pcm.Source, error) {
			return t.Source(func(f *audio.File) (pcm.Source, error) { return cdda(of[f]) })
		}
		m.songs = append(m.songs, s)
	}
	return m
}

// fromTracks is fromAlbum with an input for each track, so that each can have a level of
// its own, though several may be cut from one file.
func fromTracks(a *album.Album) (*material, error) {
	m := &material{title: a.Title, performer: a.Performer, mcn: a.MCN, notes: a.Notes, limits: a.Limits}
	for i, t := range a.Tracks {
		src, err := t.Source(nil)
		if err != nil {
			return nil, err
		}
		in := &input{source: src, kind: "silence"}
		if len(t.Parts) > 0 {
			in.file = t.Parts[0].File
			in.kind, in.stored = string(in.file.Kind()), in.file.Direct()
		}
		m.add(in)
		m.songs[i].describe(a, i)
	}
	return m, nil
}

// describe takes over what is said about track i.
func (s *song) describe(a *album.Album, i int) {
	t := &a.Tracks[i]
	s.TrackInfo, s.unnamed, s.marks = t.TrackInfo, t.Unnamed, t.Indexes
	s.pregap, s.pause, s.follows = t.Pregap, t.Pause, follows(a.Tracks, i)
	s.Indexes = nil // with track-at-once they are dropped, as album's notes say
}

// add makes a song of a whole input.
func (m *material) add(in *input) {
	m.inputs = append(m.inputs, in)
	m.songs = append(m.songs, song{
		pieces: []piece{{in, 0, math.MaxInt64}},
		cut:    func(cdda func(*input) (pcm.Source, error)) (pcm.Source, error) { return cdda(in) },
	})
}

// tracks are what the engine gets: what is ready, or stand-ins of the same length
// that tell what is going to be done.
func (m *material) tracks() ([]burn.Track, error) {
	tracks := make([]burn.Track, len(m.songs))
	for i, s := range m.songs {
		src, err := s.cut(func(in *input) (pcm.Source, error) { return in.cdda() })
		if err != nil {
			return nil, fail(exitBadInput, "", "%w", m.located(err))
		}
		tracks[i].TrackInfo = s.TrackInfo
		if s.unnamed {
			tracks[i].Title = ""
		}
		tracks[i].Source = described{src, m.conversion(s)}
	}
	return tracks, nil
}

// conversion is what is done to the samples of a song.
func (m *material) conversion(s song) string {
	var steps []string
	for _, p := range s.pieces {
		if text := p.in.conversion(); text != "" && !slices.Contains(steps, text) {
			steps = append(steps, text)
		}
	}
	return strings.Join(steps, "; ")
}

// described is a source that says what was done to it. It is a pcm.Converted.
type described struct {
	pcm.Source
	conversion string
}

func (d described) Conversion() string { return d.conversion }

// Changed implements pcm.Changer.
func (d described) Changed() error {
	if c, ok := d.Source.(pcm.Changer); ok {
		return c.Changed()
	}
	return nil
}

// located adds the number of the track to an error about an input, and drops the
// second of two places: that in the file is the one to look at.
func (m *material) located(err error) error {
	name, at := "", time.Duration(0)
	if e, ok := errors.AsType[*audio.Error](err); ok {
		name, at, err = e.Name, max(e.At, 0), e
	} else if e, ok := errors.AsType[*pcm.ReadError](err); ok {
		name = e.Name
	}
	for i, s := range m.songs {
		for _, p := range s.pieces {
			if len(m.songs) > 1 && p.in.source.Name() == name && p.from <= at && at < p.to {
				return &album.TrackError{Track: i + 1, Err: err}
			}
		}
	}
	return err
}

// close removes what was converted.
func (m *material) close() error {
	var errs []error
	for _, s := range m.spools {
		errs = append(errs, s.Close())
	}
	m.spools = nil
	return errors.Join(errs...)
}
