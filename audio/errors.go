// Package audio has the errors of audio files: what is wrong with a file that package album
// or package redbook opens, and where.
package audio

import (
	"errors"
	"fmt"
	"time"
)

// Sentinels for what is wrong with a file. Matched by errors.Is.
var (
	ErrNotAudio    = errors.New("no audio in it")                       // a ZIP archive, a picture, text ...
	ErrUnsupported = errors.New("audio of a kind that isn't supported") // or that only the user's ffmpeg could decode
	ErrCorrupt     = errors.New("the audio is damaged")
	ErrTruncated   = errors.New("the file is cut off")
	ErrFFmpeg      = errors.New("ffmpeg failed") // what it said is in the text
)

// Error is what is wrong with an audio file, and where. Err is one of the sentinels
// or the error of the file system.
type Error struct {
	Name   string
	Reason string
	Err    error

	InFile  bool          // it is about a place in the file
	Byte    int64         // that place
	InAudio bool          // it is about a place in the audio that is known
	At      time.Duration // that place
}

// Error returns "name: byte N of the file, 3:25.120 into the audio: reason".
func (e *Error) Error() string { return e.Name + ": " + e.detail() }

// detail is the text without the name.
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
