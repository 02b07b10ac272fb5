// Package burn is what every way of recording an audio CD shares: preflight and plan,
// the FIFO, the WRITE loop, the end of a burn, verification, and the Report.
//
// What differs is a [Method]: which commands begin and end a track and a session.
// Package tao is track-at-once, package sao session-at-once; a program calls Burn of
// one of them. [CloseDisc], [Blank] and [Verify] need no tracks to write.
//
// A burn has two goroutines. One reads the sources into the FIFO; the other alone
// sends commands. Each piece of the second has one question to answer:
//
//   - [Witness] stands around the transport and keeps every failure of an earlier
//     WRITE, every reset and every change of disc, whichever command reported it.
//   - [Line] waits for the drive. It is the only place that pauses.
//   - The policy ([ClassOf], [Step], [Ruling]) is a table: what an error means for each
//     kind of command that changes something, and from which source that is known.
//   - [Hold] takes the drive (exclusive access, awake, tray locked) and gives it back
//     in reverse order, whatever happened.
//   - The guard compares the disc with what was found at the start before every command
//     that changes it: a disc that was exchanged is never written to.
//
// A WRITE is sent a second time only if the drive said that it did not take it, or if
// its next writable address proves it.
//
// The end is one conclusion for every way in which a burn can end: the disc is looked
// at (package disc), the rows of the Report are settled from what it shows, then the
// verdict is given. Success needs sectors that were read back. Notes are values
// ([Note]); a program makes its own sentences of them.
//
// Addresses and lengths are sectors of 1/75 second. Time is the drive's own clock
// where it has one (scsi.Clock).
package burn
