package disc

import "errors"

// Errors of looking at a disc and of reading it back.
var (
	// ErrNotAsked is the Err of a fact that was not asked for because the conversation
	// had ended.
	ErrNotAsked = errors.New("the drive was not asked")
	// ErrNothingRead matches the error for a drive that reads no audio from the disc, or
	// has stopped reading it. The disc may be good.
	ErrNothingRead = errors.New("the drive doesn't read the audio of this disc")
)
