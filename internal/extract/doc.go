// Package extract determines everything that an audio disc contains besides its samples,
// reads the samples, and prepares a copy onto another disc. The values that it returns are
// those of package rip.
//
// [Scan] asks for CD-TEXT, the catalog number and ISRCs, and finds pauses and index marks
// in the Q sub-channel, the only place that holds them. Each is a disc.Fact: what a drive
// doesn't report stays unknown, with the reason, and is never taken for "none".
//
// The track and index of Q never decrease along a disc. Scan therefore does not read all
// of it: it reads both ends of each track and bisects between two places that differ. A
// track without pause and marks takes six commands, a pause of two seconds one or two
// more, any other pause or mark about fifteen. Reading all of Q would take as long as
// reading the disc.
//
// [Sectors] reads the samples and finds the sound in pauses and before track 1. A [Summing]
// computes the checksums by which other programs recognize a correctly read track.
// [Sectors.Spool] keeps the samples for [Plan], which returns the tracks of a copy and what
// the copy loses. [Compare] compares a copy with its source.
//
// Addresses and lengths are sectors of 1/75 second.
package extract
