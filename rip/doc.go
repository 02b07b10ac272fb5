// Package rip finds out all that an audio disc holds besides its samples, and keeps the
// disc: in files, or for the copy that another disc becomes.
//
// [Scan] asks for CD-TEXT, the catalog number and recording codes, and finds pauses and
// index marks in the Q sub-channel, the only place where they are. Each is a disc.Fact: what
// a drive can't be asked stays unknown, with the reason, and is never taken for "none".
//
// The track and index of Q never go back along a disc. So Scan does not read all of it: it
// looks at both ends of each track and halves the distance between two places that differ.
// A track without pause and marks costs six commands, a pause of two seconds one or two
// more, any other pause or mark about fifteen. Reading all of Q would take as long as
// reading the disc.
//
// [Image] makes of it a disc that package image writes to files, with the sound in pauses
// and before track 1. [Sums] computes the checksums by which other programs know a track
// that was read right. [Spool] keeps the samples for [Plan], the tracks of a copy, and
// [Missing] lists what a copy does not have.
//
// Addresses and lengths are sectors of 1/75 second.
package rip
