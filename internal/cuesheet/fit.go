package cuesheet

import (
	"errors"
	"fmt"
	"slices"
)

// ErrSheetSize matches the error for a session whose cue sheet exceeds the drive's limit
// even without everything that can be left out.
var ErrSheetSize = errors.New("the cue sheet is too long for the drive")

// Part is a part of a cue sheet that can be left out.
type Part int

// The parts, in the order in which they are left out.
const (
	Indexes Part = iota + 1 // index marks above 1
	ISRCs                   // ISRCs
)

// Fit removes parts of the session until its cue sheet is at most limit bytes long (feature
// 002Eh; 0 if the drive reports no limit), and returns the parts that were left out. s
// itself is not changed. 99 tracks with pauses and ISRCs need 3,200 bytes; 3,072 is a common
// limit. The error matches ErrInvalid or ErrSheetSize.
func (s Session) Fit(limit int) (fitting Session, left []Part, err error) {
	s.Tracks = slices.Clone(s.Tracks)
	for _, part := range []Part{Indexes, ISRCs, 0} {
		sheet, err := s.CueSheet(Variant{})
		if err != nil {
			return Session{}, nil, err
		}
		if limit <= 0 || len(sheet) <= limit {
			break
		}
		if part == 0 {
			return Session{}, nil, fmt.Errorf("%w: %d bytes, and it accepts %d", ErrSheetSize, len(sheet), limit)
		}
		if s.Drop(part) {
			left = append(left, part)
		}
	}
	return s, left, nil
}

// Drop removes a part from every track and reports whether any track had it.
func (s Session) Drop(part Part) (any bool) {
	for i := range s.Tracks {
		t := &s.Tracks[i]
		if part == Indexes {
			any = any || len(t.Indexes) > 0
			t.Indexes = nil
		} else {
			any = any || t.ISRC != ""
			t.ISRC = ""
		}
	}
	return any
}
