// Command redbook burns audio CDs and reads them back.
//
//	redbook burn album/                         in the only drive of this computer
//	redbook burn --device sim:first.disc *.mp3  on a simulated disc, which is a file
//	redbook info --device sim:first.disc        the disc in the drive, and what fits on it
//
// The program converts flags to options of package redbook, and events, reports and errors
// to sentences. It contains no SCSI protocol, except that sim serve sends commands to the
// simulated drive that it offers to other programs.
//
// Data goes to stdout, everything else to stderr. The exit code is the result (exit.go and
// docs/cli.md).
package main
