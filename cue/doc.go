// Package cue reads and writes cue sheets: the text that says how the audio in one
// or more files makes up the tracks of a disc.
//
// There are two ways to read one. Parse reads what redbook writes, and is strict
// about it: anything it doesn't know is an *Error with the number of the line, never
// skipped; the result, a Sheet, can be written again. ParseAlbum reads what other
// programs and people write, in any encoding that Text knows, and notes what it had
// to leave out; the result, an Album, is for burning.
//
// Positions are toc.Sectors from the start of the file that they belong to, written
// as minutes:seconds:frames.
//
// The package opens no audio files.
package cue
