package burn

import (
	"fmt"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// FitError reports an album, or a single track, that is too long for a disc. It matches
// ErrNoSpace and ErrDoesNotFit.
type FitError struct {
	Need   toc.Sectors // music, padding and pauses
	Room   toc.Sectors // what the disc can still hold
	Music  toc.Sectors // of Need, without the pauses
	Pauses int         // between the tracks, two seconds each
	Append bool        // the disc already holds tracks
	Track  int         // the number of the track that doesn't fit; 0: the whole album
}

// Error reports the lengths.
func (e *FitError) Error() string {
	return fmt.Sprintf("%v needed, %v free", e.Need, e.Room)
}

// Unwrap returns ErrNoSpace.
func (e *FitError) Unwrap() error { return ErrNoSpace }

// TrackLimitError reports an album that would exceed 99 tracks. It matches ErrTrackLimit
// and ErrDoesNotFit.
type TrackLimitError struct {
	Recorded int // tracks on the disc
	Added    int // tracks to be added
}

// Error reports the numbers.
func (e *TrackLimitError) Error() string {
	return fmt.Sprintf("%d tracks and %d on the disc: at most %d are possible", e.Added, e.Recorded, toc.MaxTracks)
}

// Unwrap returns ErrTrackLimit.
func (e *TrackLimitError) Unwrap() error { return ErrTrackLimit }

// MediaError reports a disc that can't hold audio. It matches ErrMediaNotSupported and
// ErrUnsuitableDisc.
type MediaError struct {
	Media mmc.MediaType
}

// Error names the type of disc.
func (e *MediaError) Error() string {
	if e.Media == mmc.MediaUnknown {
		return "the drive doesn't know this kind of disc"
	}
	return fmt.Sprintf("the disc is a %v", e.Media)
}

// Unwrap returns ErrMediaNotSupported.
func (e *MediaError) Unwrap() error { return ErrMediaNotSupported }

// NotBlankError reports a disc that isn't blank where a blank one is needed. It matches
// ErrMediaNotBlank and ErrUnsuitableDisc.
type NotBlankError struct {
	Tracks int // tracks on the disc
}

// Error reports the number of tracks.
func (e *NotBlankError) Error() string {
	return fmt.Sprintf("the disc isn't blank: tracks on it: %d", e.Tracks)
}

// Unwrap returns ErrMediaNotBlank.
func (e *NotBlankError) Unwrap() error { return ErrMediaNotBlank }
