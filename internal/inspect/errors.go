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
	// ErrUnreadable matches the error for sectors that the drive can't read although it
	// answers.
	ErrUnreadable = errors.New("the audio can't be read back")
	// ErrDiffers matches the error for audio that differs from its source.
	ErrDiffers = errors.New("the audio on the disc differs from the source")
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

// ErrContradiction matches the Err of every fact that is disc.Contradicted.
var ErrContradiction = errors.New("two replies of the drive disagree")

// SectorError reports an error of one sector. It matches ErrUnreadable and its cause.
type SectorError struct {
	LBA toc.LBA
	Err error // the drive's last answer; or why no command was sent
}

// Error names the sector.
func (e *SectorError) Error() string {
	return fmt.Sprintf("sector at LBA %d: %v: %v", e.LBA, ErrUnreadable, e.Err)
}

// Unwrap returns ErrUnreadable and the cause.
func (e *SectorError) Unwrap() []error { return []error{ErrUnreadable, e.Err} }
