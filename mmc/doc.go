// Package mmc is the host side of the MMC command set, as far as recording audio
// on CD-R and CD-RW needs it: what to send to a drive and what its answers mean.
//
// Two layers:
//
//   - One file per command. A command is a struct whose zero value is the plain
//     form; CDB gives its command descriptor block, Do runs it on a
//     scsi.Transport. A reply is a struct with UnmarshalBinary. Nothing is retried
//     and nothing is remembered between two commands.
//   - Drive holds the procedures that every host needs: identify, media type,
//     write speeds, wait until ready, tray and lock. What is on the disc is
//     asked by package disc.
//
// How replies are read: all fields are big-endian; the length that a drive claims
// is trusted only to shorten, never to lengthen. Fields that an old drive doesn't
// send are marked as not valid; a reply that lacks what the caller asked for is an
// error that matches io.ErrUnexpectedEOF and names the reply. Nothing is guessed.
//
// How errors are read: CHECK CONDITION is a *scsi.SenseError that matches its key,
// code and family. A current recovered error (sense key 1) counts as success,
// because the command was carried out; only SEND OPC INFORMATION returns it, since
// its text (power calibration area almost full) concerns the user.
//
// Names are T10's in Go spelling; comments cite clauses of MMC-5, MMC-3, SPC and the
// recorders' own command manuals where those differ.
package mmc
