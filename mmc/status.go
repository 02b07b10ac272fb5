package mmc

import "fmt"

// BlankType is what BLANK erases (MMC-5 6.2), as in burn.BlankOptions. Pioneer drives support only
// BlankDisc, BlankMinimal and the tail of a packet track.
type BlankType uint8

// The blanking types.
const (
	BlankDisc    BlankType = 0 // the whole disc; takes as long as recording it
	BlankMinimal BlankType = 1 // PMA, first lead-in and first pregap: a minute or two
)

// DiscStatus is the state of a disc (READ DISC INFORMATION, MMC-5 6.22), as in disc.Disc. "" means
// unknown.
type DiscStatus string

// The disc states.
const (
	DiscEmpty      DiscStatus = "blank"
	DiscIncomplete DiscStatus = "appendable" // more can be recorded
	DiscFinalized  DiscStatus = "finalized"  // nothing more can be recorded
	DiscOther      DiscStatus = "other"      // recorded without sessions, such as a DVD-RAM
)

// UnmarshalText returns an error for a text that is neither a disc state nor empty.
func (s *DiscStatus) UnmarshalText(text []byte) error {
	switch got := DiscStatus(text); got {
	case "", DiscEmpty, DiscIncomplete, DiscFinalized, DiscOther:
		*s = got
		return nil
	}
	return fmt.Errorf("unknown disc status %q", text)
}

// SessionStatus is the state of the last session (READ DISC INFORMATION, MMC-5 6.22), as in
// disc.Disc. "" means unknown.
type SessionStatus string

// The session states.
const (
	SessionEmpty      SessionStatus = "empty"      // nothing is recorded in it; the previous one, if any, is closed
	SessionIncomplete SessionStatus = "incomplete" // it has tracks and is not closed
	SessionDamaged    SessionStatus = "damaged"    // or reserved: T10 has one value for both
	SessionComplete   SessionStatus = "complete"   // closed
)

// UnmarshalText returns an error for a text that is neither a session state nor empty.
func (s *SessionStatus) UnmarshalText(text []byte) error {
	switch got := SessionStatus(text); got {
	case "", SessionEmpty, SessionIncomplete, SessionDamaged, SessionComplete:
		*s = got
		return nil
	}
	return fmt.Errorf("unknown session status %q", text)
}
