// Package sao burns audio CDs session-at-once: without gaps, with pauses of any length,
// and with CD-TEXT.
//
// With session-at-once the host first sends the layout of the disc in a cue sheet (SEND
// CUE SHEET), and then writes one uninterrupted stream: the pregap of the first track
// from LBA -150 on, then the tracks. Tracks can follow each other without a gap, pauses can
// have any length, and the disc can have index marks, audio before track 1, and CD-TEXT in
// the lead-in. Track-at-once supports none of these.
//
// Burn sends the sheet, in the first form that the drive accepts, and writes the stream. The
// options, the report and the errors are those of package burn. Sources are MMC-5 6.33 and
// the cue sheets of other burning programs.
package sao
