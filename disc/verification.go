package disc

import (
	"encoding"
	"fmt"

	"github.com/redbook-audio/redbook/toc"
)

// VerifyLevel is how much audio is read back, with the numbers of
// IMAPI_BURN_VERIFICATION_LEVEL.
type VerifyLevel uint8

// The levels.
const (
	VerifyNone  VerifyLevel = 0
	VerifyQuick VerifyLevel = 1 // the first, the middle and the last second of each track
	VerifyFull  VerifyLevel = 2 // every sector
)

var levelNames = [...]string{"none", "quick", "full"}

// String returns "none", "quick" or "full".
func (l VerifyLevel) String() string { return name("verification level", levelNames[:], l) }

// MarshalText returns String.
func (l VerifyLevel) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText parses the output of MarshalText.
func (l *VerifyLevel) UnmarshalText(text []byte) error {
	return parse("verification level", levelNames[:], text, l)
}

// VerifyResult is the result of a comparison.
type VerifyResult uint8

// The results.
const (
	VerifyNotDone     VerifyResult = iota // nothing was compared
	VerifyEqual                           // everything requested is equal
	VerifyPartial                         // ended early; what was compared is equal
	VerifyOpenSession                     // the drive reads no audio of an open session
	VerifyUnreadable                      // a sector can't be read
	VerifyDiffers                         // a sample differs
)

var resultNames = [...]string{"not done", "equal", "partial", "open session", "unreadable", "differs"}

// String returns the result's name, such as "equal".
func (r VerifyResult) String() string { return name("verification result", resultNames[:], r) }

// MarshalText returns String.
func (r VerifyResult) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText parses the output of MarshalText.
func (r *VerifyResult) UnmarshalText(text []byte) error {
	return parse("verification result", resultNames[:], text, r)
}

// Verification is the result of reading back.
type Verification struct {
	Asked  VerifyLevel  `json:"asked"`
	Done   VerifyLevel  `json:"done"` // the level that was completed
	Result VerifyResult `json:"result"`
	// Offset is how many samples the audio is shifted, as this drive reads the disc: its
	// read offset and the writer's write offset together.
	Offset       int                 `json:"read_offset"`
	OffsetKnown  bool                `json:"read_offset_known"` // false: several offsets fit (silence, a steady tone)
	Sectors      toc.Sectors         `json:"sectors"`           // compared
	Unverifiable int                 `json:"not_verifiable_samples,omitzero"`
	Tracks       []TrackVerification `json:"tracks,omitempty"`
}

// TrackVerification is one track of a Verification.
type TrackVerification struct {
	Number  int          `json:"number"`
	Result  VerifyResult `json:"result"`
	Sectors toc.Sectors  `json:"sectors"` // compared
	// Unverifiable is how many samples at the edges of the track the offset moves to
	// where nothing can be read.
	Unverifiable int     `json:"not_verifiable_samples,omitzero"`
	At           toc.LBA `json:"at,omitzero"` // first sector that differs or can't be read
}

// name returns the text of a small enumeration.
func name[T ~uint8](kind string, names []string, v T) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("%s %d", kind, v)
}

// parse returns the value of a name.
func parse[T ~uint8](kind string, names []string, text []byte, v *T) error {
	for i, n := range names {
		if n == string(text) {
			*v = T(i)
			return nil
		}
	}
	return fmt.Errorf("disc: unknown %s %q", kind, text)
}

var _ = []encoding.TextUnmarshaler{(*VerifyLevel)(nil), (*VerifyResult)(nil)}
