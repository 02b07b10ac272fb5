// Package unit has the procedures that every host of a CD drive needs: waiting until the drive
// is ready or idle, tray and lock, kind of disc, abilities, write speeds, mode pages. T10 calls
// the drive a logical unit.
//
// A procedure is a function that takes an mmc.Drive and sends one or several commands of package
// command. It asks again if a reply cannot be used, and takes from mode page 2Ah what an old drive
// does not report by GET CONFIGURATION. Only ParametersPage stores anything about the drive.
//
// Package inspect determines what is on the disc.
package unit
