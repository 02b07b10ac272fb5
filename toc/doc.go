// Package toc is the geometry of a compact disc as pure values: where things are
// (LBA, MSF), what a track is (TrackInfo, Control, ISRC), how tracks lie on a
// disc (Layout, TOC) and what fits on it.
//
// A disc is counted in sectors of 1/75 second (2352 bytes of audio). Two scales
// name the same sector: MSF, the minutes, seconds and frames that the disc itself
// carries in its Q sub-channel, and LBA, the number that commands use. MSF
// 00:02:00 is LBA 0; the two seconds before it, LBA -150 to -1, are the first
// track's pregap; before that lies the lead-in with the table of contents, whose
// MSF runs from 90:00:00 up to 99:59:74.
//
// The package knows no device, no file and no audio data.
package toc
