package inspect

import (
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/toc"
)

// Errors of this package.
var (
	// ErrNoDrive matches the error of a call with a nil drive.
	ErrNoDrive = errors.New("no drive")
	// errImplausible matches (errors.Is) a reply that can't be true of a CD: some bridges
	// insert their own bytes into a reply.
	errImplausible = errors.New("the reply can't be true")
)

// Errors of reading audio back.
var (
	// ErrNoTrack is the cause of an ErrUnreadable for which no command was sent: the
	// address is not in an audio track.
	ErrNoTrack = errors.New("no audio track lies there")
)

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
