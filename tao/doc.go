// Package tao burns audio CDs track-at-once: every member of IMAPI's
// IDiscFormat2TrackAtOnce (Writer), and a list of tracks in one call (Burn).
//
// Track-at-once writes each track in one go and stops the laser behind it; the
// drive makes a pause of two seconds between tracks. At the end CLOSE SESSION
// writes lead-in and lead-out: before that no CD player plays the disc.
//
// A burn has two goroutines. One reads the sources into a FIFO; the other alone
// talks to the drive:
//
//	page 05h -> [RESERVE TRACK] -> NWA -> WRITE... -> SYNCHRONIZE CACHE -> is the track there?
//	...at the end page 05h -> CLOSE SESSION -> disc information and TOC == what was written?
//
// Success is a conclusion from what the drive shows afterwards and, with
// Options.Verify, from samples read back; it is never just a status byte. A Report
// says what is on the disc, whatever happened.
//
// Every length and address is in sectors of 1/75 second (2352 bytes). Waiting and
// time come from the drive's own clock where it has one (scsi.Clock).
package tao
