// Package tao burns audio CDs track-at-once: every member of IMAPI's
// IDiscFormat2TrackAtOnce (Writer), and a list of tracks in one call (Burn).
//
// Track-at-once writes each track in one pass and stops the laser after it; the drive
// makes a pause of two seconds between tracks. At the end CLOSE SESSION writes lead-in
// and lead-out: CD players can't play the disc before that.
//
// A burn has two goroutines. One reads the sources into a FIFO; only the other sends
// commands:
//
//	page 05h -> [RESERVE TRACK] -> NWA -> WRITE... -> SYNCHRONIZE CACHE -> is the track there?
//	...at the end page 05h -> CLOSE SESSION -> disc information and TOC == what was written?
//
// Success requires that the drive shows the right tracks afterwards and, with
// Options.Verify, that audio read back is equal; a status byte alone proves nothing. The
// Report describes what is on the disc, however the burn ended.
//
// All lengths and addresses are in sectors of 1/75 second (2352 bytes). Times are measured
// with the drive's own clock if it has one (scsi.Clock).
package tao
