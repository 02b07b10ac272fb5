package cue

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/redbook-audio/redbook/toc"
)

// Validate returns why the sheet can't be written: Parse would not read it back
// unchanged. An error is an *Error that matches ErrSyntax.
func (s *Sheet) Validate() error {
	if err := s.check(); err != nil {
		return &Error{Name: "cue sheet", Reason: err.Error(), Err: err}
	}
	return nil
}

func (s *Sheet) check() error {
	if mcn, err := toc.ParseMCN(string(s.MCN)); err != nil || mcn != s.MCN {
		return errors.Join(fmt.Errorf("%w: %q can't be written", toc.ErrMCN, s.MCN), err)
	}
	if err := errors.Join(writable(s.CDTextFile), writable(s.Title), writable(s.Performer), s.writable(), remarks(s.Comments)); err != nil {
		return err
	}
	if len(s.Tracks) == 0 {
		return errors.New("it has no TRACK")
	}
	for i := range s.Tracks {
		t := &s.Tracks[i]
		if i > 0 && t.Number != s.Tracks[i-1].Number+1 {
			return fmt.Errorf("track %d follows track %d", t.Number, s.Tracks[i-1].Number)
		}
		if err := t.check(); err != nil {
			return fmt.Errorf("track %d: %w", t.Number, err)
		}
	}
	return s.checkFiles()
}

// checkFiles checks that every file is used, and that positions in it ascend from index to
// index and from track to track.
func (s *Sheet) checkFiles() error {
	for i, f := range s.Files {
		switch {
		case f.Name == "" || f.Name != strings.TrimSpace(f.Name):
			return fmt.Errorf("the name %q of a FILE can't be written", f.Name)
		case !f.Type.known():
			return fmt.Errorf("the FILE type %q is not supported", f.Type)
		case i > 0 && f.Name == s.Files[i-1].Name: // read as one
			return fmt.Errorf("FILE %q is listed twice", f.Name)
		}
		if err := writable(f.Name); err != nil {
			return err
		}
	}
	last := Index{File: -1}
	for i := range s.Tracks {
		for _, index := range s.Tracks[i].Indexes {
			// Programs without pauses write index 00 and 01 at the same place.
			emptyPause := index.Number == 1 && last.Number == 0 && index.At == last.At
			switch {
			case index.File == last.File+1 && index.File < len(s.Files):
			case index.File != last.File, index.File < 0, index.File >= len(s.Files):
				return fmt.Errorf("track %d: index %d is in file %d of %d, after one in file %d", s.Tracks[i].Number, index.Number, index.File+1, len(s.Files), last.File+1)
			case index.At <= last.At && !emptyPause:
				return fmt.Errorf("track %d: index %d is not past the previous index", s.Tracks[i].Number, index.Number)
			}
			last = index
		}
	}
	if last.File != len(s.Files)-1 {
		return fmt.Errorf("no track begins in FILE %q", s.Files[last.File+1].Name)
	}
	return nil
}

// check validates one track, except for the files of its indexes.
func (t *Track) check() error {
	if t.Number < 1 || t.Number > toc.MaxTracks {
		return fmt.Errorf("the number is not 1 to %d", toc.MaxTracks)
	}
	// A code that isn't in its short form would read back differently.
	if isrc, err := toc.ParseISRC(string(t.ISRC)); err != nil || isrc != t.ISRC {
		return fmt.Errorf("%w: %q can't be written", toc.ErrISRC, t.ISRC)
	}
	if err := errors.Join(writable(t.Title), writable(t.Performer), t.writable(), remarks(t.Comments)); err != nil {
		return err
	}
	if !t.Control.Audio() || t.Control > 0xF {
		return fmt.Errorf("it is %v: only audio can be written", t.Control)
	}
	for _, s := range []toc.Sectors{t.Pregap, t.Postgap} {
		if s < 0 || s > maxPosition {
			return fmt.Errorf("the gap of %d sectors can't be written", s)
		}
	}
	return t.checkIndexes()
}

// maxPosition is the last position with two digits of minutes: 99:59:74.
const maxPosition toc.Sectors = 100*60*75 - 1

// checkIndexes checks that the indexes ascend without gaps from 0 or 1.
func (t *Track) checkIndexes() error {
	if _, ok := t.Index(1); !ok {
		return errors.New("INDEX 01 is missing")
	}
	for i, index := range t.Indexes {
		switch {
		case index.At < 0 || index.At > maxPosition:
			return fmt.Errorf("index %d at sector %d can't be written", index.Number, index.At)
		case i == 0 && (index.Number < 0 || index.Number > 1):
			return fmt.Errorf("the first index is %d", index.Number)
		case i > 0 && index.Number != t.Indexes[i-1].Number+1:
			return fmt.Errorf("index %d follows index %d", index.Number, t.Indexes[i-1].Number)
		case index.Number > 99:
			return fmt.Errorf("index %d is above 99", index.Number)
		}
	}
	return nil
}

// writable rejects text that can't be between quotation marks: a cue sheet cannot contain
// one inside them.
func writable(text string) error {
	if strings.Contains(text, `"`) {
		return fmt.Errorf("%q contains a quotation mark, which a cue sheet can't", text)
	}
	return oneLine(text)
}

func (t *CDText) writable() error {
	return errors.Join(writable(t.Songwriter), writable(t.Composer), writable(t.Arranger), writable(t.Message))
}

// oneLine rejects text that would not read back as one line of UTF-8.
func oneLine(text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("%q is not UTF-8", text)
	}
	if strings.ContainsFunc(text, control) {
		return fmt.Errorf("%q contains a control character, which a cue sheet can't", text)
	}
	return nil
}

// control reports whether r is a control character. Tabs count as blanks here.
func control(r rune) bool { return r != '\t' && unicode.IsControl(r) }

// remarks rejects comments that can't be REM lines. They may contain quotation marks, as
// in REM GENRE "Folk", but would lose blanks at their ends.
func remarks(comments []string) error {
	for _, c := range comments {
		if err := oneLine(c); err != nil {
			return err
		}
		if c != strings.TrimSpace(c) {
			return fmt.Errorf("the comment %q begins or ends with a blank", c)
		}
	}
	return nil
}
