package mmc

import (
	"fmt"
)

// BlankType is what BLANK erases (MMC-5 6.2). Pioneer drives support only
// BlankDisc, BlankMinimal and the tail of a packet track.
type BlankType uint8

// The blanking types.
const (
	BlankDisc    BlankType = 0 // everything: as long as recording the whole disc
	BlankMinimal BlankType = 1 // PMA, first lead-in, first pregap
)

// DiscStatus is the state of a disc.
type DiscStatus uint8

// The disc states.
const (
	DiscEmpty      DiscStatus = 0
	DiscIncomplete DiscStatus = 1 // more can be recorded
	DiscFinalized  DiscStatus = 2
	DiscOther      DiscStatus = 3
)

// String returns the state in words.
func (s DiscStatus) String() string {
	return [...]string{"blank", "appendable", "finalized", "other"}[s&3]
}

// MarshalText returns String: JSON has "blank".
func (s DiscStatus) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText parses the text of MarshalText.
func (s *DiscStatus) UnmarshalText(text []byte) error {
	for i := range DiscStatus(4) {
		if i.String() == string(text) {
			*s = i
			return nil
		}
	}
	return fmt.Errorf("unknown disc status %q", text)
}

// SessionStatus is the state of the last session.
type SessionStatus uint8

// The session states.
const (
	SessionEmpty      SessionStatus = 0
	SessionIncomplete SessionStatus = 1
	SessionDamaged    SessionStatus = 2 // or reserved
	SessionComplete   SessionStatus = 3
)

// String returns the state in words.
func (s SessionStatus) String() string {
	return [...]string{"empty", "incomplete", "damaged", "complete"}[s&3]
}

// MarshalText returns String: JSON has "complete".
func (s SessionStatus) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText parses the text of MarshalText.
func (s *SessionStatus) UnmarshalText(text []byte) error {
	for i := range SessionStatus(4) {
		if i.String() == string(text) {
			*s = i
			return nil
		}
	}
	return fmt.Errorf("unknown session status %q", text)
}
