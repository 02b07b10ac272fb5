// Package cue reads and writes cue sheets: text files that describe how the audio of one or
// more files makes up the tracks of a disc.
//
// Parse reads what programs and people write, in any encoding that Text detects, and notes
// what it left out or guessed. Sheet.Write writes a sheet that any program can read, and
// that Parse reads without a note.
//
// Positions are toc.Sectors from the start of their file, written as minutes:seconds:frames.
//
// The package opens no audio files.
package cue
