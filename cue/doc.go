// Package cue reads and writes cue sheets: text files that describe how the audio of one or
// more files makes up the tracks of a disc.
//
// There are two readers. Parse reads what redbook writes, strictly: an unknown command is an
// *Error with the line number. Its result, a Sheet, can be written again. ParseAlbum reads
// what other programs and people write, in any encoding that Text detects, and notes what it
// left out. Its result, an Album, is for burning.
//
// Positions are toc.Sectors from the start of their file, written as minutes:seconds:frames.
//
// The package opens no audio files.
package cue
