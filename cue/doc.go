// Package cue reads and writes cue sheets: the text that says how the audio in one
// or more files makes up the tracks of a disc.
//
// It reads what redbook writes, and is strict about it: anything it doesn't know is
// an *Error with the number of the line, never skipped. A byte order mark, CRLF,
// empty lines and REM comments are accepted. Positions are toc.Sectors from the
// start of the file that they belong to, written as minutes:seconds:frames.
//
// The package opens no audio files.
package cue
