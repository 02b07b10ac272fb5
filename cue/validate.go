package cue

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/redbook-audio/redbook/toc"
)

// Validate returns what keeps the sheet from being written, if anything. An
// error is an *Error that matches ErrSyntax.
func (s *Sheet) Validate() error { return s.validate("cue sheet") }

// lastTrack is the last track of the sheet so far, or nil.
func (s *Sheet) lastTrack() *Track {
	for i := len(s.Files) - 1; i >= 0; i-- {
		if n := len(s.Files[i].Tracks); n > 0 {
			return &s.Files[i].Tracks[n-1]
		}
	}
	return nil
}

// validate is Validate for a sheet with a name. It holds the same rules that Parse
// applies line by line, so that what is written can be read back.
func (s *Sheet) validate(name string) error {
	fail := func(cause error, format string, args ...any) error {
		return &Error{Name: name, Reason: fmt.Sprintf(format, args...), Err: cause}
	}
	if mcn, err := toc.ParseMCN(string(s.MCN)); err != nil || mcn != s.MCN {
		return fail(errors.Join(toc.ErrMCN, err), "the catalog number %q can't be written", s.MCN)
	}
	if err := errors.Join(writable(s.CDTextFile), writable(s.Title), writable(s.Performer), s.writable(), remarks(s.Comments)); err != nil {
		return fail(err, "%v", err)
	}
	if len(s.Files) == 0 {
		return fail(nil, "it has no FILE")
	}
	next := 0 // number that must follow; 0 before the first track
	for i := range s.Files {
		f := &s.Files[i]
		if err := f.check(); err != nil {
			return fail(err, "%v", err)
		}
		if err := s.checkAhead(i); err != nil {
			return fail(err, "%v", err)
		}
		for j := range f.Tracks {
			t := &f.Tracks[j]
			if next != 0 && t.Number != next {
				return fail(nil, "track %d is where track %d should be", t.Number, next)
			}
			if err := t.check(); err != nil {
				return fail(err, "track %d: %v", t.Number, err)
			}
			next = t.Number + 1
		}
	}
	return nil
}

// check looks at a FILE and at how its tracks lie in it.
func (f *File) check() error {
	if f.Name == "" {
		return errors.New("a FILE has no name")
	}
	if err := writable(f.Name); err != nil {
		return err
	}
	if !f.Type.known() {
		return fmt.Errorf("the FILE type %q is not supported", f.Type)
	}
	// Positions count from the start of the file, so they ascend from track to track.
	for i := 1; i < len(f.Tracks); i++ {
		before, after := f.Tracks[i-1].Indexes, f.Tracks[i].Indexes
		if len(before) > 0 && len(after) > 0 && after[0].At <= before[len(before)-1].At {
			return fmt.Errorf("track %d is not past track %d in the file", f.Tracks[i].Number, f.Tracks[i-1].Number)
		}
	}
	return nil
}

// ahead is where in the file before this one its first track begins, or nil.
func (f *File) ahead() *toc.Sectors {
	if len(f.Tracks) == 0 {
		return nil
	}
	return f.Tracks[0].Ahead
}

// checkAhead checks what part of the next file's first track is in file i, and that the
// file isn't empty.
func (s *Sheet) checkAhead(i int) error {
	f := &s.Files[i]
	for j := range f.Tracks {
		t := &f.Tracks[j]
		switch {
		case t.Ahead == nil:
		case j > 0 || i == 0:
			return fmt.Errorf("track %d can't begin in the file before: only the first track of a later file can", t.Number)
		case len(t.Indexes) > 0 && t.Indexes[0].Number == 0:
			return fmt.Errorf("track %d has index 0 in two files", t.Number)
		}
	}
	var next *toc.Sectors
	if i+1 < len(s.Files) {
		next = s.Files[i+1].ahead()
	}
	switch {
	case next == nil && len(f.Tracks) == 0:
		return fmt.Errorf("FILE %q has no TRACK", f.Name)
	case next == nil:
		return nil
	case *next < 0 || *next > maxPosition:
		return fmt.Errorf("the pause at sector %d of FILE %q can't be written", *next, f.Name)
	}
	if n := len(f.Tracks); n > 0 {
		if list := f.Tracks[n-1].Indexes; len(list) > 0 && *next <= list[len(list)-1].At {
			return fmt.Errorf("the pause in FILE %q is not past track %d", f.Name, f.Tracks[n-1].Number)
		}
		if f.Tracks[n-1].Postgap > 0 {
			return fmt.Errorf("a POSTGAP of track %d stands before a pause in FILE %q", f.Tracks[n-1].Number, f.Name)
		}
	}
	return nil
}

// check validates one track.
func (t *Track) check() error {
	if t.Number < 1 || t.Number > toc.MaxTracks {
		return fmt.Errorf("the number is not 1 to %d", toc.MaxTracks)
	}
	// A code that isn't in its own short form would read back differently.
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

// maxPosition is the last position that two digits of minutes can name: 99:59:74.
const maxPosition toc.Sectors = 100*60*75 - 1

// checkIndexes makes sure that the indexes ascend without gaps from 0 or 1.
func (t *Track) checkIndexes() error {
	if _, ok := t.Index(1); !ok {
		return errors.New("INDEX 01 is missing")
	}
	for i, index := range t.Indexes {
		if index.At < 0 || index.At > maxPosition {
			return fmt.Errorf("index %d at sector %d can't be written", index.Number, index.At)
		}
		if i == 0 {
			if index.Number > 1 {
				return fmt.Errorf("the first index is %d", index.Number)
			}
			continue
		}
		before := t.Indexes[i-1]
		// Programs that know of no pause write index 00 and 01 at the same place.
		emptyPause := index.Number == 1 && index.At == before.At
		if index.Number != before.Number+1 || (index.At <= before.At && !emptyPause) {
			return fmt.Errorf("index %d does not follow index %d", index.Number, before.Number)
		}
	}
	if last := t.Indexes[len(t.Indexes)-1].Number; last > 99 {
		return fmt.Errorf("index %d is above 99", last)
	}
	return nil
}

// writable refuses text that can't stand between quotation marks: a cue sheet has
// no way to write one inside them.
func writable(text string) error {
	if strings.Contains(text, `"`) {
		return fmt.Errorf("%q contains a quotation mark, which a cue sheet can't", text)
	}
	return oneLine(text)
}

func (t *CDText) writable() error {
	return errors.Join(writable(t.Songwriter), writable(t.Composer), writable(t.Arranger), writable(t.Message))
}

// oneLine refuses text that would not come back as one line of UTF-8.
func oneLine(text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("%q is not UTF-8", text)
	}
	if strings.ContainsFunc(text, control) {
		return fmt.Errorf("%q contains a control character, which a cue sheet can't", text)
	}
	return nil
}

// control reports whether r is a control character. Tabs are blanks here.
func control(r rune) bool { return r != '\t' && unicode.IsControl(r) }

// remarks refuses comments that can't be REM lines. They may hold quotation marks,
// as in REM GENRE "Folk", but would lose blanks at their ends.
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
