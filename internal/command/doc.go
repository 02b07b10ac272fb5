// Package command has the MMC commands that are needed to record and read audio CDs, one file
// each: what to send to a drive and what its answer means.
//
// A command is a struct whose zero value is the plain form. CDB returns its command descriptor
// block, and Do runs it on a scsi.Transport by the rules of package exchange. A reply is a struct
// with UnmarshalBinary. Features, profiles and mode pages are here too. Commands retry nothing and
// keep no state; package unit has the procedures that consist of several commands.
//
// Optional fields that an old drive does not send, or fills with impossible values, are marked as
// invalid.
// Lists that were cut keep what arrived and are marked as cut. Only SEND OPC INFORMATION returns a
// recovered error, since its text (power calibration area almost full) concerns the user.
//
// Names are T10's in Go spelling. Comments cite clauses of MMC-5, MMC-3, SPC and, where
// those differ, the drives' own command manuals.
package command
