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
// is trusted only to shorten, never to lengthen. A reply that lacks what it must have
// is ErrShortReply; one with a number that no CD can have (track 21761, MSF 83:66:83,
// an address off the disc) is ErrImplausible. Optional fields that an old drive doesn't
// send or fills with nonsense are marked as not valid, and lists that were cut keep what
// arrived and say so. Nothing is guessed. ask puts a question again whose reply can't be
// used; after that the answer is unknown.
//
// How errors are read: CHECK CONDITION is a *scsi.SenseError that matches its key,
// code and family. A current recovered error (sense key 1) counts as success, because
// the command was carried out; only SEND OPC INFORMATION returns it, since its text
// (power calibration area almost full) concerns the user. A CHECK CONDITION with
// nothing to report (key 0) counts as success too, except for a WRITE, where nobody
// knows what became of the data. A deferred error is about an earlier command and is
// never dropped.
//
// Names are T10's in Go spelling; comments cite clauses of MMC-5, MMC-3, SPC and the
// recorders' own command manuals where those differ.
package mmc
