// Package engine is the part of burning an audio CD that all recording modes share:
// preflight and plan, the FIFO, the WRITE loop, the end of a burn, verification, and the
// report. Its values for programs are those of package burn.
//
// A [Method] supplies the commands that begin and end a track and a session: packages
// trackatonce and sessionatonce. Programs call packages tao and sao, which pass the method.
// [CloseDisc], [Blank] and [Verify] write no tracks.
//
// A burn has two goroutines. One reads the sources into the FIFO; only the other sends
// commands. Its parts have one task each:
//
//   - The witness wraps the transport and records every failure of an earlier WRITE, every
//     reset and every change of disc, no matter which command reported it.
//   - The line waits for the drive. Nothing else waits.
//   - The policy ([Class], [Step]) is a table: what an error means for each kind of
//     command that changes something, and the source of that knowledge.
//   - The hold takes the drive (exclusive access, computer awake, tray locked) and always
//     releases it, in reverse order.
//   - The guard checks before every command that changes the disc that it is the one found
//     at the start. An exchanged disc is never written to.
//
// A WRITE is sent a second time only if the drive reported that it did not accept it, or
// if the next writable address proves it.
//
// Every burn ends with the same steps, even if it failed: the disc is inspected (package
// inspect), the rows of the Report are corrected by what it shows, and the verdict is
// determined. Success requires sectors that were read back.
package engine
