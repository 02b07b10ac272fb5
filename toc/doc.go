// Package toc has the geometry of a compact disc as values: addresses (LBA, MSF), tracks
// (TrackInfo, Control, ISRC), and a disc's table of contents (TOC).
//
// A disc is counted in sectors of 1/75 second (2352 bytes of audio). Two scales address the
// same sector: MSF, the minutes, seconds and frames in the disc's Q sub-channel, and LBA, the
// number that commands use. MSF 00:02:00 is LBA 0. The two seconds before it, LBA -150 to -1,
// are the first track's pregap. Before that is the lead-in with the table of contents, whose
// MSF runs from 90:00:00 to 99:59:74.
//
// The package knows no devices, files or audio data.
package toc
