// Command redbook burns audio CDs, track at once, and reads them back.
//
//	redbook burn album/                         on the only burner there is
//	redbook burn --device sim:first.disc *.mp3  on a simulated one: the disc is a file
//	redbook info --device sim:first.disc        what is in the drive, and what fits on it
//
// The program is glue: it turns flags into options of package tao, names of devices
// into transports, files into sources that are decoded before a disc is touched, and
// events into lines. It knows no protocol: no command, no sense code and no address
// is made here, but for what sim serve needs to look after a drive for others.
//
// Data go to stdout, everything else to stderr; the exit code says what happened
// (see exit.go and docs/cli.md).
package main
