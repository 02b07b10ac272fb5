// Package sao burns audio CDs session-at-once: without gaps, with pauses of any length,
// and with CD-TEXT.
//
// With session-at-once a host says beforehand where everything on the disc will be, in
// a cue sheet (SEND CUE SHEET), and then writes one uninterrupted stream: the pregap of
// the first track from LBA -150 on, then the tracks. So tracks can follow each other
// without a gap, pauses can have any length, and there can be index marks, audio in
// front of track 1, and CD-TEXT in the lead-in. Track-at-once has none of this.
//
// A Session describes the disc. Layout computes where each index starts; it is what
// both the cue sheet and the stream are made from, so they can't differ. CueSheet
// composes the sheet in one of the variants that drives accept, Variants lists them in
// the order in which they are tried, and Fit leaves out what a drive's limit has no
// room for.
//
// Method is the way of recording for package burn: it sends the sheet, and lets burn write
// the stream. Everything else is pure. Sources are MMC-5 6.33 and the cue sheets of other
// burning programs.
package sao
