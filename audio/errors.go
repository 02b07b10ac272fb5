// Package audio has the errors of audio files: what is wrong with a file that package album
// or package redbook opens, and where.
package audio

import (
	"errors"
	"fmt"
	"time"
)

// Sentinels, matched by errors.Is.
var (
	ErrNotAudio    = errors.New("no audio in it")                       // such as a ZIP archive, a picture or text
	ErrUnsupported = errors.New("audio of a kind that isn't supported") // including files that need an ffmpeg the user doesn't have
	ErrCorrupt     = errors.New("the audio is damaged")
	ErrTruncated   = errors.New("the file is cut off")
	ErrFFmpeg      = errors.New("ffmpeg failed") // Error.Reason quotes its output
)

// Error is an error in an audio file, with its position. Err is one of the sentinels,
// pcm.ErrChanged or the error of the file system.
type Error struct {
	Name   string // of the file or the stream
	Reason string // in plain English, without the name; "" if Err says it all
	Err    error

	InFile  bool          // Byte is known
	Byte    int64         // position in the file
	InAudio bool          // At is known
	At      time.Duration // position in the audio
}

// Error returns "name: byte N of the file, 3:25.120 into the audio: reason".
func (e *Error) Error() string { return e.Name + ": " + e.detail() }

// detail returns the text without the name.
func (e *Error) detail() string {
	text := e.Reason
	if text == "" && e.Err != nil {
		text = e.Err.Error()
	}
	where := ""
	if e.InFile {
		where = fmt.Sprintf("byte %d of the file", e.Byte)
	}
	if e.InAudio {
		at := e.At.Truncate(time.Millisecond)
		if where != "" {
			where += ", "
		}
		where += fmt.Sprintf("%d:%06.3f into the audio", int(at.Minutes()), (at % time.Minute).Seconds())
	}
	if where == "" {
		return text
	}
	return where + ": " + text
}

// Unwrap returns the sentinel or the cause.
func (e *Error) Unwrap() error { return e.Err }
