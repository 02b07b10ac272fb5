// Package mmc has the handle of an open CD drive, and the values of the MMC command set that
// programs see: kinds of disc, states of a disc and its last session, speeds, the ATIP, INQUIRY
// data, and the errors of a drive.
//
// Open returns the Drive that a scsi.Transport reaches. Packages tao and sao burn with it, and
// their reports contain the types of this package. A program that opens drives by name uses package
// redbook, whose Drive also controls the tray; redbook.Drive.MMC returns the Drive of this package.
//
// A reply that ends early, or has a number that no CD can have (track 21761, MSF 83:66:83, an
// address off the disc), is an error that matches ErrBadReply. No value is guessed from it.
//
// Only Open sends a command. A program sends its own with scsi.Exec and Drive.Transport. Names
// are T10's in Go spelling.
package mmc
