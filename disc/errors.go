package disc

import "errors"

// Errors of looking at a disc and of reading it back.
var (
	// ErrNotAsked is the Err of a fact that was not asked for because the conversation
	// had ended.
	ErrNotAsked = errors.New("the drive was not asked")
	// ErrUnreadable matches the error for sectors that the drive can't read although
	// it answers.
	ErrUnreadable = errors.New("the audio can't be read back")
	// ErrNothingRead matches the error for a drive that reads no audio from the disc, or
	// has stopped reading it. It has no meaning for the disc.
	ErrNothingRead = errors.New("the drive doesn't read the audio of this disc")
	// ErrDiffers matches the error for audio that differs from its source.
	ErrDiffers = errors.New("the audio on the disc differs from the source")
)
