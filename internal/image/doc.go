// Package image saves a disc in files: as BIN+CUE, one file with every sector of the
// program area and a cue sheet, or as one WAV file per track. It reads both.
//
// It uses no drive. The caller describes a disc, real or simulated, as a Disc.
//
// A BIN file starts with LBA 0 and contains everything up to the end of the session,
// including the pauses before tracks (INDEX 00) and the two run-out sectors after
// each track-at-once track, so that byte n*2352 is LBA n. It does not contain the first
// pregap (LBA -150 to -1), as usual in cue sheets. WAV files hold only each track's
// audio; their cue sheet states the pauses as PREGAP and POSTGAP lines.
package image
