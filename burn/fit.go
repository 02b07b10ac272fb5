package burn

import (
	"fmt"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// FitError is an album that is too long for a disc. It matches ErrNoSpace and
// ErrDoesNotFit.
type FitError struct {
	Need   toc.Sectors // music, padding and pauses
	Room   toc.Sectors // what the disc can still hold
	Music  toc.Sectors // of Need, without the pauses
	Pauses int         // between the tracks, two seconds each
	Append bool        // the disc holds tracks already
}

// Error gives the figures.
func (e *FitError) Error() string {
	return fmt.Sprintf("%v needed, %v free", e.Need, e.Room)
}

// Unwrap is ErrNoSpace.
func (e *FitError) Unwrap() error { return ErrNoSpace }

// TrackLimitError is an album that would make more than 99 tracks. It matches
// ErrTrackLimit and ErrDoesNotFit.
type TrackLimitError struct {
	Recorded int // tracks that are on the disc
	Added    int // tracks that were to be added
}

// Error gives the figures.
func (e *TrackLimitError) Error() string {
	return fmt.Sprintf("%d tracks and %d on the disc: at most %d are possible", e.Added, e.Recorded, toc.MaxTracks)
}

// Unwrap is ErrTrackLimit.
func (e *TrackLimitError) Unwrap() error { return ErrTrackLimit }

// MediaError is a disc that audio can't be written to. It matches
// ErrMediaNotSupported and ErrUnsuitableDisc.
type MediaError struct {
	Media mmc.MediaType
}

// Error names the kind of disc.
func (e *MediaError) Error() string {
	if e.Media == mmc.MediaUnknown {
		return "the drive doesn't know this kind of disc"
	}
	return fmt.Sprintf("the disc is a %v", e.Media)
}

// Unwrap is ErrMediaNotSupported.
func (e *MediaError) Unwrap() error { return ErrMediaNotSupported }

// NotBlankError is a disc that holds something, where a blank one is needed. It
// matches ErrMediaNotBlank and ErrUnsuitableDisc.
type NotBlankError struct {
	Tracks int // that are on the disc
}

// Error gives the number of tracks.
func (e *NotBlankError) Error() string {
	return fmt.Sprintf("the disc isn't blank: tracks on it: %d", e.Tracks)
}

// Unwrap is ErrMediaNotBlank.
func (e *NotBlankError) Unwrap() error { return ErrMediaNotBlank }
