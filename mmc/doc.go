// Package mmc has the handle of an open CD drive and the values of the MMC command set that
// programs see: kinds of disc, states of a disc and its last session, speeds, the ATIP, INQUIRY
// data, and the errors of a drive.
//
// Open makes a Drive of a scsi.Transport. Packages tao, sao and rip take it; what they read and
// report has the types of this package. A program that opens drives by name uses package redbook,
// whose Drive also has the tray.
//
// Nothing is guessed: a reply that ends early matches ErrShortReply, one with a number that no CD
// can have (track 21761, MSF 83:66:83, an address off the disc) matches ErrImplausible.
//
// Names are T10's in Go spelling. Comments cite clauses of MMC-5, MMC-3, SPC and, where
// those differ, the drives' own command manuals.
package mmc
