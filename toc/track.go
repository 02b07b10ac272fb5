package toc

import (
	"errors"
	"fmt"
	"strings"
)

// Control is the CONTROL nibble of the Q sub-channel: what kind of track it is
// (IEC 60908 17.5; MMC-6 table 350).
type Control uint8

// The bits of Control. Two-channel audio without any is 0.
const (
	PreEmphasis   Control = 1 << 0 // audio: recorded with 50/15 us pre-emphasis
	CopyPermitted Control = 1 << 1 // digital copy permitted
	DataTrack     Control = 1 << 2 // a data track
	FourChannel   Control = 1 << 3 // audio with four channels; no disc uses it
)

// Audio reports whether the track is audio.
func (c Control) Audio() bool { return c&DataTrack == 0 }

// String returns the meaning in words, such as "audio, copy permitted".
func (c Control) String() string {
	words := []string{"audio"}
	if !c.Audio() {
		words[0] = "data"
	}
	for _, bit := range []struct {
		is   Control
		text string
	}{{PreEmphasis, "pre-emphasis"}, {CopyPermitted, "copy permitted"}, {FourChannel, "four channels"}} {
		if c&bit.is == 0 || (bit.is != CopyPermitted && !c.Audio()) {
			continue // of a data track the two others have another meaning, or none
		}
		words = append(words, bit.text)
	}
	return strings.Join(words, ", ")
}

// Errors of ParseISRC and ParseMCN, for errors.Is.
var (
	ErrISRC = errors.New("not an ISRC")
	ErrMCN  = errors.New("not a media catalog number")
)

// ISRC is an International Standard Recording Code: 12 characters, two letters
// for the country, three letters or digits for the owner, two digits for the year
// and five for the recording (ISO 3901). Mode 3 of the Q sub-channel holds it. The empty
// string means none.
type ISRC string

// ParseISRC parses a code with or without dashes, in either case. "" is none. An error
// matches ErrISRC.
func ParseISRC(text string) (ISRC, error) {
	code := strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(text), "-", ""))
	if code == "" {
		return "", nil
	}
	if len(code) != 12 {
		return "", fmt.Errorf("%w: %q has %d characters, not 12 (such as USABC1234567)", ErrISRC, text, len(code))
	}
	for i, c := range []byte(code) {
		letter, digit := c >= 'A' && c <= 'Z', c >= '0' && c <= '9'
		switch {
		case i < 2 && !letter:
			return "", fmt.Errorf("%w: %q must begin with two letters for the country", ErrISRC, text)
		case i >= 2 && i < 5 && !letter && !digit:
			return "", fmt.Errorf("%w: %q: characters 3 to 5 must be letters or digits", ErrISRC, text)
		case i >= 5 && !digit:
			return "", fmt.Errorf("%w: %q must end with seven digits (year and recording)", ErrISRC, text)
		}
	}
	return ISRC(code), nil
}

// MCN is a media catalog number: the 13 digits of the EAN bar code of a disc. Mode 2 of the
// Q sub-channel holds it. The empty string means none.
type MCN string

// ParseMCN parses 13 digits, or 12 (a UPC, which is an EAN with a leading zero). It ignores
// blanks and dashes, and verifies the check digit. "" is none. An error matches ErrMCN.
func ParseMCN(text string) (MCN, error) {
	code := strings.NewReplacer("-", "", " ", "").Replace(text)
	if code == "" {
		return "", nil
	}
	if len(code) == 12 {
		code = "0" + code
	}
	if len(code) != 13 {
		return "", fmt.Errorf("%w: %q has %d digits, not 13", ErrMCN, text, len(code))
	}
	sum := 0
	for i, c := range []byte(code) {
		if c < '0' || c > '9' {
			return "", fmt.Errorf("%w: %q contains something other than digits", ErrMCN, text)
		}
		weight := 1 + 2*(i%2) // 1 3 1 3 ... 1: the weighted sum is a multiple of ten
		sum += weight * int(c-'0')
	}
	if sum%10 != 0 {
		check := (10 - (sum-int(code[12]-'0'))%10) % 10
		return "", fmt.Errorf("%w: %q should end with the check digit %d", ErrMCN, text, check)
	}
	return MCN(code), nil
}

// IndexMark is a place inside a track where the index number changes.
type IndexMark struct {
	Index  uint8   // 2..99; index 1 is the start of the track
	Offset Sectors // from the start of the track
}

// TrackInfo is the information about one track besides its audio. Track-at-once records
// ISRC and flags; titles, performers and index marks need session-at-once.
type TrackInfo struct {
	Title     string
	Performer string
	ISRC      ISRC
	Control   Control // PreEmphasis and CopyPermitted
	SCMS      bool    // the audio is a copy of a protected recording: the copy bit alternates (IEC 60958-3)
	Indexes   []IndexMark
}
