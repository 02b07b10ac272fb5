package disc

import (
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/toc"
)

// Errors of reading audio back.
var (
	// ErrUnreadable matches the error for sectors that the drive can't read although
	// it answers.
	ErrUnreadable = errors.New("the audio can't be read back")
	// ErrNothingRead matches the error for a drive that reads no audio from the disc, or
	// has stopped reading it. It has no meaning for the disc.
	ErrNothingRead = errors.New("the drive doesn't read the audio of this disc")
	// ErrDiffers matches the error for audio that differs from its source.
	ErrDiffers = errors.New("the audio on the disc differs from the source")
)

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
