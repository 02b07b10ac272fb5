// Package unit has the procedures that every host of a CD drive needs: waiting until the drive
// is ready or idle, tray and lock, kind of disc, abilities, write speeds, mode pages. T10 calls
// the drive a logical unit.
//
// A procedure is a function of an mmc.Drive and sends one or several commands of package command.
// It asks again for a reply that cannot be used, and takes a second source (mode page 2Ah) for
// what an old drive does not report by GET CONFIGURATION. It stores nothing about the drive, except
// ParametersPage.
//
// Package inspect asks what is on the disc.
package unit
