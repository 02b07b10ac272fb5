package burn

import (
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/toc"
)

// Interrupted is what is known of a burn that did not come to its end. Package journal
// keeps it.
type Interrupted struct {
	Mode   Mode
	Drive  string       // Plan.Drive
	Disc   disc.Disc    // before the burn
	Hashes []string     // of the sources, one for each track of the album, as in PlannedTrack
	Begun  []BegunTrack // in the order in which they were begun
}

// BegunTrack is a track for which WRITEs may have been sent.
type BegunTrack struct {
	Row     int         // which track of the album, from 0
	Number  int         // on the disc
	Start   toc.LBA     // index 1
	Sectors toc.Sectors // that were sent, for a whole track
	Whole   bool        // the drive showed it whole at its end
}

// Sentinels of Resume.
var (
	// ErrOtherDisc: the disc in the drive isn't the one of the interrupted burn. The
	// *OtherDiscError in it says how it differs.
	ErrOtherDisc = ours("this is not the disc of the interrupted album", ErrUnsuitableDisc)
	// ErrNotResumable: the burn can't be continued: it was session-at-once, or its session
	// has been closed without all of its tracks. The *RemainsError in it says what is there.
	ErrNotResumable = ours("the album on this disc can't be finished", ErrUnsuitableDisc)
)

// OtherDiscError says how a disc differs from the one that a burn was begun on.
type OtherDiscError struct {
	Kind  OtherDiscKind
	Track int // on the disc, where it is about one
	Want  int // addresses in LBA, lengths in sectors, media as mmc.MediaType
	Got   int
}

// OtherDiscKind is in what way it differs.
type OtherDiscKind string

// The ways in which a disc can differ.
const (
	OtherMedia   OtherDiscKind = "media"    // Want, Got: mmc.MediaType
	OtherMaker   OtherDiscKind = "maker"    // lead-in or capacity by the ATIP; Want, Got: last possible lead-out
	OtherBlank   OtherDiscKind = "blank"    // blank, and Want tracks should be on it
	OtherMissing OtherDiscKind = "missing"  // Track isn't on it
	OtherStart   OtherDiscKind = "start"    // Track starts at Got instead of Want
	OtherLength  OtherDiscKind = "length"   // Track has Got sectors instead of Want
	OtherForeign OtherDiscKind = "not ours" // Track is on it, and the burn never wrote it
)

// Error says how the disc differs, for logs.
func (e *OtherDiscError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v: %s", ErrOtherDisc, e.Kind)
	if e.Track > 0 {
		fmt.Fprintf(&b, " track %d", e.Track)
	}
	if e.Want != 0 || e.Got != 0 {
		fmt.Fprintf(&b, " (%d instead of %d)", e.Got, e.Want)
	}
	return b.String()
}

// Unwrap gives ErrOtherDisc.
func (e *OtherDiscError) Unwrap() error { return ErrOtherDisc }

// RemainsError says which tracks of an album that can't be finished are on the disc and
// which aren't, by their place in the album from 1 on.
type RemainsError struct {
	Mode    Mode
	Blank   bool // nothing is on the disc
	Kept    []int
	Missing []int
	Err     error // ErrNotResumable or ErrFinalized
}

// Error counts the tracks, for logs.
func (e *RemainsError) Error() string {
	return fmt.Sprintf("%v: %d tracks are on the disc, %d are not", e.Err, len(e.Kept), len(e.Missing))
}

// Unwrap gives the cause.
func (e *RemainsError) Unwrap() error { return e.Err }

// ChangedError names the sources that aren't what they were when the burn was begun. It
// matches ErrSourceChanged.
type ChangedError struct {
	Tracks []int    // their place in the album, from 1
	Names  []string // of the sources
}

// Error names the sources.
func (e *ChangedError) Error() string {
	return fmt.Sprintf("%v: %s", ErrSourceChanged, strings.Join(e.Names, ", "))
}

// Unwrap gives ErrSourceChanged.
func (e *ChangedError) Unwrap() error { return ErrSourceChanged }
