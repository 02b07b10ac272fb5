package burn

import (
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/toc"
)

// Interrupted describes a burn that did not complete. Package journal stores it.
type Interrupted struct {
	Mode   Mode
	Drive  string       // Plan.Drive
	Disc   disc.Disc    // before the burn
	Hashes []string     // of the sources, one for each track of the album, as in PlannedTrack
	Begun  []BegunTrack // in the order in which they were started
}

// BegunTrack is a track for which WRITEs may have been sent.
type BegunTrack struct {
	Row     int         // index in the album, from 0
	Number  int         // on the disc
	Start   toc.LBA     // index 1
	Sectors toc.Sectors // length of the whole track, as sent
	Whole   bool        // when it ended, the drive reported its whole length
}

// Errors of a resumed burn (tao.Resume).
var (
	// ErrOtherDisc: the disc in the drive isn't that of the interrupted burn. The error
	// is an *OtherDiscError, which describes the difference.
	ErrOtherDisc = ours("this is not the disc of the interrupted album", ErrUnsuitableDisc)
	// ErrNotResumable: the burn was session-at-once, or its session was closed without
	// all of its tracks. The error is a *RemainsError, which lists what is on the disc.
	ErrNotResumable = ours("the album on this disc can't be finished", ErrUnsuitableDisc)
)

// OtherDiscError describes how a disc differs from the one on which a burn was started.
// It matches ErrOtherDisc and ErrUnsuitableDisc.
type OtherDiscError struct {
	Kind  OtherDiscKind
	Track int // on the disc; 0 if the difference isn't about a track
	Want  int // addresses in LBA, lengths in sectors, media as mmc.MediaType
	Got   int
}

// OtherDiscKind is how a disc differs. One of:
//   - "media": it is of another kind; Want, Got: mmc.MediaType
//   - "maker": lead-in or capacity in the ATIP differ; Want, Got: last possible lead-out
//   - "blank": it is blank, but should hold Want tracks
//   - "missing": Track isn't on it
//   - "start": Track starts at Got instead of Want
//   - "length": Track has Got sectors instead of Want
//   - "audio": Track holds audio that isn't the album's
//   - "not ours": Track is on it, but was never written by the burn
type OtherDiscKind string

// Error describes the difference, for logs.
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

// Unwrap returns ErrOtherDisc.
func (e *OtherDiscError) Unwrap() error { return ErrOtherDisc }

// RemainsError lists the tracks of an album that can't be finished: those on the disc and
// those missing, numbered from 1 in the album. It matches ErrNotResumable or ErrFinalized,
// and ErrUnsuitableDisc.
type RemainsError struct {
	Mode    Mode
	Blank   bool // nothing is on the disc
	Kept    []int
	Missing []int
	Err     error // ErrNotResumable or ErrFinalized
}

// Error reports the number of tracks, for logs.
func (e *RemainsError) Error() string {
	return fmt.Sprintf("%v: %d tracks are on the disc, %d are not", e.Err, len(e.Kept), len(e.Missing))
}

// Unwrap returns the cause.
func (e *RemainsError) Unwrap() error { return e.Err }

// ChangedError names the sources that have changed since the burn was started. It matches
// ErrSourceChanged.
type ChangedError struct {
	Tracks []int    // index in the album, from 1
	Names  []string // of the sources
}

// Error names the sources.
func (e *ChangedError) Error() string {
	return fmt.Sprintf("%v: %s", ErrSourceChanged, strings.Join(e.Names, ", "))
}

// Unwrap returns ErrSourceChanged.
func (e *ChangedError) Unwrap() error { return ErrSourceChanged }
