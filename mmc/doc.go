// Package mmc is the host side of the MMC command set, as far as recording audio on CD-R and
// CD-RW needs it: what to send to a drive and what its answers mean.
//
// There are two layers:
//
//   - Commands, one file each. A command is a struct whose zero value is the plain form. CDB
//     returns its command descriptor block, and Do runs it on a scsi.Transport. A reply is a
//     struct with UnmarshalBinary. Commands retry nothing and keep no state.
//   - Drive has the procedures that every host needs: identify, media type, write speeds,
//     wait until ready, tray and lock. Package disc asks what is on the disc.
//
// Replies: all fields are big-endian. The length that a drive claims can only shorten a
// reply, never lengthen it. A reply without its required fields is ErrShortReply. One with a
// number that no CD can have (track 21761, MSF 83:66:83, an address off the disc) is
// ErrImplausible. Optional fields that an old drive does not send, or fills with nonsense,
// are marked as invalid. Lists that were cut keep what arrived and are marked as cut. Nothing
// is guessed. Drive asks again for a reply that cannot be used; after that the answer is
// unknown.
//
// Errors: CHECK CONDITION is a *scsi.SenseError that matches its key, code and family. A
// current recovered error (sense key 1) counts as success, because the command was carried
// out. Only SEND OPC INFORMATION returns it, since its text (power calibration area almost
// full) concerns the user. A CHECK CONDITION with nothing to report (key 0) counts as success
// too, except for a WRITE, whose data may be lost. A deferred error belongs to an earlier
// command and is never dropped.
//
// Names are T10's in Go spelling. Comments cite clauses of MMC-5, MMC-3, SPC and, where
// those differ, the drives' own command manuals.
package mmc
