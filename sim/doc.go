// Package sim simulates a CD-R/CD-RW recorder: a Drive, which is a scsi.Transport with
// its own clock, and a Disc to insert into it.
//
// # Concept
//
// Drive and Disc are separate. The disc is what has been recorded: sectors, tracks,
// sessions, calibrations used up. The drive is everything else: tray and lock, unit
// attention, mode pages, buffer, speeds, features and oddities. A disc moves between
// drives, survives power cycles, and can be stored in a file (CreateDisc, OpenDisc).
//
// The drive works on bytes. It decodes each CDB and composes each reply itself; it shares
// no codec with the host side of this project, so that neither can repeat the other's
// mistake. A table defines for each opcode the length of its CDB, the bits that may be
// set, and the rules that apply; a stray bit, a pending unit attention, a missing disc
// and background work are handled once, in one place. An opcode that isn't in the table
// is refused as an unknown command.
//
// Where drives differ the standard can't decide: such behavior is a setting of a
// Personality, which is data with its source. The zero value is a modern drive without
// oddities. docs/simulator.md lists all personalities with the result that a burn on such a
// drive must have.
//
// Time is the drive's own. By its clock, buffer, laser, spin-up, flush, close and
// blanking take as long as on a real drive, and hosts see it through scsi.Clock: on the
// default, instant clock a burn of an hour takes seconds.
//
// # Test a program
//
// A program that sends its commands through a scsi.Transport gets the Drive instead of a
// real one:
//
//   - Make a disc: NewDisc for a burner; Press or RecordAtOnce for a ripper.
//   - Make a drive with it: New. Repeat the test with all Personalities, or set single
//     Settings.
//   - Inject faults (AddFault), or act as a user or a power failure: Eject, Insert,
//     PressEject, PowerCycle, Reset.
//   - Run the program, and call Settle if it may leave work in the background.
//   - Compare the truth (Disc.Summary, Tracks, Sessions, ReadSectors) with what the program
//     reported. Err must be nil.
//
// On the instant clock, a program that waits with the drive's Sleep never really waits. One
// that repeats a command without a limit runs forever on a drive such as "stuck".
//
// Programs in other languages use the drive by iSCSI: redbook sim serve.
//
// # Notation
//
// Sense data are key/ASC/ASCQ in hexadecimal: 5/64/00 is ILLEGAL REQUEST, ILLEGAL MODE FOR
// THIS TRACK. Numbers with an h, such as page 05h, feature 002Eh and profile 0008h, are
// those of MMC-6. Sources such as G6 are entries of docs/internals/golden.md.
//
// # What is recorded
//
// Audio is recorded in two ways. Track-at-once: the drive makes pregap and run-out, and
// the next track starts 152 sectors past the last user sector. Session-at-once: SEND CUE
// SHEET defines the exact layout of the session; the host writes all of it from LBA -150
// on, pregaps included, or from the start of the lead-in, with 96 bytes of sub-channel
// for each block, which contain CD-TEXT. A sheet is checked entry by entry, and a WRITE
// is accepted only at the next address.
//
// Data tracks, packets and raw writing are not recorded: page 05h for data is accepted,
// since hosts ask with it, but a WRITE is 5/64/00; packet and raw are 5/26/00 in page
// 05h, and feature 002Eh does not claim raw, even that of a recorded drive.
//
// # Fault model
//
// These faults can be simulated, with these effects:
//
//   - Power is lost, or the tray is opened by force (PowerCycle, Eject), at any
//     moment: sectors in the buffer that the laser hasn't reached are not on the
//     disc, and the track is damaged until CLOSE TRACK or REPAIR TRACK ends it at
//     that point. A flush, close or blanking in progress has no effect.
//   - A session-at-once that is cut short is lost as a whole: READ DISC INFORMATION
//     reports it as incomplete, none of it can be read, nothing can be written, and
//     only BLANK helps, on a CD-RW.
//   - A program ends while it holds a disc file: like a loss of power, except that all
//     sectors whose WRITE returned GOOD are there.
//   - The host is too slow for a drive without buffer underrun free recording: the
//     track ends there, and the next WRITE is refused.
//   - A command is lost or fails before or after it took effect (AddFault).
//   - The laser fails at a place on the disc (Settings.DeferredErrorAt).
//   - Not simulated: scratches, sectors that read differently each time, a lead-in
//     that was cut in the middle.
//
// After every command the drive checks that disc and drive are consistent. If they
// aren't, the command ends with 4/44/00 and Err returns the reason; no command panics.
package sim
