// Package rip holds the values of reading and copying an audio disc: everything that it
// contains besides its samples, the checksums of its tracks, and what a copy loses.
//
// A [Layout] has the catalog number, CD-TEXT and, for each [Track], ISRC, pause and index
// marks. Each is a disc.Fact: what a drive doesn't report stays unknown, with the reason,
// and is never taken for "none". redbook.Examine returns a Layout.
//
// [Sums] are the checksums by which other programs recognize a correctly read track, and
// [Sound] reports where the audio outside the tracks isn't silent: both come from
// redbook.Read. A [Loss] is a feature that redbook.BurnCopy can't copy.
//
// Addresses and lengths are sectors of 1/75 second.
package rip
