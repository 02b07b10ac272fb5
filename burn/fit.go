package burn

import (
	"fmt"

	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// FitError reports an album, or a single track, that doesn't fit on a disc: too long
// (ErrNoSpace), or more than 99 tracks (ErrTrackLimit). It matches ErrDoesNotFit too.
type FitError struct {
	Need   toc.Sectors // music, padding and pauses
	Room   toc.Sectors // what the disc can still hold
	Music  toc.Sectors // of Need, without the pauses
	Pauses int         // between the tracks, two seconds each
	Append bool        // the disc already holds tracks
	Track  int         // the number of the track that doesn't fit; 0: the whole album

	// With ErrTrackLimit only these are set.
	Recorded int // tracks on the disc
	Added    int // tracks to be added
}

// Error reports the lengths, or the numbers of tracks.
func (e *FitError) Error() string {
	if e.Added > 0 {
		return fmt.Sprintf("%d tracks and %d on the disc: at most %d are possible", e.Added, e.Recorded, toc.MaxTracks)
	}
	return fmt.Sprintf("%v needed, %v free", e.Need, e.Room)
}

// Unwrap returns ErrNoSpace or ErrTrackLimit.
func (e *FitError) Unwrap() error {
	if e.Added > 0 {
		return ErrTrackLimit
	}
	return ErrNoSpace
}

// MediaError reports a disc that can't be used as requested. It matches its Err and
// ErrUnsuitableDisc.
type MediaError struct {
	Media  mmc.MediaType // with ErrMediaNotSupported
	Tracks int           // on the disc, with ErrMediaNotBlank
	Err    error         // ErrMediaNotSupported or ErrMediaNotBlank
}

// Error names the type of disc, or the number of tracks on it.
func (e *MediaError) Error() string {
	switch {
	case e.Err == ErrMediaNotBlank:
		return fmt.Sprintf("the disc isn't blank: tracks on it: %d", e.Tracks)
	case e.Media == mmc.MediaUnknown:
		return "the drive doesn't know this kind of disc"
	}
	return fmt.Sprintf("the disc is a %v", e.Media)
}

// Unwrap returns the cause.
func (e *MediaError) Unwrap() error { return e.Err }
