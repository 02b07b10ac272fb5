package disc

import (
	"fmt"
)

// DifferenceKind is the way in which a disc differs from what is expected.
type DifferenceKind uint8

// The kinds.
const (
	DiscBlank       DifferenceKind = iota // the disc is blank, and tracks were expected
	TrackMissing                          // the drive shows no such track
	TrackNotShown                         // the drive doesn't report it: nothing is known
	TOCNotShown                           // the drive returns no table of contents: nothing is known
	TrackNotInTOC                         // the table of contents doesn't list it
	TrackUnfinished                       // reserved, incomplete or damaged; Got: TrackState
	StartDiffers                          // Want, Got: LBA
	TrackShort                            // Want, Got: sectors
	NotAudio                              // a data track instead of audio
	ControlDiffers                        // still audio; Want, Got: Control
	LeadOutTooEarly                       // before the end of the last track; Want, Got: LBA
	SessionOpen                           // the last session is open but should be closed
	StatusNotShown                        // the drive doesn't report the state of the disc: nothing is known
)

var kindNames = [...]string{
	"disc blank", "track missing", "track not shown", "TOC not shown", "track not in TOC", "track unfinished",
	"start differs", "track short", "not audio", "control differs", "lead-out too early", "session open",
	"status not shown",
}

// String returns the kind's name, such as "start differs".
func (k DifferenceKind) String() string { return name("difference", kindNames[:], k) }

// MarshalText returns String.
func (k DifferenceKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText parses the output of MarshalText.
func (k *DifferenceKind) UnmarshalText(text []byte) error {
	return parse("difference", kindNames[:], text, k)
}

// Difference is one way in which a disc differs from what is expected.
type Difference struct {
	Kind  DifferenceKind `json:"kind"`
	Track int            `json:"track,omitempty"` // 0: the disc as a whole
	Want  int            `json:"want,omitempty"`
	Got   int            `json:"got,omitempty"`
}

// String describes the difference, for logs.
func (d Difference) String() string {
	text := d.Kind.String()
	if d.Track > 0 {
		text = fmt.Sprintf("track %d: %s", d.Track, text)
	}
	if d.Want != 0 || d.Got != 0 {
		text += fmt.Sprintf(" (%d instead of %d)", d.Got, d.Want)
	}
	return text
}
