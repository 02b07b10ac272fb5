// Package sim is a CD-R/CD-RW recorder that exists only in the computer: a Drive,
// which is a scsi.Transport with a time of its own, and a Disc to put into it.
//
// # Concept
//
// Drive and Disc are separate. The disc is what has been recorded: sectors, tracks,
// sessions, calibrations used up. The drive is everything else: tray and lock, unit
// attention, mode pages, buffer, speeds, features and oddities. A disc moves between
// drives, survives power cycles, and can live in a file (CreateDisc, OpenDisc).
//
// The drive speaks bytes. It decodes each CDB itself and composes each reply anew;
// it shares no codec with the host side of this project, so that one can't repeat
// the other's mistake. One table says for each opcode how long its CDB is, which
// bits may be set, and which rules apply to it; a stray bit, a pending unit
// attention, a missing disc and work in the background are dealt with once, in one
// place. What isn't in the table is refused as an unknown command.
//
// Where drives differ the standard is no judge: such things are settings of a
// Personality, data with the source it comes from and the verdict that a burn on
// such a drive must end with. The zero value is a modern drive without oddities.
//
// Time is the drive's own. Buffer, laser, spin-up, flush, close and blanking take as
// long as on a real drive by its clock, and hosts see it through scsi.Clock: on the
// default, instant clock a burn of an hour takes seconds.
//
// # What is recorded
//
// Audio, in two ways. Track-at-once: the drive makes pregap and run-out, the next track
// starts 152 sectors past the last user sector. Session-at-once: SEND CUE SHEET says what
// the session will be, to the sector; the host writes all of it from LBA -150 on, pregaps
// included, or from the start of the lead-in, 96 bytes of sub-channel for each block of
// it, which is where CD-TEXT stands. What a sheet may be is checked entry by entry, and a
// WRITE is taken at the one address that is due.
//
// Data tracks, packets and raw writing are not recorded: page 05h for data is accepted,
// since hosts ask with it, but a WRITE is 5/64/00; packet and raw are 5/26/00 in page 05h.
//
// # Fault model
//
// What can go wrong, and what it leaves behind:
//
//   - Power is lost, or the tray is opened by force (PowerCycle, Eject), at any
//     moment: sectors in the buffer that the laser hasn't reached are not on the
//     disc, and the track is damaged until CLOSE TRACK or REPAIR TRACK ends it where
//     it is. A flush, close or blanking that was under way has not happened.
//   - A session-at-once that is cut short is lost as a whole: READ DISC INFORMATION shows
//     it as incomplete, nothing of it can be read, nothing can be written, and only BLANK
//     helps, on a CD-RW.
//   - A program ends while it holds a disc file: as a loss of power, except that all
//     sectors it was told GOOD for are there.
//   - The host is too slow for a drive without buffer underrun free recording: the
//     track ends there, and the next WRITE is refused.
//   - A command is lost or fails before or after it took effect (AddFault).
//   - The laser fails at a place on the disc (Settings.DeferredErrorAt).
//   - Not modeled: scratches, sectors that read differently each time, a lead-in
//     that was cut in the middle.
//
// After every command the drive proves that disc and drive are consistent. If they
// aren't the command ends with 4/44/00 and Err says why; nothing panics.
package sim
