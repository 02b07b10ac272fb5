// Package sao burns audio CDs session-at-once: without gaps, with pauses of any length,
// and with CD-TEXT.
//
// With session-at-once the host first sends the layout of the disc in a cue sheet (SEND
// CUE SHEET), and then writes one uninterrupted stream: the pregap of the first track
// from LBA -150 on, then the tracks. Tracks can follow each other without a gap, pauses can
// have any length, and the disc can have index marks, audio before track 1, and CD-TEXT in
// the lead-in. Track-at-once supports none of these.
//
// A Session describes the disc. Layout computes where each index starts; both the cue
// sheet and the stream are made from it, so they can't differ. CueSheet composes the
// sheet in one of the variants that drives accept, Variants lists them in the order in
// which they are tried, and Fit leaves out what exceeds a drive's limit.
//
// Burn sends the sheet and writes the stream. Session and its methods do no I/O. The
// options, the report and the errors are those of package burn. Sources are MMC-5 6.33 and
// the cue sheets of other burning programs.
package sao
