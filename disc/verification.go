package disc

import (
	"encoding"
	"fmt"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"

	"time"
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

// bad reports whether the result means that the disc is wrong.
func (r VerifyResult) bad() bool { return r == VerifyUnreadable || r == VerifyDiffers }

// Written is a track as it was sent to the drive.
type Written struct {
	Number  int
	Start   toc.LBA
	Sectors toc.Sectors // on the disc, padding included
	Audio   toc.Sectors // the part from the source
	Source  pcm.Source  // read again for the comparison
}

func (w *Written) samples() int { return int(w.Sectors) * toc.SamplesPerSector }

func (w *Written) end() toc.LBA { return w.Start + toc.LBA(w.Sectors) }

// VerifyOptions are the options of Verify. The zero value and nil are valid.
type VerifyOptions struct {
	// Disc is the disc from a Look immediately before; if nil, Verify looks itself.
	Disc *Disc
	// Closely lists ranges of addresses, from the first to the one past the last, of which
	// VerifyQuick compares every sector that lies in a track. An equal track holds all of
	// them.
	Closely [][2]toc.LBA
	// OnProgress is called between commands.
	OnProgress func(VerifyProgress)

	Patience    time.Duration    // as in Asker
	OnWait      func()           // as in Asker
	OnAttention func(scsi.Sense) // as in Asker
}

// VerifyProgress is the progress of a verification.
type VerifyProgress struct {
	Track       int         // being read
	Start       toc.LBA     // of the track
	Sectors     toc.Sectors // of the track
	Done, Total toc.Sectors // of all tracks
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

// TrackError reports an error of one track. It matches its cause: ErrDiffers,
// ErrUnreadable, a *pcm.ReadError of the source, or what ended the reading.
type TrackError struct {
	Track int
	LBA   toc.LBA // address of the error
	Err   error
}

// Error names the track.
func (e *TrackError) Error() string {
	return fmt.Sprintf("track %d at LBA %d: %v", e.Track, e.LBA, e.Err)
}

// Unwrap returns the cause.
func (e *TrackError) Unwrap() error { return e.Err }

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

// sessionOpen reports whether the last session has tracks and is not closed, or may be
// open.
func (d *Disc) sessionOpen() bool {
	if d.Status.Known() && d.Status.Value == mmc.DiscFinalized {
		return false
	}
	return !d.LastSession.Known() || d.LastSession.Value == mmc.SessionIncomplete || d.LastSession.Value == mmc.SessionDamaged
}
